"""`ownkey models ...`: a module for each."""
