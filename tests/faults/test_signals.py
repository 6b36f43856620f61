"""Signals and closed outputs, at several states: nothing is left running, the session goes on."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.front_door import command, entry, run, settle
from tests.e2e.test_terminal import LEAVES_THE_SCREEN, PATIENCE, Terminal, terminal, termios
from tests.far import Act, Far, Reply, chat, chat_call, event, stream
from tests.proof.figures import note

MARK = "OWNKEY_TEST_MARK"
HALF = stream(event({"choices": [{"index": 0, "delta": {"content": "Half an"}}]}), Act.STALL)
SLEEPING = "echo $$ > running; sleep 1000 & sleep 1000"

ENDS = {"SIGTERM": 143, "SIGHUP": 129, "SIGINT": 130, "SIGQUIT": 131}
"""Exit codes, as shells have them."""


def in_an_answer(far: Far, work: Path) -> None:
    assert far.stalled.wait(PATIENCE)


def in_a_command(far: Far, work: Path) -> None:
    until((work / "running").exists)


STATES: dict[str, tuple[Reply, Callable[[Far, Path], None]]] = {
    "in an answer": (HALF, in_an_answer),
    "in a command": (chat_call("shell", command=SLEEPING), in_a_command),
}


def until(holds: Callable[[], bool]) -> None:
    """Until it does: nothing is judged by time but that it ends."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        select.select([], [], [], 0.01)


def marked(mark: str) -> list[str]:
    """The processes that inherited the mark."""
    needle = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if needle in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(MARK, str(tmp_path))
    return str(tmp_path)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ENDS)
def test_exec_ends_with_a_session_and_without_children(
    home: Path, work: Path, mark: str, name: str, state: str
) -> None:
    reply, reached = STATES[state]
    with Far(reply, chat("Gone on.")) as far:
        settle(home, entry(far.url))
        with begun(work) as process:
            reached(far, work)
            leader = children(process.pid)
            process.send_signal(getattr(signal, name))
            _, told = process.communicate(timeout=PATIENCE)
        gone(mark, leader)
        assert process.returncode == ENDS[name], told
        assert "Go on with: ownkey exec -s " in told
        assert "Traceback" not in told
        done = run("exec", "-s", "last", "go on", cwd=work)
    assert (done.returncode, done.stdout) == (0, "Gone on.\n"), done.stderr
    assert "start" in str(far.requests[-1].json["messages"])


def begun(work: Path, form: str = "text") -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("exec", "--auto", "high", "-o", form, "start"),
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children(pid: int) -> set[int]:
    """All that descend from a process."""
    table = {}
    for folder in Path("/proc").iterdir():
        try:
            table[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(") ")[2].split()[1]
            )
        except (OSError, ValueError):
            continue
    family = {pid}
    for _ in table:
        family |= {one for one, parent in table.items() if parent in family}
    return family - {pid}


def gone(mark: str, family: set[int]) -> None:
    """None of these runs, nor does any process that inherited the mark."""
    alive = [pid for pid in family if runs(pid)]
    assert alive == []
    assert marked(mark) == []


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize("form", ["text", "json", "stream-json"])
def test_a_reader_that_leaves_ends_the_run_in_silence(
    home: Path, work: Path, mark: str, form: str
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with Far(chat_call("read", path="none"), chat("An answer.")) as far:
        settle(home, entry(far.url))
        process = subprocess.Popen(
            command("exec", "-o", form, "start"),
            cwd=work,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(writer)
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "Traceback" not in told
    assert "Exception" not in told
    assert marked(mark) == []


@pytest.mark.parametrize("stream", [1, 2])
def test_an_output_that_was_closed_before_the_start_is_no_crash(
    home: Path, work: Path, stream: int
) -> None:
    line = shlex.join(command("exec", "hi"))
    with Far(chat("An answer.")) as far:
        settle(home, entry(far.url))
        done = subprocess.run(
            ["/bin/sh", "-c", f"exec {line} {stream}>&-"],
            cwd=work,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    assert stream == 1 or done.stdout == "An answer.\n"


def test_a_stopped_run_goes_on_where_it_was(home: Path, work: Path) -> None:
    with Far(chat_call("shell", command="echo $PPID > running; read x < gate"), chat("On.")) as far:
        settle(home, entry(far.url))
        os.mkfifo(work / "gate")
        with begun(work, "stream-json") as process:
            until((work / "running").exists)
            process.send_signal(
                signal.SIGSTOP
            )  # no handler: nor has Ctrl+Z's, which needs a terminal
            until(lambda: " T " in Path(f"/proc/{process.pid}/stat").read_text())
            process.send_signal(signal.SIGCONT)
            (work / "gate").write_text("go\n")
            told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert json.loads(told.splitlines()[-1])["result"] == "On."


@pytest.mark.parametrize("state", ["idle", *STATES])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"])
def test_the_app_gives_the_terminal_back(
    home: Path, work: Path, mark: str, name: str, state: str
) -> None:
    reply, reached = STATES.get(state, (HALF, lambda far, work: None))
    with Far(reply, chat("Gone on.")) as far:
        settle(home, entry(far.url))
        with terminal(work, "--auto", "high") as app:
            before = termios.tcgetattr(app.master)
            app.reads(b"Far One")
            if state != "idle":
                app.types("start\r")
                reached(far, work)
            family = children(app.process.pid)
            app.process.send_signal(getattr(signal, name))
            code = ended(app)
            after = termios.tcgetattr(app.master)
        gone(mark, family)
        assert code in (0, ENDS[name])
        assert b"Traceback" not in app.seen
        assert LEAVES_THE_SCREEN in app.seen
        assert after[:4] == before[:4]
        if state != "idle":
            done = run("exec", "-s", "last", "go on", cwd=work)
            assert done.stdout == "Gone on.\n", done.stderr


def ended(app: Terminal) -> int:
    return app.ends()


def test_what_is_tried_is_counted() -> None:
    note("signals", ends=len(ENDS) * len(STATES) + 4 * (len(STATES) + 1), orphans=0)
