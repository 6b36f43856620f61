"""The least transcript for Markdown: Rich's lines as they are, the last block drawn anew twenty
times a second. Long code and lists are one block, nothing can be opened, and no width but one."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.markdown import Markdown
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

FRAME = 1 / 20


class Transcript(ScrollView):
    def __init__(self) -> None:
        super().__init__()
        self._rich = Console(file=StringIO(), force_terminal=True, width=118)
        self._finished: list[Strip] = []
        self._last: list[Strip] = []
        self._block = ""
        self._drawn = ""

    def on_mount(self) -> None:
        self.set_interval(FRAME, self._draw)

    def answer(self, fragment: str) -> None:
        self._block += fragment

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y - len(self._finished)
        lines = self._finished if at < 0 else self._last
        return lines[at] if at < len(lines) else Strip.blank(self.size.width)

    def _draw(self) -> None:
        if self._block == self._drawn:
            return
        end = self._block.rfind("\n\n") + 2
        if end > 1 and self._block.count("```", 0, end) % 2 == 0:
            self._finished += self._lines(self._block[:end])
            self._block = self._block[end:]
        self._last, self._drawn = self._lines(self._block), self._block
        self.virtual_size = Size(self._rich.width, len(self._finished) + len(self._last))
        self.scroll_end(animate=False)

    def _lines(self, text: str) -> list[Strip]:
        return [Strip(line) for line in self._rich.render_lines(Markdown(text))]
