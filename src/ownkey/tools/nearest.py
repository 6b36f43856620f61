"""Why a text is not in a file: the place that resembles it most, to copy from."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from heapq import nlargest

NUMBERED = re.compile(r"\s*\d+\t")

MOST_LINES = 5_000
WIDEST = 200
"""Lines, and characters of each, that are compared at all: a rough comparison takes some
50 microseconds, an exact one a hundred times that."""

CANDIDATES = 20
"""The lines that are compared exactly."""

ALIKE = 0.6
"""The least likeness, from 0 to 1, worth showing."""

SHOWN = 12
"""Lines of the place that are shown."""


def nearest(lines: list[str], sought: str) -> str:
    """Advice for the model, with the nearest place in `lines`."""
    wanted = sought.strip("\n").split("\n")
    if all(NUMBERED.match(line) for line in wanted):
        return "Leave out the line numbers that read puts before each line."
    found = _but_for_space(lines, wanted)
    if found is not None:
        place = _quoted(lines, found, len(wanted))
        return f"Only its white space differs; copy it from here exactly:\n{place}"
    found = _most_alike(lines, wanted)
    if found is not None:
        return f"The nearest place is:\n{_quoted(lines, found, len(wanted))}"
    return "Nothing there resembles it; read the file again."


def _but_for_space(lines: list[str], wanted: list[str]) -> int | None:
    """Where the same lines stand if white space does not count."""
    bare = ["".join(line.split()) for line in wanted]
    stripped = ["".join(line.split()) for line in lines]
    for at in range(len(lines) - len(bare) + 1):
        if stripped[at] == bare[0] and stripped[at : at + len(bare)] == bare:
            return at
    return None


def _most_alike(lines: list[str], wanted: list[str]) -> int | None:
    """Where the longest line of `wanted` has its likeness, less what precedes it."""
    longest = max(range(len(wanted)), key=lambda at: len(wanted[at].strip()))
    target = wanted[longest].strip()[:WIDEST]
    places = range(min(len(lines), MOST_LINES))
    rough = nlargest(CANDIDATES, places, lambda at: _likeness(lines[at], target, roughly=True))
    best = max(rough, key=lambda at: _likeness(lines[at], target), default=None)
    if best is None or _likeness(lines[best], target) < ALIKE:
        return None
    return max(0, best - longest)


def _likeness(line: str, target: str, *, roughly: bool = False) -> float:
    """From 0 to 1; roughly, it may be more than it is."""
    matcher = SequenceMatcher(None, line.strip()[:WIDEST], target, autojunk=False)
    return matcher.quick_ratio() if roughly else matcher.ratio()


def _quoted(lines: list[str], first: int, count: int) -> str:
    last = min(first + min(count, SHOWN), len(lines))
    return "\n".join(
        f"{at + 1}\t{lines[at][:500].encode('utf-8', 'replace').decode()}"
        for at in range(first, last)
    )
