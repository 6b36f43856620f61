"""What an endpoint really does with a model, found out by asking it."""
