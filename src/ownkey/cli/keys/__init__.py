"""`ownkey keys ...`: a module for each."""
