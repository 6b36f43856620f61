"""The bar beside the transcript: Textual's own, drawn only when it looks otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.scrollbar import ScrollBar
from textual.strip import Strip

if TYPE_CHECKING:
    from rich.segment import Segment
    from textual.geometry import Region


class Bar(ScrollBar):
    def __init__(self) -> None:
        super().__init__(vertical=True, name="vertical")
        self._look: tuple[object, ...] = ()
        self._strips: list[Strip] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        look = (
            *(self.position, self.window_size, self.window_virtual_size, self.size.height),
            *(self.grabbed, self.mouse_over, self.visual_style),
        )
        if look != self._look:
            self._look = look
            self._strips = self._drawn()
        return self._strips[crop.y : crop.bottom]

    def _drawn(self) -> list[Strip]:
        """Rows that look the same are the same."""
        console, height = self.app.console, self.size.height
        options = console.options.update(width=1, height=height)
        rows = [one for one in console.render(self.render(), options) if one.text != "\n"]
        style, filters = self.rich_style, self.get_line_filters()
        _, background = self.background_colors
        strips: dict[Segment, Strip] = {}
        for row in set(rows):
            strip = Strip([row], 1).apply_style(style)
            for each in filters:
                strip = strip.apply_filter(each, background)
            strips[row] = strip
        return [strips[row] for row in rows]
