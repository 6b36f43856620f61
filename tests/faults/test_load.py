"""Two hundred conversations at once in one process, while the far side fails: none is lost, and
every answer belongs to its own."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import resource
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
import pytest

from ownkey.conversation import converse
from ownkey.core.event import Answer, Event, Permission, Retrying
from ownkey.core.message import Assistant, Result, Text, User
from ownkey.options import Options
from ownkey.rehearsal.conversation import Call, Conversation, Told, Turn
from ownkey.rehearsal.faults import Fault, Mishap, Refusal, Reset, What
from ownkey.rehearsal.formats import Problem
from ownkey.rehearsal.server import Rehearsal
from ownkey.sessions import store
from ownkey.sessions.session import read
from tests.e2e.front_door import entry, settle
from tests.proof.figures import LONG, note, tried

AT_ONCE = 200
ROUNDS = tried("load") // AT_ONCE
GROWTH = 40
"""Megabytes that the process may grow from the second round to the last."""

NAME = re.compile(r"I am number (\d+) of round (\d+)")
NOW = {"retry-after": "0"}

MISHAPS: tuple[What, ...] = (
    Reset(),
    Mishap("hangup"),
    Mishap("end"),
    Mishap("garbage"),
    Mishap("error"),
    Refusal(Problem(429, "Rate limit reached.", "rate_limit_exceeded", headers=NOW)),
    Refusal(Problem(503, "Overloaded.", "overloaded", headers=NOW)),
)
EVERY = 5
"""One request in so many goes wrong, when it comes for the first time."""


class Once(Fault, frozen=True):
    """What goes wrong with requests that `share` picks, and goes well when they come again."""

    share: int = 0
    met: set[int] = msgspec.field(default_factory=set)

    def strikes(self, number: int, body: Mapping[str, Any]) -> bool:
        known = crc32(msgspec.json.encode(body["messages"]))
        if known % (EVERY * len(MISHAPS)) != self.share or known in self.met:
            return False
        self.met.add(known)
        return True


def script(seen: Conversation) -> Turn:
    """Read what is in its folder, write that down, and say it."""
    told = " ".join(item.text for item in seen.items if isinstance(item, Told))
    found = NAME.search(told)
    assert found
    results = [item.text for item in seen.items if not isinstance(item, Told | Turn)]
    match len(results):
        case 0:
            return Turn(text="I look.", calls=(Call("read", {"path": "mine.txt"}),))
        case 1:
            written = {"path": f"said-{found[2]}.txt", "content": f"{found[1]}/{found[2]}\n"}
            return Turn(text="I write.", calls=(Call("write", written),))
    return Turn(text=f"Number {found[1]} of round {found[2]} has read: {results[0].strip()}")


async def refuse(permission: Permission) -> Answer:
    return Answer("never")


async def one(folder: Path, number: int, turn: int, retried: list[Event]) -> str:
    """A whole conversation, and the session it leaves."""
    options = Options(cwd=folder, level="low")

    def listen(event: Event) -> None:
        if isinstance(event, Retrying):
            retried.append(event)

    async with converse(options, listen, refuse) as conversation:
        ended = await conversation.say(f"I am number {number} of round {turn}. What is mine?")
        assert ended.stop == "end", ended
        return conversation.session


async def round_of(home: Path, folders: list[Path], turn: int) -> tuple[list[str], int]:
    faults = [Once(what, share=place) for place, what in enumerate(MISHAPS)]
    retried: list[Event] = []
    async with Rehearsal(script, faults) as far:
        settle(home, entry(far.url))
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(one(folder, number, turn, retried))
                for number, folder in enumerate(folders)
            ]
        met = sum(len(fault.met) for fault in faults)
        assert met > AT_ONCE / 4
        # On a kept connection a reset is made good below, untold. A busy system refuses a
        # connection now and then too: there may be more.
        untold = sum(len(fault.met) for fault in faults if isinstance(fault.what, Reset))
        assert len(retried) >= met - untold
        assert far.refused == []
    return [task.result() for task in tasks], met


def check(session: str, number: int, turn: int) -> None:
    """Each has its own words, its own file and its own answer, and nobody else's."""
    found = read(store.find(store.folder(os.environ), session))
    kinds = [type(message) for message in found.messages]
    assert kinds == [User, Assistant, Result, Assistant, Result, Assistant]
    words = [part.text for one in found.messages for part in one.content if isinstance(part, Text)]
    assert NAME.findall(" ".join(words)) == [(str(number), str(turn))]
    assert f"Number {number} of round {turn} has read:" in words[-1]
    assert f"secret of {number}." in words[-1]
    assert found.skipped == ()


def megabytes() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.fixture
def many_files() -> Iterator[None]:
    """Both ends of every connection are in this process."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(before[1], 16_384), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("many_files")
@pytest.mark.timeout(0 if LONG else 240)
def test_many_conversations_at_once_are_neither_lost_nor_crossed(
    home: Path, tmp_path: Path
) -> None:
    folders = [tmp_path / str(number) for number in range(AT_ONCE)]
    for number, folder in enumerate(folders):
        folder.mkdir()
        (folder / "mine.txt").write_text(f"the secret of {number}.\n")
    sizes: list[float] = []
    descriptors: list[int] = []
    faults = 0
    for turn in range(ROUNDS):
        sessions, met = asyncio.run(round_of(home, folders, turn))
        faults += met
        assert len(set(sessions)) == AT_ONCE
        for number, session in enumerate(sessions):
            check(session, number, turn)
            assert (folders[number] / f"said-{turn}.txt").read_text() == f"{number}/{turn}\n"
        sizes.append(megabytes())
        descriptors.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
    assert sizes[-1] - sizes[1] < GROWTH, sizes
    assert descriptors[-1] <= descriptors[0]
    grown = round(sizes[-1] - sizes[1], 1)
    note("load", conversations=AT_ONCE * ROUNDS, at_once=AT_ONCE, faults=faults, grown_mb=grown)
