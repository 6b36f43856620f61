"""What is selected with the mouse: its words, and how it is drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

if TYPE_CHECKING:
    from rich.style import Style

WORD = re.compile(r"[^\s()\[\]{}<>\"'`,;│]+")
"""Paths and names stay whole."""


def around(text: str, cell: int, *, whole: bool) -> tuple[int, int] | None:
    """From which character to which goes the word at a cell, or the `whole` line."""
    words = [(0, len(text))] if whole else [word.span() for word in WORD.finditer(text)]
    for start, end in words:
        if cell_len(text[:start]) <= cell < cell_len(text[:end]):
            return start, end
    return None


def highlighted(strip: Strip, span: tuple[int, int], style: Style) -> Strip:
    """With what stands from one character to the other in the style, whatever it had. -1: to
    the end."""
    start, end = span
    left = cell_len(strip.text[:start])
    right = strip.cell_length if end == -1 else cell_len(strip.text[:end])
    selected = Strip(Segment.apply_style(strip.crop(left, right), post_style=style))
    return Strip.join([strip.crop(0, left), selected, strip.crop(right)])
