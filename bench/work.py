NAME = "work"
