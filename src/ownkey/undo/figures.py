"""How much taking changes back would change, file by file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from ownkey.tools.diff import compare
from ownkey.tools.text import decode
from ownkey.undo.blobs import Blobs
from ownkey.undo.changes import Change, Entry
from ownkey.undo.plan import shown

LONGEST = 1_000_000
"""Bytes of a file whose lines are still counted."""

Does = Literal["made", "removed", "changed", "mode"]


class Figure(msgspec.Struct, frozen=True):
    path: str
    """In one line of valid text; of a folder with a `/` at its end."""
    does: Does
    added: int | None = None
    """Lines. None where it has none: a link, a folder, a binary file, a huge one."""
    removed: int | None = None


def figures(blobs: Blobs, changes: Iterable[Change]) -> list[Figure]:
    return [_figure(blobs, one) for one in changes]


def _figure(blobs: Blobs, one: Change) -> Figure:
    there = one.after or one.before
    name = shown(one.path) + ("/" if there and there.folder else "")
    before, after = _text(blobs, one.before), _text(blobs, one.after)
    if before is None or after is None:
        return Figure(name, _does(one))
    diff = compare(before, after, name)
    return Figure(name, _does(one), diff.added, diff.removed)


def _does(one: Change) -> Does:
    if one.before is None:
        return "made"
    if one.after is None:
        return "removed"
    same = (one.before.digest, one.before.size) == (one.after.digest, one.after.size)
    return "mode" if same else "changed"


def _text(blobs: Blobs, entry: Entry | None) -> str | None:
    if entry is None:
        return ""
    if entry.folder or entry.link or entry.size > LONGEST:
        return None
    document = decode(blobs.get(entry.digest) or b"")
    return document.text if document else None
