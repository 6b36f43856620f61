"""A unified diff, shown with line numbers: one column, or two where there is room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from ownkey.faces.tui.paint import broken

if TYPE_CHECKING:
    from ownkey.faces.tui.paint import Paint

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

GAP = "⋯"

WIDE = 110
"""Cells from which on old and new stand side by side: what a terminal of 120 has for them."""

COLOURS = {"+": ("success", "came"), "-": ("error", "went"), "@": ("muted", "muted")}
"""By sign: of the sign, and of its line."""


class Row(NamedTuple):
    """A line, with its numbers in the old and in the new file."""

    sign: str
    """`+`, `-`, a blank, or `@` for a gap or a file's name."""
    text: str
    old: int | None = None
    new: int | None = None


def rows(diff: str) -> list[Row]:
    """Of several files, each is named."""
    parsed = list(_parsed(diff))
    named = sum(row.sign == "@" and row.text != GAP for row in parsed)
    return parsed if named > 1 else [row for row in parsed if row.sign != "@" or row.text == GAP]


def _parsed(diff: str) -> Iterator[Row]:
    """How many lines a hunk has is as its head says: `---` in it is a line that went, not a
    file."""
    lines = iter(diff.removesuffix("\n").split("\n"))
    before = above = ""
    for line in lines:
        if hunk := HUNK.match(line):
            if above:
                yield Row("@", above)
            above = GAP
            yield from _hunk(lines, *(int(number or 1) for number in hunk.groups()))
        elif line.startswith("--- "):
            before = line[4:]
        elif line.startswith("+++ "):
            above = _name(before, line[4:])


def _hunk(lines: Iterator[str], old: int, olds: int, new: int, news: int) -> Iterator[Row]:
    last_old, last_new = old + olds, new + news
    while old < last_old or new < last_new:
        line = next(lines, None)
        if line is None:
            return
        if line.startswith("+"):
            yield Row("+", line[1:], new=new)
            new += 1
        elif line.startswith("-"):
            yield Row("-", line[1:], old=old)
            old += 1
        elif not line.startswith("\\"):
            yield Row(" ", line[1:], old, new)
            old, new = old + 1, new + 1


def _name(before: str, after: str) -> str:
    """Without the timestamp, and Git's `a/` and `b/`."""
    path = (before if after.startswith("/dev/null") else after).partition("\t")[0]
    return path[2:] if path.startswith(("a/", "b/")) else path


def lines(shown: Sequence[Row], indent: int, paint: Paint) -> list[Strip]:
    width = paint.width - indent
    digits = len(str(max((row.new or row.old or 0 for row in shown), default=0)))
    margin = [Segment(" " * indent)]
    drawn = _beside if width >= WIDE else _unified
    return [
        Strip([*margin, *line]).adjust_cell_length(paint.width)
        for line in drawn(shown, width, digits, paint)
    ]


Line = list[Segment]


def _unified(shown: Sequence[Row], width: int, digits: int, paint: Paint) -> Iterator[Line]:
    for row in shown:
        yield from _cell(row, row.new or row.old, width, digits, paint)


def _beside(shown: Sequence[Row], width: int, digits: int, paint: Paint) -> Iterator[Line]:
    half = (width - 1) // 2
    nothing = [Segment(" " * half)]
    for left, right in _pairs(shown):
        was = _cell(left, left.old, half, digits, paint) if left else []
        now = _cell(right, right.new, half, digits, paint) if right else []
        for one, other in zip_longest(was, now, fillvalue=nothing):
            yield [*one, Segment(" "), *other]


def _pairs(shown: Sequence[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Lines that were taken out beside those that came in their place."""
    gone: list[Row] = []
    come: list[Row] = []
    for row in shown:
        if row.sign == "-":
            gone.append(row)
        elif row.sign == "+":
            come.append(row)
        else:
            yield from zip_longest(gone, come)
            gone, come = [], []
            yield row, None if row.sign == "@" else row
    yield from zip_longest(gone, come)


def _cell(row: Row, number: int | None, width: int, digits: int, paint: Paint) -> Iterator[Line]:
    """A row's lines, each `width` wide: number, sign, text."""
    of_sign, of_line = (paint.style(name) for name in COLOURS.get(row.sign, ("", "")))
    shown = "" if number is None else str(number)
    sign = "" if row.sign == "@" else row.sign
    for part in broken(row.text, width - digits - 1 - len(sign)):
        rest = width - digits - 1 - len(sign) - cell_len(part)
        yield [
            Segment(f"{shown:>{digits}} ", paint.style("muted")),
            Segment(sign, of_sign + of_line),
            Segment(part + " " * rest, of_line),
        ]
        shown, sign = "", " " * len(sign)
