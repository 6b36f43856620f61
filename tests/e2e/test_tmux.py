"""A person's hour with the app, in a real terminal multiplexer: what is on the screen counts."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.front_door import command, entry, settle
from tests.far import Act, Far, chat, chat_call, event, messages, stream

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="there is no tmux here")

PATIENCE = 30.0
"""Seconds until a test gives up; nothing is judged by time."""


class Pane:
    """A terminal with the app in it."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def tmux(self, *arguments: str, given: str = "") -> str:
        line = ("tmux", "-S", str(self._socket), "-f", os.devnull, *arguments)
        done = subprocess.run(
            line, input=given, capture_output=True, text=True, timeout=PATIENCE, check=True
        )
        return done.stdout

    @property
    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def reads(self, words: str) -> bool:
        return words in " ".join(self.screen.split())

    def until(self, condition: Callable[[], bool], keys: str = "") -> None:
        """Press the keys, if any, as long as it is not so: a question heeds none at first."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"never came to be:\n{self.screen}"
            if keys:
                self.press(keys)
            time.sleep(0.05)  # the machine's time, not the test's

    def sees(self, words: str, keys: str = "") -> None:
        self.until(lambda: self.reads(words), keys)

    def misses(self, words: str) -> None:
        self.until(lambda: not self.reads(words))

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def says(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)
        self.press("Enter")

    def pastes(self, text: str) -> None:
        """In brackets, as terminals do."""
        self.tmux("load-buffer", "-b", "pasted", "-", given=text)
        self.tmux("paste-buffer", "-p", "-b", "pasted")

    @property
    def process(self) -> int:
        return int(self.tmux("display-message", "-p", "#{pane_pid}"))


@contextmanager
def pane(cwd: Path, *arguments: str, size: tuple[int, int] = (80, 24)) -> Iterator[Pane]:
    """`size` is of columns and lines."""
    folder = Path(tempfile.mkdtemp(prefix="ownkey-"))  # a socket's path has to be short
    opened = Pane(folder / "tmux")
    width, height = map(str, size)
    line = f"exec {shlex.join(command(*arguments))}"
    opened.tmux("new-session", "-d", "-x", width, "-y", height, "-c", str(cwd), line)
    try:
        yield opened
    finally:
        subprocess.run(
            ("tmux", "-S", str(folder / "tmux"), "kill-server"), capture_output=True, check=False
        )
        shutil.rmtree(folder)


def begun(text: str) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]})


def said(far: Far, request: int) -> str:
    return str(far.requests[request].json["messages"])


def test_an_hour_with_the_app(home: Path, tmp_path: Path) -> None:
    replies = (
        chat("Good day to you."),
        chat_call("write", path="made.txt", content="made\n"),
        chat("It is written."),
        stream(begun("It goes on and on"), Act.STALL),
    )
    with Far(*replies) as one, Far(*map(messages, ("I am Two.", "Anew.", "Read."))) as two:
        settle(
            home,
            entry(one.url),
            entry(two.url, "anthropic", model="far-2", displayName="Number Two"),
        )
        with pane(tmp_path) as app:
            app.sees("Far One")
            app.says("Good day.")
            app.sees("Good day to you.")
            approves(app, tmp_path)
            switches_and_interrupts(app)
            goes_back(app)
            is_resized(app)
            pastes_five_thousand_lines(app)
            os.kill(app.process, signal.SIGKILL)
        assert said(two, 2).count("line 4999 of many") == 1
        assert "Another thing?" in said(two, 1)
        assert "Who are you?" not in said(two, 1)
        with pane(tmp_path, "--resume") as app:
            app.sees("Read.")
            app.sees("Number Two")


def approves(app: Pane, folder: Path) -> None:
    app.says("Write it.")
    app.sees("Change a file: write made.txt")
    assert not (folder / "made.txt").exists()
    app.sees("It is written.", keys="y")
    app.press("C-u")
    assert (folder / "made.txt").read_text() == "made\n"


def switches_and_interrupts(app: Pane) -> None:
    """The turn that runs stays with its model; the next one is the other's."""
    app.says("Go on.")
    app.sees("It goes on and")
    app.says("/model Two")
    app.sees("Number Two ·")
    app.press("Escape")
    app.sees("Interrupted.")
    app.misses("Esc interrupts")
    app.says("Who are you?")
    app.sees("I am Two.")


def goes_back(app: Pane) -> None:
    app.misses("Esc interrupts")
    app.says("/rewind")
    app.sees("Back to before")
    app.press("Enter")
    app.misses("Back to before")
    app.sees("│ Who are you?")
    app.misses("I am Two.")
    app.press("C-u")
    app.says("Another thing?")
    app.sees("Anew.")


def is_resized(app: Pane) -> None:
    for width, height in ((200, 60), (40, 12), (120, 40)):
        app.tmux("resize-window", "-x", str(width), "-y", str(height))
        app.until(lambda: max(map(len, app.screen.splitlines())) == width)  # noqa: B023  called at once
        app.sees("Anew.")
        app.sees("Number Two")


def pastes_five_thousand_lines(app: Pane) -> None:
    app.misses("Esc interrupts")
    app.pastes("".join(f"line {number} of many\n" for number in range(5_000)))
    app.sees("[pasted 5,000 lines]")
    app.press("Enter")
    app.sees("Read.")


def test_what_is_copied_reaches_the_clipboard_of_tmux(home: Path, tmp_path: Path) -> None:
    with Far(chat("Take me along.")) as far, pane(tmp_path) as app:
        settle(home, entry(far.url))
        app.sees("Far One")
        app.says("Well?")
        app.sees("Take me along.")
        app.misses("Esc interrupts")
        app.says("/copy")
        app.until(lambda: "Take me along." in app.tmux("list-buffers", "-F", "#{buffer_sample}"))
