from pathlib import Path

assert Path("ANSWER.txt").read_text().strip() == "480"
