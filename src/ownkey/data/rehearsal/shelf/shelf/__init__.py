"""A lending library for one room."""
