"""Lines as the screen has them: each is made once, wherever it moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.strip import Strip
    from textual.widget import Widget

MOST = 500
"""Lines that are kept."""


class Pane:
    """In place of Textual's own cache, which keeps rows: where a line comes in below, every row
    is another, and each is made anew. What is kept here is the line."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._look: tuple[object, ...] = ()
        self._made: dict[int, tuple[Strip, Strip]] = {}
        """By number: what a line was made of, and it."""

    def renew(self, *look: object) -> None:
        """Forget all lines if they are to look otherwise now."""
        look = *look, self._widget.visual_style, *self._widget.get_line_filters()
        if look != self._look or len(self._made) > MOST:
            self._look = look
            self._made.clear()

    def line(self, number: int, strip: Strip, dress: Callable[[int, Strip], Strip]) -> Strip:
        """Dressed, with the widget's margins."""
        kept = self._made.get(number)
        if kept is None or (kept[0] is not strip and kept[0] != strip):
            kept = self._made[number] = strip, self._framed(dress(number, strip))
        return kept[1]

    def _framed(self, strip: Strip) -> Strip:
        widget = self._widget
        _, background = widget.background_colors
        _, right, _, left = widget.gutter
        margin = Style(bgcolor=background.rich_color)
        strip = strip.crop_pad(widget.size.width, left, right, margin)
        for each in widget.get_line_filters():
            strip = strip.apply_filter(each, background)
        return strip
