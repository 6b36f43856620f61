"""What an endpoint publishes of itself and its models, read without asking a model anything."""
