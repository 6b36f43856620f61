"""A unified diff, shown with line numbers: one column, or two where there is room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")

WIDE = 120
"""Cells from which on old and new stand side by side."""

TAB = "    "


class Row(NamedTuple):
    """A line, with its numbers in the old and in the new file."""

    sign: str
    """`+`, `-`, a blank, or `@` for a gap."""
    text: str
    old: int | None = None
    new: int | None = None


def rows(diff: str) -> Iterator[Row]:
    old = new = 0
    for line in diff.split("\n"):
        if hunk := HUNK.match(line):
            if old:
                yield Row("@", "⋯")
            old, new = int(hunk[1]), int(hunk[2])
        elif line.startswith(("--- ", "+++ ", "diff ", "index ", "\\")) or not old:
            continue
        elif line.startswith("+"):
            yield Row("+", line[1:], new=new)
            new += 1
        elif line.startswith("-"):
            yield Row("-", line[1:], old=old)
            old += 1
        else:
            yield Row(" ", line[1:], old, new)
            old, new = old + 1, new + 1


def render(shown: list[Row], width: int, colours: dict[str, str]) -> Table:
    """`colours` by sign."""
    return _beside(shown, colours) if width >= WIDE else _unified(shown, colours)


def _unified(shown: list[Row], colours: dict[str, str]) -> Table:
    table = _grid(1)
    for row in shown:
        number = row.new if row.sign == "+" else row.old
        table.add_row(_number(number), _line(row, colours))
    return table


def _beside(shown: list[Row], colours: dict[str, str]) -> Table:
    table = _grid(2)
    for left, right in _pairs(shown):
        table.add_row(
            _number(left.old if left else None),
            _line(left, colours) if left else Text(),
            _number(right.new if right else None),
            _line(right, colours) if right else Text(),
        )
    return table


def _pairs(shown: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
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
            yield row, row
    yield from zip_longest(gone, come)


def _grid(columns: int) -> Table:
    """Of numbers and lines."""
    table = Table.grid(padding=(0, 1), expand=True)
    for _ in range(columns):
        table.add_column(justify="right", no_wrap=True)
        table.add_column(ratio=1)
    return table


def _number(number: int | None) -> Text:
    return Text("" if number is None else str(number), "dim")


def _line(row: Row, colours: dict[str, str]) -> Text:
    sign = "" if row.sign == "@" else row.sign
    return Text(f"{sign}{row.text}".replace("\t", TAB), colours.get(row.sign, ""))
