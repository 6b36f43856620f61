"""What a folder would bring into a conversation: found by name and `lstat` alone, and read only
as plain files, a limited part of each.

Nothing here interprets what it finds, and nothing follows a link: who made the folder may be
anybody.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Literal

import msgspec

from ownkey.config.levels import FOLDER, LOCAL, SHARED

Kind = Literal["instructions", "settings", "command", "skill"]

INSTRUCTIONS = ("AGENTS.md", "CLAUDE.md")
"""The first of them that a folder has."""

COMMANDS = "commands"
COMMAND = ".md"

SKILLS = (f"{FOLDER}/skills", ".agents/skills", ".agent/skills", ".claude/skills")
"""Where a folder may have skills, the first that counts first."""

SKILL = ("SKILL.md", "skill.mdx")
"""What makes a folder a skill (agentskills.io/specification; the second is Factory's)."""

MISSPELT = "skill.md"

MOST = 200
"""Commands that are looked at, and skills; a folder may hold millions."""

LARGEST = 1024 * 1024
"""Bytes of a file that are read."""

LARGEST_SKILL = 100_000
"""Bytes of one that counts: 25,000 tokens, five times what the specification recommends."""

MAY: dict[Kind, str] = {
    "instructions": "tells the model how to work here",
    "settings": "chooses among your models, forbids commands, changes how things look",
    "command": "a prompt that you may send as /{name}",
    "skill": "tells the model how to do something, when it wants to know or you say /{name}",
}
"""What a file may do once it is trusted."""

NO_LINK = getattr(os, "O_NOFOLLOW", 0)

OPENED_AS = (
    os.O_RDONLY
    | NO_LINK
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
        return MAY[self.kind].format(name=self.name)

    @property
    def name(self) -> str:
        """What the person calls it by."""
        return self.path.parent.name if self.kind == "skill" else self.path.stem


def find(cwd: Path, home: Path, own: tuple[Path, ...] = ()) -> tuple[Item, ...]:
    """All that there is for a conversation in `cwd`. `home` is the folder of the user's own
    settings, which is no project's; nor is what they have elsewhere of their `own`."""
    chain = lineage(cwd)
    folder = project(chain, home)
    found = [item for place in chain for item in _instructions(place)]
    settings = (_item(folder / FOLDER / name, "settings") for name in (LOCAL, SHARED))
    found += filter(None, settings)
    found += _commands(folder / FOLDER / COMMANDS)
    mine = [Path(os.path.realpath(one)) for one in (home, *own)]
    skills = (place / name for place in reversed(chain) for name in SKILLS)
    found += _skills(one for one in skills if not _is_any(one, mine))
    return tuple(one for one in found if not _is_any(one.path.parent, mine))


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


def read(path: Path, *, linked: bool = False) -> bytes:
    """The beginning of a file, as it is now. Raises `OSError`, also where it is no plain file, and
    where it is a link, unless it may be `linked`: what is the person's own may."""
    descriptor = os.open(path, OPENED_AS & ~NO_LINK if linked else OPENED_AS)
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
    if is_folder(folder.parent) and is_folder(folder):
        files = (folder / name for name in names(folder) if name.endswith(COMMAND))
        yield from filter(None, (_item(file, "command") for file in files))


def _skills(folders: Iterable[Path]) -> Iterator[Item]:
    """Of real folders below real folders; the nearest to where the person is counts first, so
    those that are too many are the outermost."""
    found = (item for folder in folders for item in _in(folder))
    yield from islice(found, MOST)
    if more := next(found, None):
        yield msgspec.structs.replace(more, fault=f"beyond the {MOST} skills that are looked at")


def _in(folder: Path) -> Iterator[Item]:
    if not is_folder(folder.parent):
        return
    if not is_folder(folder):
        yield from filter(None, [_item(folder, "skill")])
        return
    for place in (folder / name for name in names(folder)):
        if is_folder(place):
            files = (_item(place / name, "skill") for name in (*SKILL, MISSPELT))
            yield from islice(filter(None, files), 1)
        elif place.is_symlink():
            yield Item(place / SKILL[0], "skill", fault="behind a link")


def names(folder: Path, most: int = MOST) -> list[str]:
    """What is in a folder, in order, no more than so many; nothing where it cannot be read."""
    with suppress(OSError), os.scandir(folder) as entries:
        return sorted(one.name for one in islice(entries, most))
    return []


def _item(path: Path, kind: Kind) -> Item | None:
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return None
    stamp = (found.st_dev, found.st_ino, found.st_ctime_ns)
    return Item(path, kind, found.st_size, stamp, _fault(path, kind, found))


def _fault(path: Path, kind: Kind, found: os.stat_result) -> str:
    if stat.S_ISLNK(found.st_mode):
        return "a link"
    if not stat.S_ISREG(found.st_mode):
        return "no plain file"
    if kind != "instructions" and not is_folder(path.parent):
        return "behind a link"
    return unfit(path, found.st_size) if kind == "skill" else ""


def unfit(path: Path, size: int) -> str:
    """Why a file in a folder of skills is none; empty where it may be one."""
    if path.name not in SKILL:
        return f"not named {SKILL[0]}"
    return f"larger than {LARGEST_SKILL:,} bytes" if size > LARGEST_SKILL else ""


def _is_any(folder: Path, places: list[Path]) -> bool:
    """Whether it is one of these, or below one."""
    real = Path(os.path.realpath(folder))
    return any(place == real or place in real.parents for place in places)
