"""What taking changes back would do to the files as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ownkey.undo.blobs import Blobs
from ownkey.undo.changes import Change, Entry, Net, Set, net
from ownkey.undo.workspace import Workspace

Verdict = str


class Left(NamedTuple):
    """A path that stays as it is."""

    path: bytes
    why: str
    """In words."""


class Plan(NamedTuple):
    todo: tuple[Change, ...] = ()
    """What will be done, as changes of its own."""
    foreign: tuple[Left, ...] = ()
    """What somebody else changed since."""
    lost: tuple[Left, ...] = ()
    """What cannot be brought back."""
    warnings: tuple[str, ...] = ()
    """What is not known, in sentences."""


def plan(root: Workspace, blobs: Blobs, sets: Sequence[Set | None]) -> Plan:
    """Of taking these sets back; None for one that is kept no more. What is there now is
    copied, so that nothing is lost. Raises `OSError`."""
    kept = [one for one in sets if one is not None]
    todo: list[Change] = []
    foreign: list[Left] = []
    lost: list[Left] = []
    for path, one in sorted(net(kept).items()):
        now = root.look(path, blobs)
        if now == one.before:
            continue
        if one.broken or now != one.after:
            foreign.append(Left(path, _since(one, now)))
        elif why := _hopeless(one, blobs):
            lost.append(Left(path, why))
        else:
            todo.append(Change(path, now, one.before))
    return Plan(tuple(todo), tuple(foreign), tuple(lost), tuple(_warnings(sets)))


def _since(one: Net, now: Entry | None) -> str:
    if one.broken:
        return "somebody else changed it in between"
    if now is None:
        return "it is gone since"
    if one.after is None:
        return "it is there again"
    if (now.digest, now.size) == (one.after.digest, one.after.size):
        return "its mode was changed since"
    return "it was changed since"


def _hopeless(one: Net, blobs: Blobs) -> str:
    """Why it cannot be brought back, or nothing."""
    for end in (one.before, one.after):
        if end is not None and end.unkept:
            return f"there is no copy: {end.unkept}"
    if one.before and one.before.digest and blobs.get(one.before.digest) is None:
        return "its copy is kept no more"
    return ""


def _warnings(sets: Iterable[Set | None]) -> Iterable[str]:
    found: dict[str, None] = {}
    unwatched: dict[bytes, None] = {}
    for one in sets:
        if one is None:
            found["Copies of some of these changes are kept no more."] = None
            continue
        if one.blind:
            found[f"Commands were not watched: {one.blind}. What they changed stays."] = None
        if one.cut:
            found[
                "ownkey ended before a command did: what others changed until it was looked is"
                " among these."
            ] = None
        unwatched |= dict.fromkeys(one.unwatched)
    return (*found, *_unwatched(tuple(unwatched)))


def _unwatched(folders: Sequence[bytes], most: int = 5) -> Iterable[str]:
    if folders:
        names = ", ".join(shown(one) + "/" for one in folders[:most])
        more = f" and {len(folders) - most} more" if len(folders) > most else ""
        yield f"Not watched, so left as it is: {names}{more}."


def shown(path: bytes) -> str:
    """In one line of valid text."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in path.decode("utf-8", "backslashreplace")
    )
