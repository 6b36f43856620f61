"""The comparison as a picture: a bar for each model and figure, as SVG without any script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

LINE, LETTER, BAR, GAP = 26, 8, 130, 30
"""Pixels: the height of a line, and the widths of a letter, of the longest bar, and between."""


class Column(NamedTuple):
    title: str
    values: Sequence[float | None]
    """None: unknown."""
    shown: Sequence[str]
    colour: str
    most: float | None = None
    """What the longest bar stands for. None: the greatest of the values."""


def svg(names: Sequence[str], columns: Sequence[Column]) -> str:
    """A table of bars."""
    left = LETTER * (max(map(len, names), default=0) + 3)
    width = left + len(columns) * (BAR + GAP)
    height = (len(names) + 1) * LINE + LETTER
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    parts += [_text(8, row + 1, name) for row, name in enumerate(names)]
    for place, column in enumerate(columns):
        parts += _bars(left + place * (BAR + GAP), column)
    return "\n".join((*parts, "</svg>\n"))


def _bars(left: int, column: Column) -> list[str]:
    most = column.most or max((value for value in column.values if value), default=0.0)
    parts = [_text(left, 0, column.title, weight="bold")]
    for row, (value, shown) in enumerate(zip(column.values, column.shown, strict=True)):
        length = round(BAR * value / most) if value and most else 0
        top = (row + 1) * LINE + 5
        parts.append(
            f'<rect x="{left}" y="{top}" width="{length}" height="{LINE - 8}"'
            f' fill="{column.colour}"/>'
        )
        parts.append(_text(left + 4, row + 1, shown))
    return parts


def _text(left: int, row: int, text: str, *, weight: str = "normal") -> str:
    baseline = row * LINE + LINE - 8
    return (
        f'<text x="{left}" y="{baseline}" font-weight="{weight}" fill="#1b1b1b">'
        f"{escape(text)}</text>"
    )
