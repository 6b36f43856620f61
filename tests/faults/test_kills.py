"""A working agent is killed at any moment, by a seeded chance: nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import pytest

from tests.faults.nursery import Child, Nursery
from tests.faults.work import ARGUMENTS, DONE, NEW, Place, is_whole, provider
from tests.proof.figures import LONG, note, tried

KILLS = tried("kills")


@pytest.mark.timeout(0 if LONG else 240)
def test_a_killed_agent_has_lost_nothing_and_is_gone_on_with(tmp_path: Path) -> None:
    chance = random.Random(7)
    killed = begun = acknowledged = 0
    with provider() as far, Nursery() as nursery:
        taught = Place(tmp_path / "taught", far.url)
        assert nursery.learn(ARGUMENTS, taught.cwd, taught.home) == 0
        length = seconds(nursery, Place(tmp_path / "timed", far.url))
        for number in range(KILLS):
            work = Place(tmp_path / "tried", far.url)
            child = nursery.born(ARGUMENTS, work.cwd, work.home)
            killed += kill(child, chance.uniform(0, length)) == -signal.SIGKILL
            told = acknowledged_by(child)
            work.check_files()
            for session in work.sessions():
                begun += 1
                kept = {getattr(message, "call", "") for message in session.messages}
                assert set(told) <= kept, f"kill {number}"
            acknowledged += len(told)
            finish(nursery, work)
            rmtree(tmp_path / "tried")
    assert begun > KILLS / 4, "most kills should come when there is something to lose"
    note("kills", kills=killed, begun=begun, acknowledged=acknowledged, lost=0)


def seconds(nursery: Nursery, work: Place) -> float:
    """How long the work takes here and now: kills are spread over it."""
    child = nursery.born(ARGUMENTS, work.cwd, work.home)
    started = time.monotonic()
    child.go()
    assert child.end() == 0
    return time.monotonic() - started


def kill(child: Child, after: float) -> int:
    child.go()
    time.sleep(after)  # the moment is the point, and no judgement hangs on it
    with suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)
    return child.end()


def acknowledged_by(child: Child) -> list[str]:
    """The results that were told of, which must be on record."""
    lines = child.out.read_text("utf-8", "replace").splitlines(keepends=True)
    told = [json.loads(line) for line in lines if line.endswith("\n")]
    return [str(one["id"]) for one in told if one["type"] == "tool_result"]


def finish(nursery: Nursery, work: Place) -> None:
    """Go on with what there is until the work is done."""
    sessions = work.sessions()
    if not sessions or not sessions[0].messages:
        return
    before = sessions[0].messages
    again = [*ARGUMENTS[:-1], "-s", sessions[0].id, "Go on."]
    child = nursery.born(again, work.cwd, work.home)
    child.go()
    assert child.end() == 0, child.said()
    after = work.sessions()[0]
    assert after.messages[: len(before)] == before
    assert DONE in child.out.read_text("utf-8")
    work.check_files()
    if is_whole(sessions[0]):
        assert (work.cwd / "kept.txt").read_text("utf-8") == NEW
