"""Agent Skills: instructions in folders. The model knows their names, and loads what it needs."""
