"""Which files of a folder count: all but git's own and those that .gitignore leaves out."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

MOST = 200_000
"""Entries looked at, so that a walk of a whole disk ends."""


def files_under(root: Path, fits: Callable[[str], bool]) -> list[str]:
    """The regular files below `root` whose names fit, relative to it with `/`, ordered part by
    part. Nested ignore files and `.git/info/exclude` count, with or without a repository; the
    user's global ones do not, so that everyone gets the same answer."""
    return in_order(name for name in paths_under(root) if fits(name) and _is_regular(root, name))


def names_under(root: Path) -> Iterator[str]:
    """As `files_under`, each as soon as it is found, in no order."""
    return (name for name in paths_under(root) if _is_regular(root, name))


def paths_under(root: Path) -> Iterator[str]:
    """As `names_under`, and whatever else there is, for those who look at it themselves."""
    start = len(str(root).rstrip(os.sep)) + 1
    for entry in islice(_entries(root), MOST):
        if name := str(entry)[start:]:
            yield name.replace(os.sep, "/")


def folders_under(root: Path) -> Iterator[Path]:
    """The folders below `root` that count, in no order. Without those of a name that is not
    UTF-8."""
    for path in _entries(root, max_filesize=0):  # leaves out nearly all files, and quickly
        if path != root and path.is_dir() and not path.is_symlink():
            yield path


def relative(path: str, root: Path) -> str:
    """Much faster than pathlib, for the very many."""
    return path.removeprefix(str(root)).replace(os.sep, "/").lstrip("/")


def in_order(names: Iterable[str]) -> list[str]:
    # Part by part, as no name has a NUL in it, and sooner than by comparing lists of parts.
    return sorted(names, key=lambda name: name.replace("/", "\0"))


def _entries(root: Path, max_filesize: int | None = None) -> Iterator[Path]:
    import rignore

    walker = rignore.walk(
        root,
        ignore_hidden=False,
        read_ignore_files=False,
        read_parents_ignores=True,
        read_git_ignore=True,
        read_global_git_ignore=False,
        read_git_exclude=True,
        require_git=False,
        overrides=["!.git"],
        max_filesize=max_filesize,
    )
    while True:
        try:
            entry = next(walker)
        except StopIteration:
            return
        except ValueError:
            continue  # a name that is not UTF-8: rignore cannot say it
        if entry is not None:
            yield entry


def _is_regular(root: Path, name: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(f"{root}/{name}").st_mode)
    except OSError:
        return False
