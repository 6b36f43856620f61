"""What the terminal was sent, held against what there is: whatever was done in between."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import accumulate, count
from typing import TYPE_CHECKING

import pytest
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ComposeResult

from ownkey.faces.tui.themes import DARK, THEMES
from ownkey.faces.tui.transcript import Transcript

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.pilot import Pilot
    from textual.screen import Screen
    from textual.strip import Strip

STEPS = 60

PARTS = (
    "one two three four five six seven\n\n",
    "- item\n- another\n",
    "```py\ndef f():\n    return 1\n\n",
    "```\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "# A title\n",
    "words " * 40,
    "\n\n",
    "1. one\n2. two\n",
    "日本語 " * 5,
)


class Room(App[None]):
    """Keeps what a terminal would show."""

    def __init__(self) -> None:
        super().__init__()
        self.standing: dict[int, dict[int, Strip]] = {}
        """By row and column."""

    def compose(self) -> ComposeResult:
        yield Transcript()

    def on_mount(self) -> None:
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = DARK.name

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(renderable, LayoutUpdate):
            for y, strips in enumerate(renderable.strips, renderable.region.y):
                ends = accumulate((strip.cell_length for strip in strips), initial=0)
                self.standing[y] = dict(zip(ends, strips, strict=False))
        elif isinstance(renderable, ChopsUpdate):
            for y, start, end in renderable.spans:
                parts = zip(renderable.chops[y].items(), renderable.chop_ends[y], strict=False)
                self.standing[y] |= {
                    x: strip for (x, strip), to in parts if strip and x < end and to > start
                }
        super()._display(screen, renderable)

    @property
    def stands(self) -> bool:
        """Whether that is what would be drawn if all were drawn anew."""
        transcript = self.query_one(Transcript)
        transcript._pane._made.clear()
        rows = self.screen._compositor.render_strips()
        return all(
            looks([strip]) == looks(self.standing[y][x] for x in sorted(self.standing[y]))
            for y, strip in enumerate(rows)
        )


def looks(strips: object) -> list[tuple[str, object]]:
    return [
        (one, style and (style.color, style.bgcolor, style.bold, style.underline, style.reverse))
        for strip in strips  # type: ignore[attr-defined]
        for text, style, _ in strip
        for one in text
    ]


DEEDS: tuple[Callable[[Transcript, random.Random, int], object], ...] = (
    *[lambda here, dice, _: here.answer(dice.choice(PARTS))] * 5,
    lambda here, dice, number: here.note(f"note {number}", dice.choice(["info", "error"])),
    lambda here, _, __: here.settle(),
    lambda here, _, number: here.call(f"c{number}", "shell", "make"),
    lambda here, dice, number: here.output(f"c{number - dice.randrange(9)}", "line\n" * 7),
    lambda here, dice, number: here.done(f"c{number - dice.randrange(9)}", ok=True, whole="out\n"),
    lambda here, dice, _: here.scroll_relative(y=dice.randrange(-15, 15), animate=False),
    lambda here, _, __: here.scroll_end(animate=False),
    lambda here, _, __: here.toggle_last(),
    lambda here, _, __: here.text_select_all(),
    lambda here, _, __: here.screen.clear_selection(),
    lambda here, dice, _: setattr(here.app, "theme", THEMES[dice.choice(list(THEMES))].name),
)
"""What can be done to a transcript."""


async def act(dice: random.Random, room: Room, pilot: Pilot[None], number: int) -> None:
    match dice.randrange(10):
        case 0:
            await pilot.resize_terminal(dice.randrange(20, 80), dice.randrange(6, 20))
        case 1:
            await pilot.press(dice.choice(["tab", "up", "down", "enter"]))
        case _:
            dice.choice(DEEDS)(room.query_one(Transcript), dice, number)


@pytest.mark.parametrize("seed", range(4))
def test_what_stands_there_is_what_there_is(seed: int) -> None:
    async def run() -> None:
        dice, room = random.Random(seed), Room()
        async with room.run_test(size=(60, 13)) as pilot:
            await pilot.pause()
            for number in range(STEPS):
                await act(dice, room, pilot, number)
                if dice.random() < 0.5:
                    await settled(room, pilot, number)

    asyncio.run(run())


async def settled(room: Room, pilot: Pilot[None], number: int) -> None:
    """Until it stands there."""
    for _ in count():
        await pilot.pause()
        if room.query_one(Transcript)._timer is None and room.stands:
            break
        await asyncio.sleep(0.01)
