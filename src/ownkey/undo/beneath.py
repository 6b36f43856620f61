"""Looking at paths below a folder, and changing them, without ever following a link.

Every part of a path is opened in the folder before it and refused if it is a link, so that
whatever is swapped for one meanwhile, nothing outside is read or written.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ELOOP, ENOENT, ENOTDIR
from pathlib import Path
from typing import Self

from ownkey.undo.blobs import Blobs
from ownkey.undo.changes import Entry

LARGEST = 20_000_000
"""Bytes. Of larger files no copy is kept."""

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CREATING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)

_TRIES = 3
"""How often a file is read that changes while it is."""

ABSENT = frozenset({ENOENT, ENOTDIR, ELOOP})
"""What it means that a path has nothing, be it that a folder above is a link now."""


class Beneath:
    """A folder that is open. Its paths are bytes, with `/`."""

    def __init__(self, root: Path, hidden: frozenset[tuple[int, int]] = frozenset()) -> None:
        """`hidden` are files that no copy is made of, by device and inode. Raises `OSError`."""
        self._root = os.open(root, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0))
        self.hidden = hidden

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._root)

    @contextmanager
    def folder(self, path: bytes) -> Iterator[int]:
        """A descriptor of the folder at `path`; that of the root is empty. Raises `OSError`."""
        here = os.dup(self._root)
        try:
            for part in path.split(b"/") if path else ():
                inner = os.open(part, _FOLDER, dir_fd=here)
                os.close(here)
                here = inner
            yield here
        finally:
            os.close(here)

    def look(self, path: bytes, blobs: Blobs) -> Entry | None:
        """What is there now, with a copy of it; None for nothing."""
        above, name = _split(path)
        try:
            with self.folder(above) as folder:
                return self.entry(folder, name, blobs)[0]
        except OSError as error:
            if error.errno in ABSENT:
                return None
            raise

    def entry(self, folder: int, name: bytes, blobs: Blobs) -> tuple[Entry, os.stat_result]:
        """An entry of an open folder, with a copy of its content, and its state when that was
        read. Raises `FileNotFoundError`."""
        for _ in range(_TRIES):
            state = os.stat(name, dir_fd=folder, follow_symlinks=False)
            found = self._read(folder, name, state, blobs)
            if identity(os.stat(name, dir_fd=folder, follow_symlinks=False)) == identity(state):
                return found, state
        return _unkept(state, "it was being written to"), state

    def make_folder(self, path: bytes, mode: int) -> None:
        above, name = _split(path)
        with self.folder(above) as folder:
            os.mkdir(name, stat.S_IMODE(mode) | stat.S_IRWXU, dir_fd=folder)

    def put(self, path: bytes, entry: Entry, data: bytes, temporary: bytes) -> None:
        """Make a file or a link, or put it in the place of one, whole or not at all."""
        above, name = _split(path)
        with self.folder(above) as folder:
            with suppress(FileNotFoundError):  # of an earlier try that was killed
                os.unlink(temporary, dir_fd=folder)
            try:
                if entry.link:
                    os.symlink(data, temporary, dir_fd=folder)
                else:
                    _create(folder, temporary, name, entry, data)
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise

    def remove(self, path: bytes, *, folder: bool) -> None:
        above, name = _split(path)
        with self.folder(above) as holder:
            (os.rmdir if folder else os.unlink)(name, dir_fd=holder)

    def set_mode(self, path: bytes, mode: int) -> None:
        """Of a folder or a file, never through a link."""
        above, name = _split(path)
        with self.folder(above) as folder:
            descriptor = os.open(name, _READING, dir_fd=folder)
            try:
                os.fchmod(descriptor, stat.S_IMODE(mode))
            finally:
                os.close(descriptor)

    def _read(self, folder: int, name: bytes, state: os.stat_result, blobs: Blobs) -> Entry:
        mode, size = state.st_mode, state.st_size
        if stat.S_ISDIR(mode):
            return Entry(mode)
        if (state.st_dev, state.st_ino) in self.hidden:
            return _unkept(state, "it holds keys")
        if stat.S_ISLNK(mode):
            return Entry(mode, blobs.put(os.readlink(name, dir_fd=folder)), size)
        if not stat.S_ISREG(mode):
            return _unkept(state, "it is no regular file")
        if size > LARGEST:
            return _unkept(state, f"it is larger than {LARGEST // 1_000_000} MB")
        try:
            descriptor = os.open(name, _READING, dir_fd=folder)
        except PermissionError:
            return _unkept(state, "it cannot be read")
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(LARGEST)
        return Entry(mode, blobs.put(data), len(data))


def _create(folder: int, temporary: bytes, name: bytes, entry: Entry, data: bytes) -> None:
    """A new file, with the owner and the attributes of the one it is to replace."""
    with os.fdopen(os.open(temporary, _CREATING, 0o600, dir_fd=folder), "wb") as file:
        file.write(data)
        _adopt(file.fileno(), folder, name)
        os.fchmod(file.fileno(), stat.S_IMODE(entry.mode))
        file.flush()
        os.fsync(file.fileno())


def _adopt(descriptor: int, folder: int, name: bytes) -> None:
    """As far as it can be had: content and mode are what was promised."""
    with suppress(OSError):
        old = os.open(name, _READING, dir_fd=folder)
        try:
            state = os.fstat(old)
            if stat.S_ISREG(state.st_mode):
                _copy_attributes(old, descriptor)
                os.fchown(descriptor, state.st_uid, state.st_gid)
        finally:
            os.close(old)


def _copy_attributes(old: int, new: int) -> None:
    if sys.platform == "linux":
        for attribute in os.listxattr(old):
            with suppress(OSError):
                os.setxattr(new, attribute, os.getxattr(old, attribute))


def identity(state: os.stat_result) -> tuple[int, int, int, int, int]:
    """What is different when a file is: the change time cannot be set back by anybody."""
    return (state.st_mode, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


def _unkept(state: os.stat_result, why: str) -> Entry:
    seen = f"{state.st_mtime_ns} {state.st_ino}".encode()
    return Entry(state.st_mode, seen, state.st_size, why)


def _split(path: bytes) -> tuple[bytes, bytes]:
    above, _, name = path.rpartition(b"/")
    return above, name
