from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from textual import events, on
from textual.app import App, ComposeResult

from ownkey.core.message import Image
from ownkey.faces.tui.completion import Command
from ownkey.faces.tui.composer import Composer
from ownkey.faces.tui.editor import BLINKS
from ownkey.faces.tui.history import History
from ownkey.faces.tui.keys import Keys
from ownkey.faces.tui.suggestions import Suggestions
from ownkey.tools import walk

if TYPE_CHECKING:
    from textual.pilot import Pilot

COMMANDS = (
    Command("model", "Switch the model", "[name]"),
    Command("help", "What there is"),
    Command("compress", "Summarise the conversation", "[focus]"),
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


class Desk(App[None]):
    """The composer alone, and what it posted."""

    def __init__(self, cwd: Path) -> None:
        super().__init__()
        self.cwd = cwd
        self.posted: list[Any] = []

    def compose(self) -> ComposeResult:
        yield Composer(
            cwd=self.cwd, environ={}, commands=COMMANDS, history=History(self.cwd / ".prompts")
        )

    def on_mount(self) -> None:
        self.composer.focus()

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    @on(Composer.Submitted)
    def _submitted(self, event: Composer.Submitted) -> None:
        self.posted.append(("sent", event.text, *event.images))

    @on(Composer.Shell)
    def _shell(self, event: Composer.Shell) -> None:
        self.posted.append(("shell", event.command))

    @on(Composer.Invoked)
    def _invoked(self, event: Composer.Invoked) -> None:
        self.posted.append(("invoked", event.name, event.rest))

    @on(Composer.Queued)
    def _queued(self, event: Composer.Queued) -> None:
        self.posted.append(("queue", *(one.text for one in event.queue)))


def at_desk(cwd: Path, act: Callable[[Desk, Pilot[None]], Awaitable[None]]) -> Desk:
    async def run() -> Desk:
        app = Desk(cwd)
        async with app.run_test(size=(80, 24)) as pilot:
            await act(app, pilot)
            await pilot.pause()
        return app

    return asyncio.run(run())


async def paste(app: Desk, pilot: Pilot[None], text: str) -> None:
    app.composer.editor.post_message(events.Paste(text))
    await pilot.pause()


@pytest.mark.parametrize(
    ("keys", "posted"),
    [
        (["h", "i", "enter"], ("sent", "hi")),
        (["a", "shift+enter", "b", "ctrl+j", "c", "enter"], ("sent", "a\nb\nc")),
        (["!", "l", "s", "enter"], ("shell", "ls")),
        ([*"/mode", "tab", "x", "enter"], ("invoked", "model", "x")),
        ([*"/mode", "enter"], ("invoked", "model", "")),
        ([*"/hel", "enter"], ("invoked", "help", "")),
        ([*"/com", "tab", "enter"], ("invoked", "compress", "")),
        ([*"/nope", "enter"], ("invoked", "nope", "")),
        ([*"/usr/bin", "enter"], ("sent", "/usr/bin")),
    ],
)
def test_enter_sends_what_was_typed_as_what_it_is(
    tmp_path: Path, keys: list[str], posted: tuple[str, ...]
) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press(*keys)

    assert at_desk(tmp_path, act).posted == [posted]


@pytest.mark.parametrize("keys", [["enter"], [" ", "enter"], ["!", "enter"]])
def test_nothing_is_not_sent(tmp_path: Path, keys: list[str]) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press(*keys)

    assert at_desk(tmp_path, act).posted == []


def test_a_long_paste_shows_as_a_label_and_is_sent_whole(tmp_path: Path) -> None:
    text = "\n".join(f"line {number}" for number in range(120))

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await paste(app, pilot, text)
        assert app.composer.editor.text == "[pasted 120 lines]"
        await pilot.press("!", "enter")

    assert at_desk(tmp_path, act).posted == [("sent", f"{text}!")]


def test_a_label_is_deleted_and_crossed_as_one(tmp_path: Path) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press("a")
        await paste(app, pilot, "x" * 1001)
        await pilot.press("left", "left", "right", "right", "b", "left")
        assert app.composer.editor.text == "a[pasted 1,001 characters]b"
        await pilot.press("backspace")
        assert app.composer.editor.text == "ab"

    at_desk(tmp_path, act)


def test_the_path_of_an_image_becomes_a_chip(tmp_path: Path) -> None:
    (tmp_path / "my shot.png").write_bytes(PNG)

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await paste(app, pilot, str(tmp_path / "my\\ shot.png"))
        assert app.composer.editor.text == "[image my shot.png]"
        await pilot.press("enter")

    sent = ("sent", "[image my shot.png]", Image("image/png", PNG))
    assert at_desk(tmp_path, act).posted == [sent]


def test_a_file_that_only_is_named_as_an_image_stays_text(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_text("words")

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await paste(app, pilot, "no.png")
        assert app.composer.editor.text == "no.png"

    at_desk(tmp_path, act)


def test_prompts_wait_while_the_agent_works_and_can_be_taken_back(tmp_path: Path) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        app.composer.busy = True
        await pilot.press("a", "enter", "b", "enter", "up")
        assert app.composer.editor.text == "b"
        await pilot.press("2", "enter")
        first = app.composer.take()
        assert first is not None
        assert first.text == "a"
        assert [one.text for one in app.composer.queue] == ["b2"]

    app = at_desk(tmp_path, act)
    assert app.posted == [("queue", "a"), ("queue", "a", "b"), ("queue", "a"), ("queue", "a", "b2")]


def test_up_and_down_go_through_what_was_sent_and_back_to_the_draft(tmp_path: Path) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press("a", "enter", "b", "enter", "d", "up", "up", "up")
        assert app.composer.editor.text == "a"
        await pilot.press("down", "down")
        assert app.composer.editor.text == "d"

    at_desk(tmp_path, act)


def test_a_mention_offers_files_that_are_not_ignored(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").touch()
    (tmp_path / "main.log").touch()
    (tmp_path / ".gitignore").write_text("*.log\n")

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press(*"see @mai")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.query_one(Suggestions).option_count == 1
        await pilot.press("tab", "o", "k", "enter")

    assert at_desk(tmp_path, act).posted == [("sent", "see @src/main.py ok")]


def test_a_mention_that_is_typed_sooner_than_the_files_are_found_offers_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.py").touch()
    typed, found = Event(), walk.names_under

    def slowly(root: Path) -> Iterator[str]:
        typed.wait(30)
        return found(root)

    monkeypatch.setattr(walk, "names_under", slowly)

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press(*"see @mai")
        assert app.query_one(Suggestions).option_count == 0
        typed.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.query_one(Suggestions).option_count == 1

    at_desk(tmp_path, act)


def test_escape_closes_the_suggestions_first(tmp_path: Path) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press("/")
        assert app.query_one(Suggestions).display
        await pilot.press("escape")
        assert not app.query_one(Suggestions).display
        assert app.composer.editor.text == "/"

    at_desk(tmp_path, act)


def test_a_terminal_that_cannot_be_lent_keeps_the_draft(tmp_path: Path) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press("a", "ctrl+g")
        assert app.composer.editor.text == "a"

    at_desk(tmp_path, act)


def test_a_prompt_that_waits_is_dropped(tmp_path: Path) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        app.composer.busy = True
        await pilot.press("a", "enter", "b", "enter", "c", "ctrl+x")
        assert [one.text for one in app.composer.queue] == ["a", "b"]
        app.composer.clear()
        await pilot.press("ctrl+x")
        assert [one.text for one in app.composer.queue] == ["a"]

    at_desk(tmp_path, act)


def test_what_was_dropped_comes_back_and_stands_in_no_file(tmp_path: Path) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press(*"half", "enter", *"a thought")
        assert app.composer.clear()
        await pilot.press("up")
        assert app.composer.editor.text == "a thought"
        await pilot.press("up")
        assert app.composer.editor.text == "half"

    at_desk(tmp_path, act)
    assert "thought" not in (tmp_path / ".prompts").read_text()


def test_a_question_mark_shows_the_keys_only_where_nothing_is_written(tmp_path: Path) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        assert isinstance(app.screen, Keys)
        await pilot.press("escape", "a", "question_mark")
        assert app.composer.editor.text == "a?"

    at_desk(tmp_path, act)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ([*"one", "ctrl+u", *"two"], "two"),
        ([*"axb", "left", "backspace", *"y"], "ayb"),
        ([*"ab", "home", *"x"], "xab"),
        ([*"a", "shift+enter", *"b", "up", *"c"], "ac\nb"),
        ([*"abc", "ctrl+w", *"d"], "d"),
    ],
)
def test_keys_that_come_at_once_act_in_their_order(
    tmp_path: Path, keys: list[str], text: str
) -> None:
    """As a quick person's do while the app is busy."""

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        for key in keys:
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert app.composer.editor.text == text

    at_desk(tmp_path, act)


def test_the_cursor_rests_where_nobody_types(tmp_path: Path) -> None:
    async def act(desk: Desk, pilot: Pilot[None]) -> None:
        editor = desk.composer.editor

        def drawn_by_blinks() -> int:
            before = editor._cursor_visible
            changes = 0
            for _ in range(4 * BLINKS):
                editor._toggle_cursor_blink_visible()
                changes += before != editor._cursor_visible
                before = editor._cursor_visible
            return changes

        assert drawn_by_blinks() == BLINKS
        assert editor._cursor_visible
        assert drawn_by_blinks() == 0
        await pilot.press("x")
        assert drawn_by_blinks() == BLINKS

    at_desk(tmp_path, act)
