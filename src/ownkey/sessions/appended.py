"""The open file of a session: whole lines go to its end, or nothing does."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ownkey.sessions import place

GONE = "was moved or deleted: a new one was written, with all that the old one held"
CUT = "was cut short by another program: what is said from now on is kept"

_PIECE = 1 << 20
"""Bytes that are copied at once."""


class Appended:
    """Raises `OSError` from everything."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = place.append_to(path)
        self._size = os.fstat(self._descriptor).st_size
        """After our last write."""

    def harm(self) -> str:
        """What somebody else did to the file since, or nothing."""
        state = os.fstat(self._descriptor)
        try:
            is_there = os.path.samestat(state, self.path.stat())
        except (FileNotFoundError, NotADirectoryError):
            is_there = False
        if not is_there:
            return GONE
        return CUT if state.st_size < self._size else ""

    def put(self, lines: bytes, *, durable: bool) -> None:
        size = os.lseek(self._descriptor, 0, os.SEEK_END)
        try:
            self._write(lines if self._ends_line(size) else b"\n" + lines)
            if durable:
                getattr(os, "fdatasync", os.fsync)(self._descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._descriptor, size)
            raise
        self._size = os.fstat(self._descriptor).st_size

    def again(self) -> Appended:
        """A new file at the path, with all that this one holds although it is gone from there;
        this one is closed. What another program has put there by now stays: a record that is
        in a file twice counts once."""
        fresh = Appended(self.path)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        try:
            fresh.put(b"", durable=False)
            while piece := os.read(self._descriptor, _PIECE):
                fresh._write(piece)
        except OSError:
            fresh.close()
            raise
        self.close()
        return fresh

    def close(self) -> None:
        os.close(self._descriptor)

    def _ends_line(self, size: int) -> bool:
        """Whether the file ends where a record may begin: a process killed while it wrote may
        have left half a line."""
        if not size:
            return True
        os.lseek(self._descriptor, size - 1, os.SEEK_SET)
        return os.read(self._descriptor, 1) == b"\n"

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
