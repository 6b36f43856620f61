"""What is kept of one workspace, in the state folder:

undo/<slug of the workspace>/
    blobs/              every content that may have to be brought back
    index               the workspace as it was last seen
    sessions/<id>/      the sets of changes of one session
    sessions/<id>/open  the state before a call that has not ended yet
    lock
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

import msgspec

from ownkey.sessions import place
from ownkey.undo.blobs import Blobs
from ownkey.undo.changes import Set
from ownkey.undo.tree import Manifest, Moment

if sys.platform != "win32":
    import fcntl

MOST = 1_000_000_000
"""Bytes of copies for one workspace, beyond which the sessions least recently used lose
theirs."""

_OPEN = "open"

_Kept = TypeVar("_Kept", Manifest, Moment, Set)


class Shelf:
    def __init__(self, state: Path, cwd: Path, most: int = MOST) -> None:
        """`state` is the state folder."""
        self._folder = state / "undo" / place.shelf(state, cwd).name
        self._most = most
        self._lock: int | None = None
        self.blobs = Blobs(self._folder / "blobs")

    def take(self) -> list[str]:
        """Begin to use it, after dropping what is too much while nobody else does. Gives the
        sessions whose copies were dropped. Raises `OSError`."""
        if self._lock is not None:
            return []
        place.make_private(self._folder)
        self._lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        dropped = self._shrink() if _lock(self._lock, alone=True) else []
        _lock(self._lock, alone=False)
        return dropped

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def index(self) -> Manifest:
        """The workspace as it was last seen; empty where that is not known."""
        return _decoded(self._folder / "index", Manifest) or Manifest()

    def see(self, now: Manifest) -> None:
        """The workspace was seen as this: what is still so need not be read again."""
        _store(self._folder / "index", now)

    def open(self, session: str, before: Moment) -> None:
        """Keep the state before a call, so that its changes can be told even if ownkey ends
        before it does."""
        _store(self._session(session) / _OPEN, before)

    def opened(self, session: str) -> Moment | None:
        """The state before a call that never ended."""
        return _decoded(self._folder / "sessions" / session / _OPEN, Moment)

    def settle(self, session: str) -> None:
        """The call has ended, and what it did is kept."""
        with suppress(FileNotFoundError):
            (self._folder / "sessions" / session / _OPEN).unlink()

    def add(self, session: str, changes: Set) -> str:
        """Keep a set and give its name. Raises `OSError`."""
        name = f"{datetime.now(UTC):%Y%m%d%H%M%S%f}-{token_hex(3)}"
        _store(self._session(session) / name, changes)
        return f"{session}/{name}"

    def get(self, name: str) -> Set | None:
        """None where it is kept no more."""
        return _decoded(self._folder / "sessions" / name, Set)

    def _session(self, session: str) -> Path:
        folder = self._folder / "sessions" / session
        place.make_private(folder)
        return folder

    def _shrink(self) -> list[str]:
        """Drop sessions until the rest is small enough: what is used by the last of them is
        kept, however large."""
        dropped: list[str] = []
        if self.blobs.size() <= self._most:
            return dropped
        sessions = sorted(self._sessions(), key=lambda one: one.stat().st_mtime)
        self.blobs.sweep(self._alive(sessions))
        while len(sessions) > 1 and self.blobs.size() > self._most:
            oldest = sessions.pop(0)
            shutil.rmtree(oldest, ignore_errors=True)
            dropped.append(oldest.name)
            self.blobs.sweep(self._alive(sessions))
        return dropped

    def _sessions(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (self._folder / "sessions").iterdir()

    def _alive(self, sessions: list[Path]) -> set[bytes]:
        """The digests that something refers to."""
        alive = _in_manifest(self.index())
        for file in (file for session in sessions for file in session.iterdir()):
            if file.name == _OPEN:
                alive |= _in_moment(_decoded(file, Moment) or Moment())
            else:
                changes = (_decoded(file, Set) or Set()).changes
                alive |= {end.digest for one in changes for end in (one.before, one.after) if end}
        return alive


def _in_moment(moment: Moment) -> set[bytes]:
    return _in_manifest(moment.workspace or Manifest()) | {
        entry.digest for entry in moment.touched.values() if entry
    }


def _in_manifest(manifest: Manifest) -> set[bytes]:
    return {row.entry.digest for row in manifest.rows.values()}


def _store(path: Path, what: Manifest | Moment | Set) -> None:
    temporary = path.with_name(f".{token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
            to.write(msgspec.msgpack.encode(what))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _decoded(path: Path, kind: type[_Kept]) -> _Kept | None:
    """None also for what an other version has written: it is of no use then."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def _lock(descriptor: int, *, alone: bool) -> bool:
    """Copies are dropped by one that is alone, since others may count on them."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX | fcntl.LOCK_NB) if alone else fcntl.LOCK_SH)
    except OSError:
        return False
    return True
