"""Markdown cut into pieces as it streams in: what is finished is never rendered again."""

from __future__ import annotations

import re
from collections.abc import Iterator

FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
GOES_ON = re.compile(r"\s|[-*+>|]|\d{1,9}[.)]")
"""Lines that may belong to what stands before the blank line above them: a loose list, its
indented text, a quotation, a table."""


class Splitter:
    """Cuts markdown that comes in fragments into pieces that can be rendered apart. The
    cuts depend on the whole text alone, never on its fragments."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        """Of the piece that is not finished."""
        self._line: list[str] = []
        """Of the line that is not complete."""
        self._fence = ""
        self._blank = False

    @property
    def tail(self) -> str:
        """The piece that is not finished."""
        return "".join(self._lines + self._line)

    def add(self, fragment: str) -> Iterator[str]:
        """The pieces that this finishes."""
        *ends, rest = fragment.split("\n")
        for end in ends:
            line = "".join([*self._line, end, "\n"])
            self._line.clear()
            yield from self._complete(line)
        if rest:
            self._line.append(rest)

    def _complete(self, line: str) -> Iterator[str]:
        if self._blank and not self._fence and not GOES_ON.match(line):
            yield "".join(self._lines)
            self._lines.clear()
        self._lines.append(line)
        self._blank = not self._fence and not line.strip()
        fence = FENCE.match(line)
        if fence and not self._fence:
            self._fence = fence[1]
        elif fence and line.strip() == fence[1] and fence[1].startswith(self._fence):
            self._fence = ""
