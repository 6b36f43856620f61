"""What of a workspace stays as it is while a command runs, whether it exists or not.

What exists can be mounted read-only. What does not exist yet gets an empty folder for as long
as a command runs, which is taken away afterwards. Where nothing can be mounted (Landlock), and
for links, what was there is remembered and put back.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LARGEST = 1_000_000
"""Bytes of one file that are remembered, and no more."""

MOST = 2_000
"""Files that are remembered below one path."""


class Placeholders:
    """Empty folders where nothing is, for as long as one command runs. Must be lifted."""

    def __init__(self, root: Path, missing: Iterable[Path]) -> None:
        self._made: list[Path] = []
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        # As long as another command runs here, its placeholders are not taken away.
        fcntl.flock(self._root, fcntl.LOCK_SH)
        for path in missing:
            with suppress(OSError):
                path.mkdir(mode=0o755)
                self._made.append(path)

    @property
    def paths(self) -> list[Path]:
        return list(self._made)

    def lift(self) -> None:
        try:
            fcntl.flock(self._root, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        else:
            for path in self._made:
                with suppress(OSError):
                    path.rmdir()
        finally:
            os.close(self._root)


class Kept:
    """What stood at a path, to be put back. There is no link on the way to it from `root`. If
    the `whole` that it is a part of is gone, it is not missed."""

    def __init__(self, path: Path, root: Path | None = None, whole: Path | None = None) -> None:
        self.path = path
        self._whole = whole
        self._root = root or path.parent
        self._was = dict(_look(path))

    def restore(self) -> bool:
        """Whether anything had to be put back."""
        if self._whole and not os.path.lexists(self._whole):
            return False
        self._straighten()
        now = dict(_look(self.path))
        if now == self._was:
            return False
        for path in sorted(now.keys() - self._was.keys(), reverse=True):
            _remove(path)
        for path in sorted(self._was):
            if now.get(path) != self._was[path]:
                _put(path, *self._was[path])
        return True

    def _straighten(self) -> None:
        """A link that has come on the way since would lead what is put back elsewhere."""
        between = [one for one in self.path.parents if one.is_relative_to(self._root)][:-1]
        for folder in reversed(between):
            if folder.is_symlink():
                folder.unlink()


def _look(top: Path) -> Iterable[tuple[Path, tuple[int, bytes]]]:
    """Mode and content of everything below; of what is too much, nothing."""
    waiting = [top]
    for _ in range(MOST):
        if not waiting:
            return
        path = waiting.pop()
        try:
            info = path.lstat()
            if stat.S_ISDIR(info.st_mode):
                yield path, (info.st_mode, b"")
                waiting += path.iterdir()
            elif stat.S_ISLNK(info.st_mode):
                yield path, (info.st_mode, os.fsencode(path.readlink()))
            elif stat.S_ISREG(info.st_mode) and info.st_size <= LARGEST:
                yield path, (info.st_mode, path.read_bytes())
        except OSError:
            continue


def _put(path: Path, mode: int, content: bytes) -> None:
    with suppress(OSError):
        if not path.parent.is_dir():
            _remove(path.parent)
            path.parent.mkdir()
        if stat.S_ISDIR(mode):
            if path.is_symlink() or not path.is_dir():
                _remove(path)
                path.mkdir()
            path.chmod(stat.S_IMODE(mode))
            return
        _remove(path)
        if stat.S_ISLNK(mode):
            path.symlink_to(os.fsdecode(content))
        else:
            path.write_bytes(content)
            path.chmod(stat.S_IMODE(mode))


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
