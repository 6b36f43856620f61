"""`ownkey sessions ...`: a module for each."""
