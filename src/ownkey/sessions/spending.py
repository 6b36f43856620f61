"""The model calls of many sessions, read without the rest of their files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from ownkey.core.call import Call
from ownkey.sessions import place
from ownkey.sessions.records import Asked, Damaged, Record, Started, decode

_MARKS = (b'"kind":"call"', b'"kind":"start"')
"""What a line has that is looked at; quotes inside JSON texts are escaped."""


class Spent(msgspec.Struct, frozen=True):
    """A model call, and where and when it was made."""

    session: str
    cwd: str
    at: datetime
    call: Call


def spent(root: Path, since: datetime | None = None) -> Iterator[Spent]:
    """Every call of every session, each once: a fork holds those of its origin again.
    Lines that cannot be read are passed over; whoever opens the session is told of them."""
    seen: set[str] = set()
    for path in sorted(place.sessions(root)):
        with suppress(OSError):
            if since is None or path.stat().st_mtime >= since.timestamp():
                yield from _of(path, since, seen)


def _of(path: Path, since: datetime | None, seen: set[str]) -> Iterator[Spent]:
    cwd = ""
    for record in _records(path):
        match record.payload:
            case Started():
                cwd = record.payload.cwd
            case Asked(call=call) if record.stamp.id not in seen:
                seen.add(record.stamp.id)
                if since is None or record.stamp.at >= since:
                    yield Spent(path.stem, cwd, record.stamp.at, call)


def _records(path: Path) -> Iterator[Record]:
    with path.open("rb") as file:
        for line in file:
            if any(mark in line for mark in _MARKS):
                with suppress(Damaged):
                    yield decode(line)
