"""Long answers, the same each time."""

from __future__ import annotations

import random
from collections.abc import Callable

WORDS = ["quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "then", "sleeps"]


def markdown(size: int) -> str:
    """Paragraphs, lists, tables and code."""
    return _filled(size, _part)


def listing(size: int) -> str:
    """One list, its items apart from each other."""
    return _filled(size, lambda dice: f"- {_words(dice, 8)}\n\n")


def tabling(size: int) -> str:
    """One table."""
    head = "| a | b | c |\n|---|---|---|\n"
    return _filled(size, lambda dice: f"| {_words(dice, 1)} | {_words(dice, 3)} | 1 |\n", head)


TEXTS = {"prose": markdown, "list": listing, "table": tabling}


def _filled(size: int, part: Callable[[random.Random], str], head: str = "") -> str:
    dice = random.Random(1)  # noqa: S311  the same text each time, no secret
    parts, length = [head], len(head)
    while length < size:
        parts.append(part(dice))
        length += len(parts[-1])
    return "".join(parts)[:size]


def _part(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.6:
        return _words(dice, 60) + "\n\n"
    if kind < 0.75:
        return "".join(f"- {_words(dice, 8)}\n" for _ in range(5)) + "\n"
    if kind < 0.8:
        rows = "".join(f"| {_words(dice, 1)} | 1 |\n" for _ in range(6))
        return "| a | b |\n|---|---|\n" + rows + "\n"
    lines = "".join(f"def f{at}(x):\n    return x + {at}\n" for at in range(dice.randint(3, 20)))
    return f"```python\n{lines}```\n\n"


def _words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(count))
