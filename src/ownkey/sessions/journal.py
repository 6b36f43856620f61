"""Writing a session: a record that `append` has returned for survives a killed process.

Each record is one `os.write` on an O_APPEND descriptor, so nothing waits in a buffer of
ours; `durable` records survive a power cut too. What is written is never written over.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ownkey.core.errors import SessionError
from ownkey.sessions import place
from ownkey.sessions.appended import GONE, Appended
from ownkey.sessions.lock import Lock
from ownkey.sessions.records import Payload, Record, Started, Switched, encode, stamp
from ownkey.sessions.session import Session, read


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
        self._file: Appended | None = None

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
        """As `go_on`, for who needs nothing of what is in it."""
        return cls.go_on(path)[0]

    @classmethod
    def go_on(cls, path: Path) -> tuple[Journal, Session]:
        """Go on with a session, which was read for that. Raises `SessionError` if another process
        is at it."""
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
        return journal, found

    @property
    def spool(self) -> Path:
        """A folder beside the file for what is too long to be in it. It may not exist."""
        return self.path.with_suffix(".spool")

    def append(self, payload: Payload, *, durable: bool = False, parent: str | None = None) -> str:
        """Record `payload` and give the record's id.

        It follows the record before it, or `parent`: that is how to rewind. When the disk
        does not take it, it waits in memory and is tried again with the next one; only
        the first failure of a row of them raises `SessionError`. So does, after it is written,
        what somebody else did to the file.
        """
        if isinstance(payload, Switched):
            self.model = payload.model
        self._enter(payload, self._leaf if parent is None else parent)
        try:
            harm = self._write(durable)
        except OSError as error:
            if not self._failing:
                self._failing = True
                raise _unsaved(self.path, error) from error
            return self._leaf
        if harm:
            raise SessionError(f"The file of this session {harm} ({self.path}).")
        return self._leaf

    def follow(self, record: str) -> None:
        """Let the next record follow `record`: what came after it is rewound over."""
        self._leaf = record

    def close(self) -> None:
        """Let others at the session, after a last try to save what waits."""
        if self._failing:
            with suppress(OSError):
                self._write(durable=True)
        if self._file is not None:
            self._file.close()
            self._file = None
        self._release()

    def _enter(self, payload: Payload, parent: str) -> None:
        record = Record(stamp(self._records, parent), payload)
        self._waiting.append(encode(record))
        self._records += 1
        self._leaf = record.stamp.id

    def _write(self, durable: bool) -> str:
        """Gives what somebody else has done to the file, or nothing."""
        if self._file is None:
            self._take()
            self._file = Appended(self.path)
        if (harm := self._file.harm()) == GONE:
            self._release()  # it may have been taken away with the file
            self._take()
            self._file = self._file.again()
        self._file.put(b"".join(self._waiting), durable=durable)
        self._waiting.clear()
        self._failing = False
        return harm

    def _take(self) -> None:
        place.make_private(self.path.parent)
        self._lock = self._lock or Lock(self.path, self.id)

    def _release(self) -> None:
        if self._lock:
            self._lock.release()
            self._lock = None


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
