"""ownkey: a coding agent in the terminal that runs on the user's own keys."""

__version__ = "0.1.0"
