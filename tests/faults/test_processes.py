"""Two processes on one session: the second is told, or goes on with a copy."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.front_door import command, entry, run, settle
from tests.far import Act, Far, chat, event, stream

PATIENCE = 30

HALF = stream(event({"choices": [{"index": 0, "delta": {"content": "Half an"}}]}), Act.STALL)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def begun(cwd: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_second_process_is_told_and_can_fork(home: Path, work: Path) -> None:
    with Far(chat("One."), HALF, chat("Forked.")) as far:
        settle(home, entry(far.url))
        session = json.loads(run("exec", "-o", "json", "first", cwd=work).stdout)["session_id"]
        with begun(work, "exec", "-s", session, "second") as first:
            assert far.stalled.wait(PATIENCE)
            second = run("exec", "-s", session, "third", cwd=work)
            forked = run("exec", "--fork", session, "third", cwd=work)
            first.kill()
            first.communicate()
    assert (second.returncode, second.stdout) == (1, "")
    assert f"is open in another ownkey (process {first.pid})" in second.stderr
    assert f"--fork {session}" in second.stderr
    assert (forked.returncode, forked.stdout) == (0, "Forked.\n")
    assert "second" in str(far.requests[2].json["messages"])


def test_the_lock_of_a_killed_process_stands_in_nobodys_way(home: Path, work: Path) -> None:
    with Far(HALF, chat("Gone on.")) as far:
        settle(home, entry(far.url))
        with begun(work, "exec", "first") as first:
            assert far.stalled.wait(PATIENCE)
            os.kill(first.pid, signal.SIGKILL)
            first.communicate()
        (lock,) = home.rglob("*.lock")
        assert lock.read_text() == f"{first.pid}\n"
        done = run("exec", "-s", "last", "second", cwd=work)
    assert (done.returncode, done.stdout) == (0, "Gone on.\n")
    assert not list(home.rglob("*.lock"))


def test_two_processes_in_one_folder_have_sessions_of_their_own(home: Path, work: Path) -> None:
    with Far(*(chat("Same."),) * 4) as far:
        settle(home, entry(far.url))
        running = [begun(work, "exec", "-o", "json", f"task {number}") for number in range(4)]
        told = [json.loads(one.communicate(timeout=PATIENCE)[0]) for one in running]
        shown = [run("sessions", "show", one["session_id"], cwd=work).stdout for one in told]
    assert len({one["session_id"] for one in told}) == 4
    for number, text in enumerate(shown):
        assert f"task {number}" in text
        assert text.count("> task") == 1
