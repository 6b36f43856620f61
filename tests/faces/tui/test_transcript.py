"""The transcript: what streams in, what is in sight, what is opened, what is copied."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, Self

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widgets import Input

from ownkey.faces.tui.blocks import Answer, Block, Said
from ownkey.faces.tui.paint import Paint
from ownkey.faces.tui.themes import DARK, LIGHT, THEMES
from ownkey.faces.tui.transcript import Transcript

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.strip import Strip


class Counted(Transcript):
    """Tells which rows were to be sent to the terminal."""

    rows: ClassVar[list[int]] = []

    def refresh(self, *regions: Region, **how: bool) -> Self:
        for region in regions or (self.size.region,):
            self.rows.extend(region.line_range)
        return super().refresh(*regions, **how)


class Room(App[None]):
    AUTO_FOCUS = "Input"
    CSS = "Transcript { height: 1fr; } Input { height: 1; border: none; }"

    def compose(self) -> ComposeResult:
        yield Counted()
        yield Input()

    def on_mount(self) -> None:
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = DARK.name

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    @property
    def lines(self) -> list[str]:
        """As the terminal has them."""
        strips = self.screen._compositor.render_strips()[: self.transcript.size.height]
        return [strip.text[2:].rstrip(" ▁▂▃▄▅▆▇█") for strip in strips]


def in_room(
    act: Callable[[Room, Pilot[None]], Awaitable[None]], size: tuple[int, int] = (60, 13)
) -> None:
    async def run() -> None:
        app = Room()
        async with app.run_test(size=size) as pilot:
            await act(app, pilot)

    asyncio.run(run())


async def drawn(room: Room, pilot: Pilot[None]) -> None:
    """Until nothing waits to be drawn."""
    await pilot.pause()
    while room.transcript._timer is not None:
        await pilot.pause(0.01)
    await pilot.pause()


def test_it_follows_until_the_person_scrolls_and_again_from_the_end() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(30):
            room.transcript.note(f"note {number}")
        await drawn(room, pilot)
        assert "note 29" in room.lines
        room.transcript.scroll_relative(y=-20, animate=False)
        await drawn(room, pilot)
        before = room.lines
        room.transcript.note("the last")
        await drawn(room, pilot)
        assert room.lines == before
        room.transcript.scroll_end(animate=False)
        await drawn(room, pilot)
        room.transcript.note("the very last")
        await drawn(room, pilot)
        assert "the very last" in room.lines

    in_room(act)


def test_only_what_comes_into_sight_is_rendered() -> None:
    rendered: list[Block] = []

    class Drawn(Said):
        def lines(self, paint: Paint):  # type: ignore[no-untyped-def]
            rendered.append(self)
            return super().lines(paint)

    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(5_000):
            room.transcript._roll.add(Drawn(f"message {number} " * 20))
        room.transcript.note("the end")
        await drawn(room, pilot)
        assert "the end" in room.lines
        assert len(rendered) < 20
        room.transcript.scroll_home(animate=False)
        await drawn(room, pilot)
        assert "message 0" in room.lines[0]
        assert len(rendered) < 40

    in_room(act)


def test_a_new_width_keeps_what_is_looked_at() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(60):
            room.transcript.note(f"note {number} " + "word " * 30)
        await drawn(room, pilot)
        room.transcript.scroll_to(y=room.transcript._roll.top(30), animate=False)
        await drawn(room, pilot)
        assert room.lines[0].startswith("note 30")
        await pilot.resize_terminal(90, 13)
        await drawn(room, pilot)
        assert room.lines[0].startswith("note 30")

    in_room(act)


def test_what_a_call_gave_is_opened_and_folded() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.call("c1", "shell", "make")
        room.transcript.output("c1", "".join(f"line {n}\n" for n in range(20)))
        await drawn(room, pilot)
        assert "    line 19" in room.lines
        assert "    line 2" not in room.lines
        room.transcript.done("c1", ok=False, seconds=2.0, preview="exit code 2", whole="all of it")
        await drawn(room, pilot)
        assert room.lines[0] == "✗ shell make  2.0 s  exit code 2"
        room.transcript.focus()
        await pilot.press("up", "enter")
        await drawn(room, pilot)
        assert "    all of it" in room.lines
        await pilot.click(Transcript, offset=(4, 0))
        await drawn(room, pilot)
        assert "    all of it" not in room.lines

    in_room(act)


def test_reasoning_is_folded_into_a_line() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.thought("I think ")
        room.transcript.thought("about it.")
        room.transcript.answer("Done.")
        await drawn(room, pilot)
        assert room.lines[0] == "▸ Thought · 4 words"
        assert "Done." in room.lines
        room.transcript.toggle_last()
        await drawn(room, pilot)
        assert "  I think about it." in room.lines

    in_room(act)


def test_a_discarded_message_leaves_nothing() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.user("Well?")
        room.transcript.thought("Hm.")
        room.transcript.answer("Half an ans")
        room.transcript.discard()
        room.transcript.answer("A whole answer.")
        await drawn(room, pilot)
        assert [line for line in room.lines if line] == ["> Well?", "A whole answer."]

    in_room(act)


def test_selected_lines_are_copied_as_text() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.note("first line\nsecond line\nthird line")
        await drawn(room, pilot)
        await pilot.mouse_down(Transcript, offset=(2 + 6, 0))
        await pilot.hover(Transcript, offset=(2 + 6, 1))
        await pilot.mouse_up(Transcript, offset=(2 + 6, 1))
        await pilot.pause()
        assert room.screen.get_selected_text() == "line\nsecond"

    in_room(act)


def test_selecting_all_renders_every_block_once() -> None:
    rendered: list[Block] = []

    class Drawn(Said):
        def lines(self, paint: Paint) -> list[Strip]:
            rendered.append(self)
            return super().lines(paint)

    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(200):
            room.transcript._roll.add(Drawn(f"message {number}\n" * 3))
        room.transcript.note("the end")
        await drawn(room, pilot)
        room.transcript.text_select_all()
        await drawn(room, pilot)
        rendered.clear()
        copied = room.screen.get_selected_text() or ""
        assert copied.startswith("> message 0\n  message 0")
        assert copied.rstrip().endswith("the end")
        assert len(rendered) == len(set(map(id, rendered)))

    in_room(act)


def test_two_clicks_select_a_word_and_three_a_line() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.note("日本 see src/app.py, please")
        await drawn(room, pilot)
        await pilot.click(Transcript, offset=(2 + 10, 0), times=2)
        assert room.screen.get_selected_text() == "src/app.py"
        await pilot.click(Transcript, offset=(2 + 10, 0), times=3)
        assert room.screen.get_selected_text() == "日本 see src/app.py, please"

    in_room(act)


def test_a_click_leaves_the_focus_where_one_writes() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.thought("Hm.")
        room.transcript.settle()
        await drawn(room, pilot)
        await pilot.click(Transcript, offset=(4, 0))
        await drawn(room, pilot)
        assert room.lines[:2] == ["▾ Thought · 1 words", "  Hm."]
        await pilot.press("j")
        assert room.query_one(Input).value == "j"

    in_room(act)


def test_marking_text_opens_nothing() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.thought("Hm.")
        room.transcript.settle()
        await drawn(room, pilot)
        await pilot.mouse_down(Transcript, offset=(2, 0))
        await pilot.hover(Transcript, offset=(8, 0))
        await pilot.mouse_up(Transcript, offset=(8, 0))
        await drawn(room, pilot)
        assert room.lines[0].startswith("▸")

    in_room(act)


def test_escape_folds_and_then_goes_back_to_where_one_writes() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.call("c1", "read", "a.py")
        room.transcript.done("c1", ok=True, whole="inside")
        room.transcript.thought("Hm.")
        room.transcript.settle()
        await drawn(room, pilot)
        await pilot.press("shift+tab", "k", "enter")
        await drawn(room, pilot)
        assert "    inside" in room.lines
        await pilot.press("escape")
        await drawn(room, pilot)
        assert "    inside" not in room.lines
        await pilot.press("escape")
        assert room.focused is room.query_one(Input)

    in_room(act)


def test_a_discarded_message_takes_no_note_with_it() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.thought("Hm.")
        await drawn(room, pilot)
        await pilot.press("shift+tab")
        room.transcript.note("Retrying.", "warning")
        room.transcript.discard()
        await pilot.press("enter", "escape")
        await drawn(room, pilot)
        assert [line for line in room.lines if line] == ["Retrying."]

    in_room(act)


def test_what_is_opened_at_the_end_is_followed_again_when_it_is_folded() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(20):
            room.transcript.note(f"note {number}")
        room.transcript.thought("so\n" * 30)
        room.transcript.settle()
        await drawn(room, pilot)
        room.transcript.toggle_last()
        await drawn(room, pilot)
        assert room.lines[0].startswith("▾"), "as much of it as there is room for"
        room.transcript.note("while it is open")
        await drawn(room, pilot)
        assert room.lines[0].startswith("▾")
        room.transcript.toggle_last()
        room.transcript.scroll_end(animate=False)
        room.transcript.note("the last")
        await drawn(room, pilot)
        assert "the last" in room.lines

    in_room(act)


def test_a_word_more_sends_one_line_to_the_terminal() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.user("Well?")
        room.transcript.answer("A first paragraph.\n\nA second")
        await drawn(room, pilot)
        Counted.rows.clear()
        room.transcript.answer(" one.")
        await drawn(room, pilot)
        assert room.lines[4] == "A second one."
        assert set(Counted.rows) == {4}

    in_room(act)


def test_what_streams_in_below_what_is_looked_at_is_not_rendered() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(60):
            room.transcript.note(f"note {number}")
        await drawn(room, pilot)
        room.transcript.scroll_home(animate=False)
        await drawn(room, pilot)
        room.transcript.answer("word ")
        await drawn(room, pilot)
        Counted.rows.clear()
        for _ in range(500):
            room.transcript.answer("word ")
        await drawn(room, pilot)
        assert not Counted.rows
        assert room.lines[0] == "note 0"

    in_room(act)


def test_a_line_that_moves_is_not_made_again() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(60):
            room.transcript.note(f"note {number}")
        await drawn(room, pilot)
        seen = Region(0, 0, *room.transcript.outer_size)
        before = room.transcript.render_lines(seen)
        room.transcript.note("one more")
        await drawn(room, pilot)
        after = room.transcript.render_lines(seen)
        assert "one more" in after[-2].text
        assert all(one is other for one, other in zip(before[2:], after, strict=False))

    in_room(act)


def test_two_lines_alike_are_marked_apart() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.thought("so")
        for name in ("c1", "c2"):
            room.transcript.call(name, "read", "a.py")
            room.transcript.done(name, ok=True, whole="inside")
        await drawn(room, pilot)
        await pilot.press("shift+tab")
        await pilot.pause()
        plain, marked = (room.transcript.render_line(y) for y in (2, 3))
        assert plain.text == marked.text
        assert plain != marked
        seen = room.transcript.render_lines(Region(0, 0, *room.transcript.outer_size))
        await pilot.press("up")
        await pilot.pause()
        now = room.transcript.render_lines(Region(0, 0, *room.transcript.outer_size))
        assert (now[2], now[3]) == (seen[3], seen[2])

    in_room(act)


def test_the_bar_can_be_dragged() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(60):
            room.transcript.note(f"note {number}")
        await drawn(room, pilot)
        bar = room.transcript.vertical_scrollbar.region
        await pilot.mouse_down(offset=(bar.x, bar.bottom - 1))
        await pilot.hover(offset=(bar.x, bar.y))
        await pilot.mouse_up(offset=(bar.x, bar.y))
        await drawn(room, pilot)
        assert room.lines[0] == "note 0"
        room.transcript.note("the last")
        await drawn(room, pilot)
        assert room.lines[0] == "note 0"

    in_room(act)


def test_the_bar_is_drawn_anew_when_there_is_more() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        bar = room.transcript.vertical_scrollbar
        shapes = set()
        for count in (1, 10, 30):
            for number in range(count):
                room.transcript.note(f"note {number}")
            await drawn(room, pilot)
            strips = bar.render_lines(Region(0, 0, 1, bar.size.height))
            assert len(strips) == bar.size.height
            shapes.add(str([list(strip) for strip in strips]))
        assert len(shapes) == 3

    in_room(act)


def test_many_fragments_at_once_are_drawn_once() -> None:
    drawings: list[int] = []

    class Drawn(Answer):
        def lines(self, paint: Paint) -> list[Strip]:
            drawings.append(self._length)
            return super().lines(paint)

    async def act(room: Room, pilot: Pilot[None]) -> None:
        await drawn(room, pilot)
        room.transcript._open = room.transcript._roll.add(Drawn())
        for _ in range(1_000):
            room.transcript.answer("word ")
        await drawn(room, pilot)
        assert drawings == [5_000]

    in_room(act)


def test_a_new_width_keeps_the_sentence_that_is_looked_at() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.answer(" ".join(f"word{number:03}" for number in range(600)))
        room.transcript.settle()
        await drawn(room, pilot)
        room.transcript.scroll_to(y=40, animate=False)
        await drawn(room, pilot)
        first = room.lines[0].split()[0]
        for width in (41, 100, 60):
            await pilot.resize_terminal(width, 13)
            await drawn(room, pilot)
            assert first in room.lines[0]

    in_room(act)


def test_a_change_of_theme_is_drawn_at_once() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.note("words", "error")
        await drawn(room, pilot)
        dark = room.transcript.render_line(0)
        room.theme = LIGHT.name
        await drawn(room, pilot)
        assert room.transcript.render_line(0) != dark
        assert room.lines[0] == "words"

    in_room(act)


def test_the_line_that_enter_opens_is_marked_while_the_keys_go_here() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.call("c1", "read", "a.py")
        room.transcript.done("c1", ok=True, whole="inside")
        await drawn(room, pilot)

        def background() -> object:
            line = room.screen._compositor.render_strips()[0]
            return {one.style.bgcolor for one in line if one.style and "read" in one.text}

        plain = background()
        await pilot.press("shift+tab")
        await pilot.pause()
        assert background() != plain
        await pilot.press("escape")
        await pilot.pause()
        assert background() == plain

    in_room(act)


def test_what_is_selected_shows_on_code_and_changes_too() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.answer("```py\nx = 1\n```\n")
        await drawn(room, pilot)
        room.transcript.text_select_all()
        await pilot.pause()
        selected = room.screen.get_component_rich_style("screen--selection").bgcolor
        line = room.transcript.render_line(0)
        assert {one.style.bgcolor for one in line if one.style} == {selected}

    in_room(act)


def test_folding_what_began_above_goes_to_where_it_began() -> None:
    async def act(room: Room, pilot: Pilot[None]) -> None:
        room.transcript.thought("so\n" * 50)
        room.transcript.settle()
        for number in range(30):
            room.transcript.note(f"note {number}")
        await drawn(room, pilot)
        await pilot.press("shift+tab")
        room.transcript.scroll_home(animate=False)
        await pilot.press("enter")
        await drawn(room, pilot)
        room.transcript.scroll_to(y=40, animate=False)
        await drawn(room, pilot)
        assert room.lines[0] == "  so"
        await pilot.press("escape")
        await drawn(room, pilot)
        assert room.lines[0] == "▸ Thought · 50 words"

    in_room(act)
