"""What a folder would bring into a conversation: found by name and `lstat` alone, and read only
as plain files, a limited part of each.

Nothing here interprets what it finds, and nothing follows a link: who made the folder may be
anybody.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from ownkey.config.levels import FOLDER, LOCAL, SHARED

Kind = Literal["instructions", "settings", "command"]

INSTRUCTIONS = ("AGENTS.md", "CLAUDE.md")
"""The first of them that a folder has."""

COMMANDS = "commands"
COMMAND = ".md"

MOST = 200
"""Commands that are looked at; a folder may hold millions."""

LARGEST = 1024 * 1024
"""Bytes of a file that are read."""

MAY: dict[Kind, str] = {
    "instructions": "tells the model how to work here",
    "settings": "chooses among your models, forbids commands, changes how things look",
    "command": "a prompt that you may send as /{name}",
}
"""What a file may do once it is trusted."""

OPENED_AS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
"""A pipe does not hold us up, and a link is refused."""


class Item(msgspec.Struct, frozen=True):
    """A file that trust would make count."""

    path: Path
    kind: Kind
    size: int = 0
    stamp: tuple[int, int, int] = (0, 0, 0)
    """Device, inode and time of its last change (ns), by which it is known again."""
    fault: str = ""
    """Why it cannot count, whatever is answered: `a link`."""

    @property
    def may(self) -> str:
        return MAY[self.kind].format(name=self.path.stem)


def find(cwd: Path, home: Path) -> tuple[Item, ...]:
    """All that there is for a conversation in `cwd`. `home` is the folder of the user's own
    settings, which is no project's."""
    chain = lineage(cwd)
    folder = project(chain, home)
    found = [item for place in chain for item in _instructions(place)]
    settings = (_item(folder / FOLDER / name, "settings") for name in (LOCAL, SHARED))
    found += filter(None, settings)
    found += _commands(folder / FOLDER / COMMANDS)
    own = Path(os.path.realpath(home))
    return tuple(one for one in found if not _is_below(one.path, own))


def lineage(cwd: Path) -> tuple[Path, ...]:
    """The folders from the repository's root down to `cwd`; `cwd` alone outside of one. That
    `.git` is there counts, never what it says: it may point anywhere."""
    place = Path(os.path.realpath(cwd))
    above = (place, *place.parents)
    depth = next((at for at, one in enumerate(above) if os.path.lexists(one / ".git")), 0)
    return tuple(reversed(above[: depth + 1]))


def project(chain: tuple[Path, ...], home: Path) -> Path:
    """The nearest folder that has settings of its own, else the last."""
    own = os.path.realpath(home)
    having = (
        one
        for one in reversed(chain)
        if os.path.lexists(one / FOLDER) and os.path.realpath(one / FOLDER) != own
    )
    return next(having, chain[-1])


def read(path: Path) -> bytes:
    """The beginning of a file, as it is now. Raises `OSError`, also where it is no plain file."""
    descriptor = os.open(path, OPENED_AS)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "it is no plain file", str(path))
        return stream.read(LARGEST)


def is_folder(path: Path) -> bool:
    """Whether it is one itself, and no link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _instructions(place: Path) -> Iterator[Item]:
    """The first of the names that can count; those that cannot are named too."""
    for name in INSTRUCTIONS:
        if item := _item(place / name, "instructions"):
            yield item
            if not item.fault:
                return


def _commands(folder: Path) -> Iterator[Item]:
    """Of a real folder below a real folder: a link could lead anywhere."""
    if not is_folder(folder.parent) or not is_folder(folder):
        return
    with os.scandir(folder) as entries:
        names = sorted(one.name for one in _first(entries) if one.name.endswith(COMMAND))
    yield from filter(None, (_item(folder / name, "command") for name in names))


def _first(entries: Iterable[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    for _, entry in zip(range(MOST), entries, strict=False):
        yield entry


def _item(path: Path, kind: Kind) -> Item | None:
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return None
    stamp = (found.st_dev, found.st_ino, found.st_ctime_ns)
    return Item(path, kind, found.st_size, stamp, _fault(path, kind, found.st_mode))


def _fault(path: Path, kind: Kind, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link"
    if not stat.S_ISREG(mode):
        return "no plain file"
    if kind != "instructions" and not is_folder(path.parent):
        return "behind a link"
    return ""


def _is_below(path: Path, folder: Path) -> bool:
    return folder in (Path(os.path.realpath(path.parent)) / path.name).parents
