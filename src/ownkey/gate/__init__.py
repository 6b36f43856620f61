"""What a command certainly is, what it might be, and what rules say of it."""
