"""The app in a real terminal: started, spoken to, killed, gone on with, left."""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.e2e.front_door import command, entry, settle
from tests.far import Act, Far, chat, chat_call, event, stream

fcntl = pytest.importorskip("fcntl", reason="there are no pseudo-terminals here")
pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

PATIENCE = 30.0
"""Seconds until a test gives up; nothing is judged by time."""

LEAVES_THE_SCREEN = b"\x1b[?1049l"


class Terminal:
    """A pseudo-terminal with a process in it."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.seen = b""
        self.master = master

    def reads(self, words: bytes) -> None:
        """Waits until these bytes have come."""
        end = time.monotonic() + PATIENCE
        while words not in self.seen:
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"{words!r} never came; the last was {self.seen[-600:]!r}")

    def interrupt(self) -> None:
        """Ctrl+C, once it waits: in the moment between a prompt and the reading, Python's `input`
        hears no signal before the next key."""
        state = Path(f"/proc/{self.process.pid}/stat")
        while state.exists() and state.read_text().rpartition(")")[2].split()[0] == "R":
            time.sleep(0.01)
        os.kill(self.process.pid, signal.SIGINT)

    def types(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def ends(self) -> int:
        """What is left to read, and the exit code."""
        while self._read(PATIENCE):
            pass
        return self.process.wait(PATIENCE)

    def _read(self, seconds: float) -> bool:
        if seconds <= 0 or not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.seen += data
        return bool(data)


@contextmanager
def terminal(
    cwd: Path, *arguments: str, size: tuple[int, int] = (30, 100), under: tuple[str, ...] = ()
) -> Iterator[Terminal]:
    """`size` is of lines and columns; `under` a program that starts others."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    environ = {"TERM": "xterm-256color", "COLORTERM": "truecolor", **os.environ}
    process = subprocess.Popen(
        [*under, *command(*arguments)],
        cwd=cwd,
        env=environ,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        os.close(master)


def begun(text: str) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]})


def test_the_screen_is_given_back_with_the_answer_and_the_way_back(
    home: Path, tmp_path: Path
) -> None:
    with Far(chat("Remembered.")) as far:
        settle(home, entry(far.url))
        with terminal(tmp_path) as app:
            app.reads(b"Far One")
            app.types("Well?\r")
            app.reads(b"Remembered.")
            app.types("/quit\r")
            code = app.ends()
    left = app.seen.rpartition(LEAVES_THE_SCREEN)[2]
    assert code == 0
    assert b"Remembered." in left
    assert b"ownkey --resume " in left


def test_a_killed_app_loses_nothing_that_was_said(home: Path, tmp_path: Path) -> None:
    with Far(chat("Kept."), stream(begun("Half"), Act.STALL), chat("Whole.")) as far:
        settle(home, entry(far.url))
        with terminal(tmp_path) as app:
            app.reads(b"Far One")
            app.types("First.\r")
            app.reads(b"Kept.")
            app.types("Second.\r")
            assert far.stalled.wait(PATIENCE)
            os.kill(app.process.pid, signal.SIGKILL)
        with terminal(tmp_path, "--resume") as app:
            app.reads(b"Kept.")
            app.reads(b"Second.")
            app.types("Third.\r")
            app.reads(b"Whole.")
    said = str(far.requests[2].json["messages"])
    assert "First." in said
    assert "Second." in said


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_nothing_is_painted_where_that_is_not_wanted(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: dict[str, str]
) -> None:
    with Far(chat("Plainly.")) as far:
        settle(home, entry(far.url))
        for name, value in variable.items():
            monkeypatch.setenv(name, value)
        with terminal(tmp_path) as app:
            app.reads(b"> ")
            app.types("Well?\n")
            app.reads(b"Plainly.")
            app.types("/quit\n")
            assert app.ends() == 0
    assert LEAVES_THE_SCREEN not in app.seen


LIGHT = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
KIND = "\x1b[?62;22c"


def test_a_light_terminal_is_asked_for_its_background_and_what_is_typed_meanwhile_kept(
    home: Path, tmp_path: Path
) -> None:
    with Far(chat("Seen.")) as far:
        settle(home, entry(far.url))
        with terminal(tmp_path) as app:
            app.reads(b"\x1b]11;?")
            app.types(f"Qu{LIGHT}ick{KIND}")
            app.reads(b"48;2;251;251;250")  # the light theme's background
            app.reads(b"Far One")
            app.types("?\r")
            app.reads(b"Seen.")
    assert far.requests[0].json["messages"][-1]["content"].endswith("Quick?")


def test_who_looks_elsewhere_is_told_and_the_title_is_given_back(
    home: Path, tmp_path: Path
) -> None:
    with Far(chat("Here.")) as far:
        settle(home, entry(far.url))
        with terminal(tmp_path) as app:
            app.reads(b"Far One")
            app.reads(f"\x1b]2;ownkey · {tmp_path.name}\x07".encode())
            app.types("\x1b[O")  # the window has lost the focus
            app.types("Well?\r")
            app.reads("· working\x07".encode())
            app.reads(b"\x1b]9;ownkey: done\x07")
            app.types("/quit\r")
            app.ends()
    assert b"\x1b[22;2t" in app.seen
    assert b"\x1b[23;2t" in app.seen


def test_line_by_line_ctrl_c_interrupts_what_runs_and_twice_leaves(
    home: Path, tmp_path: Path
) -> None:
    with Far(stream(begun("It goes on and on"), Act.STALL), chat("Again.")) as far:
        settle(home, entry(far.url))
        with terminal(tmp_path, "--plain") as app:
            app.reads(b"> ")
            app.types("Go.\n")
            app.reads(b"It goes on")
            app.interrupt()
            app.reads(b"Interrupted.")
            app.types("Well?\n")
            app.reads(b"Again.")
            app.reads(b"so far\r\n> ")
            app.interrupt()
            app.reads(b"Ctrl+C again leaves")
            app.reads(b"do.\r\n> ")
            app.interrupt()
            assert app.ends() == 0


def test_line_by_line_ctrl_c_at_a_question_ends_the_turn(home: Path, tmp_path: Path) -> None:
    with Far(chat_call("shell", command="touch a"), chat("Never said.")) as far:
        settle(home, entry(far.url))
        with terminal(tmp_path, "--plain") as app:
            app.reads(b"> ")
            app.types("Make a.\n")
            app.reads(b"$ touch a\r\n")
            app.reads(b"instead: ")
            app.interrupt()
            app.reads(b"Interrupted.")
            app.types("/quit\n")
            assert app.ends() == 0
    assert not (tmp_path / "a").exists()
    assert len(far.requests) == 1
