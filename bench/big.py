NAME = "big"
