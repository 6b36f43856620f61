"""The agent: it asks a model, runs what the model calls for, and asks again."""
