"""All lines of a conversation, of which those are rendered that come into sight."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TypeVar

from textual.strip import Strip

from ownkey.faces.tui.blocks import Block, Call
from ownkey.faces.tui.paint import Paint

T = TypeVar("T", bound=Block)


class Roll:
    """Blocks one below the other. The height of one that was not in sight yet is an
    estimate."""

    def __init__(self, paint: Paint) -> None:
        self.paint = paint
        self.blocks: list[Block] = []
        self._drawn: list[list[Strip] | None] = []
        self._tops: list[int] = [0]
        """The first line of each block, and the one after the last."""

    @property
    def height(self) -> int:
        return self._tops[-1]

    def add(self, block: T) -> T:
        """Calls stand close together, and apart from all else."""
        before = self.blocks[-1] if self.blocks else None
        block.apart = isinstance(before, Call) and not isinstance(block, Call)
        self.blocks.append(block)
        self._drawn.append(None)
        return block

    def cut(self, at: int) -> None:
        """Drop the blocks from this one on."""
        del self.blocks[at:], self._drawn[at:]

    def repaint(self, paint: Paint) -> None:
        """Every line is another: the width changed, or the colours."""
        self.paint = paint
        self._drawn = [None] * len(self.blocks)

    def top(self, at: int) -> int:
        """The first line of a block, or the one after the last."""
        return self._tops[min(at, len(self._tops) - 1)]

    def at(self, line: int) -> int:
        """The block that has this line."""
        return max(bisect_right(self._tops, line) - 1, 0)

    def measure(self) -> None:
        """Take the heights as they are known now."""
        heights = (
            len(lines) if lines is not None else block.estimate(self.paint.width) + block.apart
            for block, lines in zip(self.blocks, self._drawn, strict=True)
        )
        self._tops = list(accumulate(heights, initial=0))

    def render(self, first: int, count: int) -> bool:
        """Render what is new in so many lines from the first. Whether any height is another
        than was thought."""
        moved = False
        for at in range(self.at(first), len(self.blocks)):
            if self._tops[at] > first + count:
                break
            block, known = self.blocks[at], self._drawn[at]
            if known is None or block.stale:
                lines = self._drawn[at] = self._lines(block)
                block.stale = False
                moved |= len(lines) != self._tops[at + 1] - self._tops[at]
        return moved

    def strip(self, line: int) -> Strip:
        at = self.at(line)
        if at >= len(self.blocks):
            return Strip.blank(self.paint.width)
        drawn = self._drawn[at]
        lines = self._lines(self.blocks[at]) if drawn is None else drawn
        within = line - self._tops[at]
        return lines[within] if within < len(lines) else Strip.blank(self.paint.width)

    def _lines(self, block: Block) -> list[Strip]:
        above = [Strip.blank(self.paint.width)] if block.apart else []
        return above + block.lines(self.paint)
