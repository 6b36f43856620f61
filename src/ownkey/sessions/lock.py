"""One writer a session: a lock that dies with its process."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from ownkey.core.errors import SessionError

if sys.platform != "win32":
    import fcntl


class Lock:
    """A file beside the journal that holds the writer's process id.

    Not the journal itself: where locks are emulated (NFS), closing any descriptor of a
    file drops them, and the journal is also read.
    """

    def __init__(self, journal: Path, session: str) -> None:
        """Take the lock. Raises `SessionError` if another process has it, `OSError` if the
        folder cannot be written."""
        self._path = journal.with_suffix(".lock")
        self._descriptor = self._take(session)

    def release(self) -> None:
        # Removed before it is free: the other way round it could be another's by then.
        with suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)

    def _take(self, session: str) -> int:
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _lock(descriptor):
                holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
                os.close(descriptor)
                raise _held(session, holder)
            if self._is(descriptor):
                _sign(descriptor)
                return descriptor
            os.close(descriptor)

    def _is(self, descriptor: int) -> bool:
        """Whether the file just locked is still there: its holder may have been about to
        remove it."""
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False


def _lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        return True  # nothing stands between two writers there
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: better unguarded than unsaved
    return True


def _sign(descriptor: int) -> None:
    with suppress(OSError):  # a full disk costs the others our name, not us the lock
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())


def _held(session: str, holder: str) -> SessionError:
    return SessionError(
        f"Session {session} is open in another ownkey (process {holder or 'unknown'}).",
        f"Close it there, or go on with a copy: --fork {session}",
    )
