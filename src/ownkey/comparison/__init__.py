"""Models side by side on the same small tasks."""
