"""Markdown cut into pieces as it streams in: what is finished is never rendered again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
"""What opens code. In the first column it is within nothing else."""

ITEM = re.compile(r"(?!(?:[-*][ \t]*){3,}$)(?:([-*+])|(\d{1,9})([.)]))[ \t]+\S")
"""An item of a list; a rule across the page is none."""

RULE = re.compile(r":?-+:?")
"""What stands below the head of each column of a table."""

LONG = 64
"""Lines of code after which it may be cut where something new begins in it,"""

TOO_LONG = 256
"""and those after which it is cut anywhere: a fence may never end."""

ROWS = 24
"""Lines of a table after which it is cut: its columns stay as wide as they are by then."""

EVEN = ('"""', "'''", "`")
PAIRS = (("/*", "*/"), ("<!--", "-->"))
"""What is open at a cut would be coloured wrongly after it."""

Kind = Literal["", "text", "code", "list", "table", "mixed"]
"""What a piece is by its first line. Empty: nothing stands in it yet."""


class Piece(NamedTuple):
    """Some of the markdown, that can be rendered apart."""

    text: str
    kind: Kind = "text"
    opening: str = ""
    """Lines that it is to be read with: the fence of the code, or the head of the table, that
    began before it."""
    goes_on: bool = False
    """Whether nothing comes between it and the next."""

    @property
    def markdown(self) -> str:
        return self.opening + self.text

    @property
    def language(self) -> str:
        """What the fence says, for code."""
        fence = self.markdown.partition("\n")[0].strip()
        return fence.lstrip(fence[0]).strip().partition(" ")[0] or "text"

    @property
    def code(self) -> str:
        """The lines within the fence, for code."""
        fence, _, lines = self.markdown.partition("\n")
        before, _, last = lines.rstrip().rpartition("\n")
        return before if _closes(last, fence) else lines


class Splitter:
    """Cuts markdown that comes in fragments into pieces that can be rendered apart. The
    cuts depend on the whole text alone, never on its fragments."""

    def __init__(self) -> None:
        self._line: list[str] = []
        """Of the line that is not complete."""
        self._lines: list[str] = []
        """Of the piece that is not finished."""
        self._kind: Kind = ""
        self._opening = ""
        self._fence = ""
        """The first line of the code that is open."""
        self._mark, self._number, self._inset = "", 0, 0
        """What the items of the list begin with, the number of the last, and how far from the
        edge its text stands."""
        self._blank = False

    @property
    def tail(self) -> Piece:
        """The piece that is not finished."""
        return Piece("".join(self._lines + self._line), self._kind, self._opening)

    def add(self, fragment: str) -> Iterator[Piece]:
        """The pieces that this finishes."""
        *ends, rest = fragment.split("\n")
        for end in ends:
            line = "".join([*self._line, end, "\n"])
            self._line.clear()
            yield from self._code(line) if self._fence else self._text(line)
            self._blank = not line.strip()
        if rest:
            self._line.append(rest)

    def _text(self, line: str) -> Iterator[Piece]:
        fence, item = FENCE.match(line), ITEM.match(line)
        if fence and not fence[1]:
            yield from self._cut()
        elif item:
            yield from self._begin_item(item)
        elif line.strip():
            yield from self._go_on(line)
        self._lines.append(line)
        self._kind = self._kind or _kind(line)
        if fence:
            self._fence = line

    def _begin_item(self, item: re.Match[str]) -> Iterator[Piece]:
        """A number other than 1 begins no list in the middle of a paragraph; and Markdown counts
        by itself, so that a list is cut only where its numbers are right."""
        mark, number = item[1] or item[3], int(item[2] or 1)
        self._inset = item.end() - 1
        if self._kind == "list" and mark == self._mark:
            self._number += 1
            if item[1] or number == self._number:
                yield from self._cut(goes_on=True)
            return
        if self._kind in ("text", "list", "table"):
            if self._blank or item[1] or number == 1:
                yield from self._cut()
            else:
                self._kind = "mixed"
        self._mark, self._number = mark, number

    def _go_on(self, line: str) -> Iterator[Piece]:
        """After a blank line, only what is indented belongs to what stands above it."""
        text = line.lstrip()
        inset = len(line) - len(text)
        if self._blank and self._kind and not (inset and self._kind in ("list", "mixed")):
            yield from self._cut()
        elif self._kind == "list":
            self._kind = "list" if inset >= self._inset else "mixed"
        elif self._kind == "table":
            yield from self._add_row(line)
        elif self._kind == "text" and inset and ITEM.match(text):
            self._kind = "mixed"

    def _add_row(self, line: str) -> Iterator[Piece]:
        if not line.startswith("|"):
            self._kind = "mixed"
        elif head := self._head:
            yield from self._cut(goes_on=True)
            self._kind, self._opening = "table", head

    @property
    def _head(self) -> str:
        """Of a table that is to be cut; empty: it is none, or not long enough."""
        if len(self._lines) < ROWS:
            return ""
        head = self._opening or "".join([one for one in self._lines if one.strip()][:2])
        rules = head.split("\n")[1].strip().strip("|").split("|")
        return head if all(RULE.fullmatch(rule.strip()) for rule in rules) else ""

    def _code(self, line: str) -> Iterator[Piece]:
        closes = _closes(line, self._fence)
        if not closes and self._kind == "code" and self._can_cut(line):
            gap = self._gap()
            yield from self._cut(goes_on=True)
            self._lines, self._kind, self._opening = gap, "code", self._fence
        self._lines.append(line)
        if closes:
            self._fence = ""
            if self._kind == "code":
                yield from self._cut()

    def _gap(self) -> list[str]:
        """Takes away the blank lines at the end: there, code loses them."""
        last = max(at for at, line in enumerate(self._lines, 1) if line.strip())
        gap = self._lines[last:]
        del self._lines[last:]
        return gap

    def _can_cut(self, line: str) -> bool:
        begins = self._blank and not line[0].isspace()
        if len(self._lines) < (LONG if begins else TOO_LONG) or not line.strip():
            return False
        return _balanced("".join(self._lines).removeprefix(self._fence))

    def _cut(self, *, goes_on: bool = False) -> Iterator[Piece]:
        if self._lines:
            yield self.tail._replace(goes_on=goes_on)
        self._lines = []
        self._kind = self._opening = ""


def _kind(line: str) -> Kind:
    """Of a piece that begins so."""
    if not line.strip():
        return ""
    if line[0].isspace():
        return "mixed"
    if FENCE.match(line):
        return "code"
    return "list" if ITEM.match(line) else "table" if line.startswith("|") else "text"


def _closes(line: str, opening: str) -> bool:
    """Whether a line ends the code that another opened."""
    opened, closing = FENCE.match(opening), FENCE.match(line)
    return bool(
        opened and closing and line.strip() == closing[2] and closing[2].startswith(opened[2])
    )


def _balanced(code: str) -> bool:
    return all(code.count(mark) % 2 == 0 for mark in EVEN) and all(
        code.count(first) == code.count(last) for first, last in PAIRS
    )
