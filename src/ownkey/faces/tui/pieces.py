"""Markdown cut into pieces as it streams in: what is finished is never rendered again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")

GOES_ON = re.compile(r"\s|[-*+>|]|\d{1,9}[.)]")
"""Lines that may belong to what stands before the blank line above them: a loose list, its
indented text, a quotation, a table."""

LONG = 64
"""Lines of code after which it may be cut where something new begins in it,"""

TOO_LONG = 256
"""and those after which it is cut anywhere: a fence may never end."""

EVEN = ('"""', "'''", "`")
PAIRS = (("/*", "*/"), ("<!--", "-->"))
"""What is open at a cut would be coloured wrongly after it."""


class Piece(NamedTuple):
    """Some of the markdown. Long code is cut too: then its fence is in the first alone."""

    text: str
    opening: str = ""
    """The line of the fence that was opened before it."""
    closing: str = ""
    """What would close the fence that is open after it."""

    @property
    def markdown(self) -> str:
        """That can be rendered apart."""
        return f"{self.opening}{self.text}{self.closing}"

    @property
    def goes_on(self) -> bool:
        return bool(self.closing)


class Splitter:
    """Cuts markdown that comes in fragments into pieces that can be rendered apart. The
    cuts depend on the whole text alone, never on its fragments."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        """Of the piece that is not finished."""
        self._line: list[str] = []
        """Of the line that is not complete."""
        self._opening = ""
        self._inside = ""
        """The fence's first line, if the piece began in it; and if it is open."""
        self._fence = ""
        self._blank = False

    @property
    def tail(self) -> Piece:
        """The piece that is not finished."""
        return Piece("".join(self._lines + self._line), self._inside)

    def add(self, fragment: str) -> Iterator[Piece]:
        """The pieces that this finishes."""
        *ends, rest = fragment.split("\n")
        for end in ends:
            line = "".join([*self._line, end, "\n"])
            self._line.clear()
            yield from self._complete(line)
        if rest:
            self._line.append(rest)

    def _complete(self, line: str) -> Iterator[Piece]:
        fence = FENCE.match(line)
        closes = fence and line.strip() == fence[1] and fence[1].startswith(self._fence)
        if self._fence and not closes:
            yield from self._cut_code(line)
        elif self._blank and not self._fence and not GOES_ON.match(line):
            yield Piece("".join(self._lines), self._inside)
            self._lines.clear()
            self._inside = ""
        self._lines.append(line)
        self._blank = not line.strip()
        if self._fence and closes:
            self._fence = ""
        elif fence and not self._fence:
            self._fence, self._opening = fence[1], line

    def _cut_code(self, line: str) -> Iterator[Piece]:
        """Blank lines go with what follows: at the end of code they are lost."""
        begins = self._blank and not line[0].isspace()
        if len(self._lines) < (LONG if begins else TOO_LONG) or not line.strip():
            return
        code = "".join(self._lines)
        if not _balanced(code.removeprefix(self._opening)):
            return
        text = code.rstrip("\n") + "\n"
        yield Piece(text, self._inside, self._fence)
        self._lines = ["\n"] * (len(code) - len(text))
        self._inside = self._opening


def _balanced(code: str) -> bool:
    return all(code.count(mark) % 2 == 0 for mark in EVEN) and all(
        code.count(first) == code.count(last) for first, last in PAIRS
    )
