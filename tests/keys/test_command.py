"""A program that prints a key is given its time, and nothing of it is left."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from ownkey.core.errors import KeyMissing
from ownkey.keys.command import FromCommand

KEY = "test-key-not-real-1"

BEGUN = f"""
import os, subprocess, sys
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("begun", "w").write(f"{{os.getpid()}} {{inner.pid}}")
print("{KEY}", flush=True)
inner.wait()
"""


def python(text: str, patience: float = 10.0) -> FromCommand:
    return FromCommand((sys.executable, "-c", text), patience)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_one_line_end_is_cut_off(end: str) -> None:
    assert asyncio.run(python(f"print({KEY!r}, end={end!r})").fetch()) == KEY


def test_it_runs_at_home_with_the_persons_environment_and_no_input(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OP_SESSION", "s1")
    text = "import os, sys; print(os.getcwd(), os.environ['OP_SESSION'], repr(sys.stdin.read()))"
    assert asyncio.run(python(text).fetch()) == f"{home.resolve()} s1 ''"


def test_no_shell_takes_the_arguments_apart() -> None:
    command = FromCommand((sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME;`id`"))
    assert asyncio.run(command.fetch()) == "$HOME;`id`"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("while True: print('x' * 4096)", "said nothing within 1 seconds"),
        ("print('x' * 9000)", "is longer than a key"),
        ("print('two'); print('lines')", "has several lines"),
        ("import sys; sys.exit('a\\x1b[31m\\nlast\\n\\n')", "failed with 1: last"),
        ("import sys; sys.exit(4)", "failed with 4."),
        ("import os; os.kill(os.getpid(), 9)", "failed with -9."),
    ],
)
def test_what_is_no_key_is_told(text: str, words: str) -> None:
    with pytest.raises(KeyMissing) as caught:
        asyncio.run(python(text, 1.0).fetch())
    assert words in caught.value.what


@pytest.mark.skipif(os.name != "posix", reason="there are no process groups")
def test_stopping_ends_all_that_was_started(home: Path) -> None:
    async def stopped() -> list[int]:
        task = asyncio.create_task(python(BEGUN, 30.0).fetch())
        pids = await asyncio.to_thread((home / "begun").read_text)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [int(pid) for pid in pids.split()]

    os.mkfifo(home / "begun")

    for pid in asyncio.run(stopped()):
        while is_running(pid):
            time.sleep(0.01)  # until the system has ended it; the suite's limit ends the wait


def is_running(pid: int) -> bool:
    """As far as Linux shows it."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] not in "ZX"
