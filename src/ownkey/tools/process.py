"""Child processes that never outlive their use: asked and answered, or killed as a tree."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from asyncio import StreamWriter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MARKER = "OWNKEY_CALL"
"""An environment variable that all processes of one call inherit."""

PROC = Path("/proc")


class Answer(NamedTuple):
    code: int
    output: bytes
    errors: bytes


async def answer(
    argv: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path,
    given: bytes = b"",
    more: AsyncIterator[bytes] | None = None,
    lent: Sequence[int] = (),
) -> Answer:
    """What a program writes when it is given `given`, and then what `more` has (meanwhile it is
    not to write much), and descriptors of ours besides. Killed when the task is cancelled."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=cwd,
        env=environment,
        pass_fds=lent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        if process.stdin and more:
            await _give(process.stdin, given, more)
        output, errors = await process.communicate(b"" if more else given)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Answer(process.returncode or 0, output, errors)


async def _give(to: StreamWriter, given: bytes, more: AsyncIterator[bytes]) -> None:
    """What has ended takes no more; what it said tells why."""
    with suppress(BrokenPipeError, ConnectionResetError):
        to.write(given)
        async for piece in more:
            to.write(piece)
            await to.drain()


class Entry(NamedTuple):
    """A line of the process table."""

    pid: int
    name: str
    parent: int
    session: int
    dead: bool


class Tree(NamedTuple):
    """The processes one command started: its session, its descendants, and whatever
    carries its marker, so that a daemon with a session of its own is found as well.

    Without /proc only the process group is known. What drops the environment, the
    session and its parents all three gets away; only a sandbox could hold that.
    """

    leader: int
    """The command's first process, which leads a session of its own."""
    marker: str
    wardens: frozenset[str] = frozenset()
    """Names of processes that hold the others: asked to end, they would kill them."""

    def alive(self) -> dict[int, str]:
        """Those that run now: name by pid."""
        table = [entry for entry in _table() if not entry.dead]
        family = {
            entry.pid: entry.name
            for entry in table
            if entry.session == self.leader or self._marks(entry.pid)
        }
        grown = True
        while grown:
            children = {e.pid: e.name for e in table if e.parent in family and e.pid not in family}
            family |= children
            grown = bool(children)
        return family

    def signal(self, number: signal.Signals) -> bool:
        """Send it to all; False if there was none."""
        if not PROC.is_dir():
            return _signalled(os.killpg, self.leader, number)
        spared = self.wardens if number != signal.SIGKILL else frozenset()
        alive = self.alive().items()
        asked = [pid for pid, name in alive if name not in spared]
        reached = [pid for pid in asked if _signalled(os.kill, pid, number)]
        return bool(reached)

    def kill(self, within: float = 1.0) -> None:
        """End them all. Looks again until none is left, since they may be forking;
        gives up after `within` seconds on what cannot be killed."""
        deadline = time.monotonic() + within
        while self.signal(signal.SIGKILL) and time.monotonic() < deadline:
            time.sleep(0.002)

    def _marks(self, pid: int) -> bool:
        try:
            environment = (PROC / str(pid) / "environ").read_bytes()
        except OSError:
            return False
        return f"{MARKER}={self.marker}".encode() in environment.split(b"\0")


def _signalled(send: Callable[[int, int], None], to: int, number: signal.Signals) -> bool:
    try:
        send(to, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _table() -> Iterator[Entry]:
    """Every process, as proc(5) tells it in `stat`; none where there is no procfs."""
    for name in _names():
        try:
            text = (PROC / name / "stat").read_text("utf-8", "replace")
        except OSError:
            continue
        before, _, after = text.rpartition(") ")
        state, parent, _, session = after.split()[:4]
        called = before.partition(" (")[2]
        yield Entry(int(name), called, int(parent), int(session), state in "ZX")


def _names() -> list[str]:
    try:
        return [path.name for path in PROC.iterdir() if path.name.isdecimal()]
    except OSError:
        return []
