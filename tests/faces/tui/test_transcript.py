"""The transcript: what streams in, what is in sight, what is opened, what is copied."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from ownkey.faces.tui import markdown
from ownkey.faces.tui.blocks import Answer, Block, Call, Said
from ownkey.faces.tui.difference import rows
from ownkey.faces.tui.paint import Paint
from ownkey.faces.tui.themes import DARK, THEMES
from ownkey.faces.tui.transcript import Transcript

if TYPE_CHECKING:
    from textual.pilot import Pilot

MARKDOWN = """\
# A title

Some words with `code`, a [link](https://example.com/a/b) and **weight**.

- one
- two

  still two

1. first

```python
def f(x):

    return x
```

| a | b |
|---|---|
| 1 | 2 |

> quoted

The end.
"""

DIFF = """\
--- a.py
+++ a.py
@@ -1,3 +1,3 @@
 one
-two
+zwei
 three"""


def text_of(block: Block, width: int = 60) -> list[str]:
    return [strip.text.rstrip() for strip in block.lines(Paint(DARK, width))]


@given(st.lists(st.integers(1, 40), max_size=30))
@settings(max_examples=60, deadline=None)
def test_fragments_come_to_the_same_lines_as_the_whole(cuts: list[int]) -> None:
    streamed = Answer()
    paint = Paint(DARK, 60)
    rest = MARKDOWN
    for cut in cuts:
        streamed.add(rest[:cut])
        streamed.lines(paint)
        rest = rest[cut:]
    streamed.add(rest)
    assert text_of(streamed) == text_of(Answer(MARKDOWN))


@given(st.text(alphabet="ab `~#-*>|1.\n\t", max_size=200))
@settings(deadline=None)
def test_nothing_is_lost_where_it_is_cut_into_pieces(text: str) -> None:
    splitter = markdown.Splitter()
    pieces = list(splitter.add(text))
    assert "".join(pieces) + splitter.tail == text


def test_code_with_blank_lines_stays_one_piece() -> None:
    pieces = list(markdown.Splitter().add(MARKDOWN))
    assert any("def f(x):\n\n    return x" in piece for piece in pieces)
    assert len(pieces) == 3


def test_a_link_names_the_host_it_leads_to() -> None:
    assert "link (example.com)" in " ".join(text_of(Answer(MARKDOWN)))
    assert "example.com (" not in " ".join(text_of(Answer("[example.com](https://example.com)\n")))


def test_a_change_is_numbered_and_stands_side_by_side_where_there_is_room() -> None:
    call = Call("edit", "a.py")
    call.finish(ok=True, seconds=1.25, preview="+1 -1", whole="Edited a.py.", diff=DIFF)
    narrow, wide = text_of(call, 60), text_of(call, 140)
    assert narrow[0] == "✓ edit a.py  1.2 s  +1 -1"
    assert [line.split() for line in narrow[1:]] == [
        ["1", "one"],
        ["2", "-two"],
        ["2", "+zwei"],
        ["3", "three"],
    ]
    assert wide[2].split() == ["2", "-two", "2", "+zwei"]


def test_gaps_between_the_hunks_of_a_diff_show() -> None:
    two = DIFF + "\n@@ -9,1 +9,1 @@\n-nine\n+neun"
    assert [row.sign for row in rows(two)] == [" ", "-", "+", " ", "@", "-", "+"]


class Room(App[None]):
    def compose(self) -> ComposeResult:
        yield Transcript()

    def on_mount(self) -> None:
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = DARK.name

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    @property
    def lines(self) -> list[str]:
        transcript = self.transcript
        return [transcript.render_line(y).text.rstrip() for y in range(transcript.size.height)]


def in_room(
    act: Callable[[Room, Pilot[None]], Awaitable[None]], size: tuple[int, int] = (60, 12)
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

    class Counted(Said):
        def lines(self, paint: Paint):  # type: ignore[no-untyped-def]
            rendered.append(self)
            return super().lines(paint)

    async def act(room: Room, pilot: Pilot[None]) -> None:
        for number in range(5_000):
            room.transcript._roll.add(Counted(f"message {number} " * 20))
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
        await pilot.resize_terminal(90, 12)
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


def test_wide_characters_and_marks_keep_the_lines_at_their_width() -> None:
    for text in ("日本語のテキスト" * 20, "🙂👩‍👩‍👧‍👦🇩🇪" * 20, "e\u0301" * 90, "\t\tx\n" * 3):
        for strip in Answer(text).lines(Paint(DARK, 40)):
            assert strip.cell_length == 40
