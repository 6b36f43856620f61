"""Files beneath a folder, opened so that no link leads out of it, whatever is swapped meanwhile.

On Linux the kernel sees to that (openat2(2), since 5.6); elsewhere every part of a path is
opened in the folder before it and refused if it is a link. Windows has neither: there a path
is opened as it stands.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from ownkey.beneath.openat2 import openat2

POSSIBLE = os.open in os.supports_dir_fd
"""Whether this system can open a path part by part (Windows cannot)."""

_ALWAYS = (
    getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)  # the path is free of links: one that is here came in since
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO that came in since must not block
)
READING = os.O_RDONLY | _ALWAYS
WRITING = os.O_WRONLY | _ALWAYS
CREATING = WRITING | os.O_CREAT | os.O_EXCL

_FOLDER = READING | getattr(os, "O_DIRECTORY", 0)


class Place(NamedTuple):
    """Where a file is or may be: a name in an open folder. Without a folder, a whole path."""

    folder: int | None
    name: bytes

    def beside(self, name: bytes) -> Place:
        """Another one in the same folder."""
        if self.folder is None:
            return Place(None, os.path.join(os.path.dirname(self.name), name))  # noqa: PTH118, PTH120  bytes
        return Place(self.folder, name)

    def open(self, flags: int, mode: int = 0o600) -> int:
        return os.open(self.name, flags, mode, dir_fd=self.folder)

    def state(self) -> os.stat_result:
        """Of what is there itself, be it a link."""
        return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)

    def is_writable(self) -> bool:
        return os.access(self.name, os.W_OK, dir_fd=self.folder)

    def link(self, other: Place) -> None:
        """Be there as well, where nothing is. Raises `FileExistsError`."""
        os.link(
            self.name,
            other.name,
            src_dir_fd=self.folder,
            dst_dir_fd=other.folder,
            follow_symlinks=False,
        )

    def replace(self, other: Place) -> None:
        """Be there instead of whatever is."""
        os.replace(self.name, other.name, src_dir_fd=self.folder, dst_dir_fd=other.folder)

    def remove(self) -> None:
        os.unlink(self.name, dir_fd=self.folder)


class Beneath:
    """A folder that is open. Paths in it are bytes, with `/`, and name no link."""

    def __init__(self, root: Path) -> None:
        """`root` itself may be a link. Raises `OSError`."""
        self._root = os.open(root, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._root)

    @contextmanager
    def folder(self, path: bytes) -> Iterator[int]:
        """A descriptor of the folder at `path`; that of the root is empty. Raises `OSError`,
        with `ELOOP` for a link."""
        here = self._open(path)
        try:
            yield here
        finally:
            os.close(here)

    @contextmanager
    def place(self, path: bytes) -> Iterator[Place]:
        above, name = split(path)
        with self.folder(above) as folder:
            yield Place(folder, name)

    def make_folder(self, path: bytes, mode: int) -> None:
        with self.place(path) as place:
            os.mkdir(place.name, stat.S_IMODE(mode) | stat.S_IRWXU, dir_fd=place.folder)

    def make_folders(self, path: bytes) -> None:
        """All that `path` needs to be a folder."""
        done = b""
        for part in filter(None, path.split(b"/")):
            with self.folder(done) as folder, suppress(FileExistsError):
                os.mkdir(part, dir_fd=folder)
            done = done + b"/" + part if done else part
        with self.folder(done):
            """It is one."""

    def remove(self, path: bytes, *, folder: bool) -> None:
        with self.place(path) as place:
            (os.rmdir if folder else os.unlink)(place.name, dir_fd=place.folder)

    def set_mode(self, path: bytes, mode: int) -> None:
        """Of a folder or a file, never through a link."""
        with self.place(path) as place:
            descriptor = place.open(READING)
            try:
                os.fchmod(descriptor, stat.S_IMODE(mode))
            finally:
                os.close(descriptor)

    def _open(self, path: bytes) -> int:
        if not path:
            return os.dup(self._root)
        opened = openat2(self._root, path, _FOLDER)
        return self._walk(path) if opened is None else opened

    def _walk(self, path: bytes) -> int:
        here = os.dup(self._root)
        for part in path.split(b"/"):
            try:
                inner = os.open(part, _FOLDER, dir_fd=here)
            finally:
                os.close(here)
            here = inner
        return here


@contextmanager
def within(root: Path, path: Path) -> Iterator[Place]:
    """The place of `path`, which is below `root` and free of links. Raises `OSError`."""
    if not POSSIBLE:
        yield Place(None, os.fsencode(path))
        return
    with Beneath(root) as opened, opened.place(os.fsencode(path.relative_to(root))) as place:
        yield place


def make_folders(root: Path, path: Path) -> None:
    """All the folders from `root` to `path`, that one too."""
    if not POSSIBLE:
        path.mkdir(parents=True, exist_ok=True)
    elif path != root:
        with Beneath(root) as opened:
            opened.make_folders(os.fsencode(path.relative_to(root)))


def copy_attributes(old: int, new: int) -> bool:
    """The extended attributes of an open file, access lists among them. Whether all that are
    anybody's but the system's own could be had."""
    if sys.platform != "linux":
        return True
    lost = []
    for name in os.listxattr(old):
        try:
            os.setxattr(new, name, os.getxattr(old, name))
        except OSError:
            lost.append(name)
    return all(name.startswith(("security.", "trusted.")) for name in lost)


def identity(state: os.stat_result) -> tuple[int, int, int, int, int]:
    """What is different when a file is: the change time cannot be set back by anybody."""
    return (state.st_mode, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


def split(path: bytes) -> tuple[bytes, bytes]:
    """The folder, and the name in it."""
    above, _, name = path.rpartition(b"/")
    return above, name
