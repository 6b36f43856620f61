from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from ownkey.faces.tui.exactly import Asking, Exactly
from ownkey.faces.tui.permission import Answer, CommandField, PermissionPanel

if TYPE_CHECKING:
    from textual.pilot import Pilot

RUN = Asking(title="Run", argv=("rm", "a b"), cwd="/work", why="It runs.", always="every rm")

SHELL = Asking(title="Run", command="rm -r out", cwd="/work", why="It runs.")

CHANGE = "--- a\n+++ a\n@@ -1 +1 @@\n-old\n+x\x1b[1A\n"


def exactly(app: App[None]) -> list[str]:
    """The lines that say what would happen."""
    widget = app.query_one(Exactly)
    lines = (widget.render_line(y).text.rstrip() for y in range(widget.size.height))
    return [line for line in lines if line]


class Desk(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def compose(self) -> ComposeResult:
        yield PermissionPanel(clock=lambda: self.now)
        yield Input(id="elsewhere")

    @property
    def panel(self) -> PermissionPanel:
        return self.query_one(PermissionPanel)


def at_desk(act: Callable[[Desk, Pilot[None]], Awaitable[None]]) -> None:
    async def run() -> None:
        app = Desk()
        async with app.run_test(size=(80, 24)) as pilot:
            app.query_one("#elsewhere").focus()
            await act(app, pilot)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("keys", "reply"),
    [
        (["y"], Answer("once")),
        (["a"], Answer("session")),
        (["n"], Answer("never")),
        (["t", *"nay", "enter"], Answer("never", "nay")),
        (["t", "n", "escape", "y"], Answer("once")),
        (["e", "escape", "Y", "n"], Answer("never")),
    ],
)
def test_each_key_gives_its_answer(keys: list[str], reply: Answer) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        asked = asyncio.create_task(app.panel.ask(RUN))
        await pilot.pause()
        app.now += 1
        await pilot.press(*keys)
        assert await asked == reply
        await pilot.pause()
        assert app.focused is app.query_one("#elsewhere")

    at_desk(act)


def test_a_key_typed_before_it_could_be_read_answers_nothing() -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        asked = asyncio.create_task(app.panel.ask(RUN))
        await pilot.pause()
        await pilot.press("y", "a", "n", "e")
        assert not asked.done()
        app.now += 0.3
        await pilot.press("n")
        assert await asked == Answer("never")

    at_desk(act)


def test_those_that_wait_are_asked_one_after_another_each_with_its_own_guard() -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        first = asyncio.create_task(app.panel.ask(RUN))
        second = asyncio.create_task(app.panel.ask(Asking(title="Two", why="It writes.")))
        await pilot.pause()
        app.now += 1
        await pilot.press("y", "n")
        assert await first == Answer("once")
        assert not second.done()
        app.now += 1
        await pilot.press("a", "n")
        assert await second == Answer("never")

    at_desk(act)


def test_a_cancelled_question_is_asked_no_more() -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        asked = asyncio.create_task(app.panel.ask(RUN))
        await pilot.pause()
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await pilot.pause()
        assert not app.panel.display

    at_desk(act)


def test_the_focus_cannot_be_taken_while_it_asks() -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        asked = asyncio.create_task(app.panel.ask(RUN))
        await pilot.pause()
        app.query_one("#elsewhere").focus()
        await pilot.pause()
        await pilot.pause()
        assert app.focused is app.panel
        asked.cancel()

    at_desk(act)


def test_all_that_would_happen_is_shown_and_nothing_hidden() -> None:
    hostile = Asking(
        title="Run \x1b[2J", argv=("echo", "a\u202eb", "c d"), cwd="/w", diff=CHANGE, why="w"
    )

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        asked = asyncio.create_task(app.panel.ask(hostile))
        await pilot.pause()
        assert exactly(app)[:2] == ["echo $'a\\u202eb' 'c d'", "in /w"]
        assert exactly(app)[-1].endswith("+x")
        asked.cancel()

    at_desk(act)


@pytest.mark.parametrize(
    ("keys", "reply"),
    [
        (["backspace", *"ld", "enter"], Answer("once", command="rm -r ould")),
        (["enter"], Answer("once")),
        (["ctrl+j", *"ls", "enter"], Answer("once", command="rm -r out\nls")),
    ],
)
def test_a_command_is_changed_before_it_runs(keys: list[str], reply: Answer) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        asked = asyncio.create_task(app.panel.ask(SHELL))
        await pilot.pause()
        app.now += 1
        await pilot.press("e")
        assert app.query_one(CommandField).text == "rm -r out"
        await pilot.press(*keys)
        assert await asked == reply

    at_desk(act)


def test_what_the_model_hid_in_a_command_is_seen_when_it_is_changed() -> None:
    hidden = Asking(title="Run", command="ls \u202e", why="It runs.")

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        asked = asyncio.create_task(app.panel.ask(hidden))
        await pilot.pause()
        app.now += 1
        await pilot.press("e", "enter")
        assert await asked == Answer("once", command="ls \ufffd")

    at_desk(act)


def test_those_of_one_reply_are_shown_whole_and_allowed_together() -> None:
    both = Asking(title="Write", why="w", diff=CHANGE, after=(SHELL,))

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        asked = asyncio.create_task(app.panel.ask(both))
        await pilot.pause()
        assert exactly(app)[-3:] == ["2 of 2  Run", "rm -r out", "in /work"]
        app.now += 1
        await pilot.press("Y")
        assert await asked == Answer("once", all=True)

    at_desk(act)
