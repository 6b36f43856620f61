"""All lines of a conversation, of which those are rendered that come into sight."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, TypeVar

from ownkey.faces.tui.blocks import Answer, Block, Call, Thought

if TYPE_CHECKING:
    from textual.strip import Strip

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
        """The first line of each block that was measured, and the one after the last."""

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

    def discard(self, at: int) -> None:
        """Drop what a model said in the blocks from this one on."""
        kept = [one for one in self.blocks[at:] if not isinstance(one, Answer | Thought)]
        self.cut(at)
        for block in kept:
            self.add(block)

    def cut(self, at: int) -> None:
        """Drop the blocks from this one on."""
        del self.blocks[at:], self._drawn[at:], self._tops[at + 1 :]

    def repaint(self, paint: Paint) -> None:
        """Every line is another: the width changed, or the colours."""
        self.paint = paint
        self._drawn = [None] * len(self.blocks)
        del self._tops[1:]

    def top(self, at: int) -> int:
        """The first line of a block, or the one after the last."""
        return self._tops[min(at, len(self._tops) - 1)]

    def head(self, at: int) -> int:
        """The line of a block that says what it is."""
        return self.top(at) + self.blocks[at].apart

    def at(self, line: int) -> int:
        """The block that has this line."""
        return max(bisect_right(self._tops, line) - 1, 0)

    def measure(self) -> None:
        """Take in the heights of blocks that are new."""
        for block in self.blocks[len(self._tops) - 1 :]:
            height = block.estimate(self.paint.width) + block.apart
            self._tops.append(self._tops[-1] + height)

    def render(self, first: int, count: int) -> bool:
        """Render what is new in so many lines from the first. Whether any height is another
        than was thought."""
        moved = False
        at = self.at(first)
        while at < len(self.blocks) and self._tops[at] <= first + count:
            block = self.blocks[at]
            if self._drawn[at] is None or block.stale:
                moved |= self._settle(at, self._lines(block))
                block.stale = False
            at += 1
        return moved

    def strip(self, line: int) -> Strip:
        return next(iter(self.strips(line, 1)), self.paint.blank())

    def strips(self, first: int, count: int) -> list[Strip]:
        """So many lines from the first, as far as there are any."""
        strips: list[Strip] = []
        at = self.at(first)
        while at < len(self._tops) - 1 and len(strips) < count:
            drawn = self._drawn[at]
            if drawn is None:
                drawn = self._drawn[at] = self._lines(self.blocks[at])
                self.blocks[at].stale = True  # its height is still the estimate
            within = first + len(strips) - self._tops[at]
            height = self._tops[at + 1] - self._tops[at]
            seen = drawn[within:height]
            strips += seen
            strips += [self.paint.blank()] * (height - within - len(seen))
            at += 1
        return strips[:count]

    def passed(self, line: int) -> int:
        """How much of its block's text stands above a line: the same at every width."""
        at = self.at(line)
        drawn = self._drawn[at] if at < len(self.blocks) else None
        return sum(_weight(strip) for strip in (drawn or [])[: line - self._tops[at]])

    def within(self, at: int, passed: int) -> int:
        """Which line of a block has so much of its text above it."""
        if at >= len(self.blocks) or not passed:
            return 0
        lines = self._lines(self.blocks[at])
        self._settle(at, lines)
        for number, strip in enumerate(lines):
            passed -= _weight(strip)
            if passed < 0:
                return number
        return max(len(lines) - 1, 0)

    def _settle(self, at: int, lines: list[Strip]) -> bool:
        """These are a block's lines. Whether they are more or fewer than was thought."""
        self._drawn[at] = lines
        by = len(lines) - (self._tops[at + 1] - self._tops[at])
        if by:
            self._tops[at + 1 :] = [top + by for top in self._tops[at + 1 :]]
        return bool(by)

    def _lines(self, block: Block) -> list[Strip]:
        above = [self.paint.blank()] if block.apart else []
        return above + block.lines(self.paint)


def _weight(strip: Strip) -> int:
    return sum(not character.isspace() for character in strip.text)
