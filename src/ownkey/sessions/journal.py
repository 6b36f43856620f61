"""Writing a session: a record that `append` has returned for survives a killed process.

Each record is one `os.write` on an O_APPEND descriptor, so nothing waits in a buffer of
ours; `durable` records survive a power cut too. What is written is never written over.
"""

from __future__ import annotations

import os
from contextlib import suppress
from errno import ENOENT
from pathlib import Path

from ownkey.core.errors import SessionError
from ownkey.sessions import place
from ownkey.sessions.lock import Lock
from ownkey.sessions.records import Payload, Record, Started, Switched, encode, stamp
from ownkey.sessions.session import read


class Journal:
    """A session that this process alone may append to."""

    def __init__(self, path: Path, *, session: str, model: str, records: int, leaf: str) -> None:
        self.path = path
        self.id = session
        self.model = model
        """The last one on record."""
        self._records = records
        self._leaf = leaf
        self._waiting: list[bytes] = []
        """Records that are not on the disk yet."""
        self._failing = False
        self._lock: Lock | None = None
        self._descriptor: int | None = None

    @classmethod
    def create(cls, root: Path, cwd: Path, model: str) -> Journal:
        """A new session below the state folder `root`.

        Its file comes with the first `append`: where nothing is said, none is left.
        """
        session = place.new_id()
        path = place.path(root, cwd, session)
        journal = cls(path, session=session, model=model, records=0, leaf="")
        journal._enter(Started(session, str(cwd), model), parent="")
        return journal

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Go on with a session. Raises `SessionError` if another process is at it."""
        lock = _lock(path)
        try:
            found = read(path)
        except SessionError:
            if lock:
                lock.release()
            raise
        journal = cls(
            path,
            session=found.id,
            model=found.model,
            records=found.records,
            leaf=found.leaf,
        )
        journal._lock = lock
        return journal

    @property
    def spool(self) -> Path:
        """A folder beside the file for what is too long to be in it. It may not exist."""
        return self.path.with_suffix(".spool")

    def append(self, payload: Payload, *, durable: bool = False, parent: str | None = None) -> str:
        """Record `payload` and give the record's id.

        It follows the record before it, or `parent`: that is how to rewind. When the disk
        does not take it, it waits in memory and is tried again with the next one; only
        the first failure of a row of them raises `SessionError`.
        """
        if isinstance(payload, Switched):
            self.model = payload.model
        self._enter(payload, self._leaf if parent is None else parent)
        try:
            self._write(durable)
        except OSError as error:
            if not self._failing:
                self._failing = True
                raise _unsaved(self.path, error) from error
        return self._leaf

    def follow(self, record: str) -> None:
        """Let the next record follow `record`: what came after it is rewound over."""
        self._leaf = record

    def close(self) -> None:
        """Let others at the session, after a last try to save what waits."""
        if self._failing:
            with suppress(OSError):
                self._write(durable=True)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._lock:
            self._lock.release()
            self._lock = None

    def _enter(self, payload: Payload, parent: str) -> None:
        record = Record(stamp(self._records, parent), payload)
        self._waiting.append(encode(record))
        self._records += 1
        self._leaf = record.stamp.id

    def _write(self, durable: bool) -> None:
        if self._descriptor is None:
            place.make_private(self.path.parent)
            self._lock = self._lock or Lock(self.path, self.id)
            self._descriptor = place.append_to(self.path)
        _put(self._descriptor, b"".join(self._waiting), durable)
        self._waiting.clear()
        self._failing = False


def _put(descriptor: int, lines: bytes, durable: bool) -> None:
    """Append whole lines, or nothing."""
    if not os.fstat(descriptor).st_nlink:
        raise OSError(ENOENT, "its file was deleted")
    size = os.lseek(descriptor, 0, os.SEEK_END)
    rest = memoryview(lines if _ends_line(descriptor, size) else b"\n" + lines)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if durable:
            _sync(descriptor)
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, size)
        raise


def _ends_line(descriptor: int, size: int) -> bool:
    """Whether the file ends where a record may begin: a process killed while it wrote may
    have left half a line."""
    if not size:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def _sync(descriptor: int) -> None:
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _lock(path: Path) -> Lock | None:
    """None where the folder cannot be written: the session can still be gone on with, in
    memory, and the first `append` tells."""
    try:
        return Lock(path, path.stem)
    except OSError:
        return None


def _unsaved(path: Path, error: OSError) -> SessionError:
    return SessionError(
        f"The session is not being saved: {error.strerror or error} ({path}).",
        "The conversation goes on in memory; what is missing is written as soon as it can be.",
    )
