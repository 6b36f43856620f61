"""What happened to files: the state of a path before and after, and many of these as one."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from typing import NamedTuple

import msgspec


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file, a link or a folder, as far as it is brought back. Times are left out: what is
    built from a file must see that it is another one."""

    mode: int
    """As `stat` has it, the kind included."""
    digest: bytes = b""
    """Of the content, or of where the link leads. Without a copy: of what `stat` says."""
    size: int = 0
    """Bytes."""
    unkept: str = ""
    """Why there is no copy of it, in words; empty where there is one."""

    @property
    def folder(self) -> bool:
        return stat.S_ISDIR(self.mode)

    @property
    def link(self) -> bool:
        return stat.S_ISLNK(self.mode)


class Change(msgspec.Struct, frozen=True, array_like=True):
    path: bytes
    """Below the workspace. Bytes: a name need not be valid text."""
    before: Entry | None
    after: Entry | None


class Set(msgspec.Struct, frozen=True, array_like=True):
    """What one call changed, or one undo."""

    changes: tuple[Change, ...] = ()
    unwatched: tuple[bytes, ...] = ()
    """Folders that nothing is known of."""
    blind: str = ""
    """Why nobody looked at all, in words."""
    cut: bool = False
    """Whether ownkey ended before the call did: what others changed until it was looked is
    in here too."""


class Net(NamedTuple):
    """What became of a path by several changes."""

    before: Entry | None
    after: Entry | None
    broken: bool
    """Whether somebody else changed it in between."""


def net(sets: Iterable[Set]) -> dict[bytes, Net]:
    """All changes as one, in the order in which they happened."""
    found: dict[bytes, Net] = {}
    for change in (change for one in sets for change in one.changes):
        last = found.get(change.path)
        if last is None:
            found[change.path] = Net(change.before, change.after, broken=False)
        else:
            broken = last.broken or last.after != change.before
            found[change.path] = Net(last.before, change.after, broken)
    return {path: one for path, one in found.items() if one.broken or one.before != one.after}
