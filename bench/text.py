"""A long answer, the same each time."""

from __future__ import annotations

import random

WORDS = ["quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "then", "sleeps"]


def markdown(size: int) -> str:
    """Paragraphs, lists, tables and code, the same each time."""
    dice = random.Random(1)  # noqa: S311  the same text each time, no secret
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        parts.append(_part(dice))
    return "".join(parts)[:size]


def _part(dice: random.Random) -> str:
    def words(count: int) -> str:
        return " ".join(dice.choice(WORDS) for _ in range(count))

    kind = dice.random()
    if kind < 0.6:
        return words(60) + "\n\n"
    if kind < 0.75:
        return "".join(f"- {words(8)}\n" for _ in range(5)) + "\n"
    if kind < 0.8:
        return "| a | b |\n|---|---|\n" + "".join(f"| {words(1)} | 1 |\n" for _ in range(6)) + "\n"
    lines = "".join(f"def f{at}(x):\n    return x + {at}\n" for at in range(dice.randint(3, 20)))
    return f"```python\n{lines}```\n\n"
