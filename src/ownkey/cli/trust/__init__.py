"""`ownkey trust`, and what is beneath it."""
