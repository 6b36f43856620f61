"""The workspace as undo sees it: what is where, with a copy of it, and putting it back."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from errno import ELOOP, ENOENT, ENOTDIR
from pathlib import Path

from ownkey.beneath import CREATING, READING, Beneath, Place, copy_attributes, identity
from ownkey.undo.blobs import Blobs
from ownkey.undo.changes import Entry

LARGEST = 64_000_000
"""Bytes. Of larger files no copy is kept."""

_TRIES = 3
"""How often a file is read that changes while it is."""

ABSENT = frozenset({ENOENT, ENOTDIR, ELOOP})
"""What it means that a path has nothing, be it that a folder above is a link now."""


class Workspace(Beneath):
    """An open folder, whose contents are copied."""

    def __init__(self, root: Path, hidden: frozenset[tuple[int, int]] = frozenset()) -> None:
        """`hidden` are files that no copy is made of, by device and inode. Raises `OSError`."""
        super().__init__(root)
        self.hidden = hidden

    def look(self, path: bytes, blobs: Blobs) -> Entry | None:
        """What is there now, with a copy of it; None for nothing."""
        try:
            with self.place(path) as place:
                return self.entry(place, blobs)[0]
        except OSError as error:
            if error.errno in ABSENT:
                return None
            raise

    def entry(self, place: Place, blobs: Blobs) -> tuple[Entry, os.stat_result]:
        """An entry of an open folder, with a copy of its content, and its state when that was
        read. Raises `FileNotFoundError`."""
        for _ in range(_TRIES):
            state = place.state()
            found = self._read(place, state, blobs)
            if identity(place.state()) == identity(state):
                return found, state
        return _unkept(state, "it was being written to"), state

    def put(self, path: bytes, entry: Entry, data: bytes, temporary: bytes) -> None:
        """Make a file or a link, or put it in the place of one, whole or not at all."""
        with self.place(path) as place:
            new = place.beside(temporary)
            with suppress(FileNotFoundError):  # of an earlier try that was killed
                new.remove()
            try:
                if entry.link:
                    os.symlink(data, new.name, dir_fd=new.folder)
                else:
                    _create(new, place, entry, data)
                new.replace(place)
            except BaseException:
                with suppress(OSError):
                    new.remove()
                raise

    def _read(self, place: Place, state: os.stat_result, blobs: Blobs) -> Entry:
        mode, size = state.st_mode, state.st_size
        if stat.S_ISDIR(mode):
            return Entry(mode)
        if (state.st_dev, state.st_ino) in self.hidden:
            return _unkept(state, "it holds keys")
        if stat.S_ISLNK(mode):
            target = os.readlink(place.name, dir_fd=place.folder)
            return Entry(mode, blobs.put(target), size)
        if not stat.S_ISREG(mode):
            return _unkept(state, "it is no regular file")
        if size > LARGEST:
            return _unkept(state, f"it is larger than {LARGEST // 1_000_000} MB")
        try:
            descriptor = place.open(READING)
        except PermissionError:
            return _unkept(state, "it cannot be read")
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(LARGEST)
        return Entry(mode, blobs.put(data), len(data))


def _create(new: Place, old: Place, entry: Entry, data: bytes) -> None:
    """A new file, with the owner and the attributes of the one it is to replace."""
    with os.fdopen(new.open(CREATING), "wb") as file:
        file.write(data)
        _adopt(file.fileno(), old)
        os.fchmod(file.fileno(), stat.S_IMODE(entry.mode))
        file.flush()
        os.fsync(file.fileno())


def _adopt(descriptor: int, old: Place) -> None:
    """As far as it can be had: content and mode are what was promised."""
    with suppress(OSError):
        opened = old.open(READING)
        try:
            state = os.fstat(opened)
            if stat.S_ISREG(state.st_mode):
                copy_attributes(opened, descriptor)
                os.fchown(descriptor, state.st_uid, state.st_gid)
        finally:
            os.close(opened)


def _unkept(state: os.stat_result, why: str) -> Entry:
    seen = f"{state.st_mtime_ns} {state.st_ino}".encode()
    return Entry(state.st_mode, seen, state.st_size, why)
