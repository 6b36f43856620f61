"""When an endpoint refuses: what it said, what that means, whether to ask again."""
