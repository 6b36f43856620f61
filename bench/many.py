NAME = "many"
