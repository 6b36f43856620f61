"""The sessions there are: list them, find one, copy one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

import msgspec

from ownkey.core.errors import SessionError
from ownkey.core.message import Text, User
from ownkey.sessions import place
from ownkey.sessions.place import folder
from ownkey.sessions.records import (
    Damaged,
    Record,
    Said,
    Started,
    Switched,
    Titled,
    decode,
    encode,
    stamp,
)
from ownkey.sessions.session import Session, payloads, read

__all__ = ["Session", "Summary", "find", "folder", "fork", "read", "summaries"]

LAST = "last"

_HEAD_LINES = 16
"""The first words of the user come within these, after the start and a switch of model."""

_TAIL = 1 << 16
"""Bytes of the end that are looked at first."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows of a session, from the head and the tail of its file."""

    id: str
    path: str
    cwd: str
    model: str
    started: datetime
    used: datetime
    """When the last record was written."""
    title: str
    """The one it was given, else the first line of what the user said first."""
    records: int


def summaries(root: Path, cwd: Path | None = None) -> list[Summary]:
    """The sessions of one working directory, or all, the last used first."""
    paths = place.sessions(root) if cwd is None else place.shelf(root, cwd).glob(f"*{place.SUFFIX}")
    found: list[Summary] = []
    for path in paths:
        with suppress(OSError):  # removed meanwhile, or another user's
            found.append(_summary(path))
    return sorted(found, key=attrgetter("used", "id"), reverse=True)


def find(root: Path, wanted: str, cwd: Path | None = None) -> Path:
    """The file of a session: by its id, the unique beginning of one, or `last` for the last
    one used in `cwd`. Raises `SessionError` that names the nearest, or all it could be."""
    if wanted == LAST:
        return _last(root, cwd)
    paths = {path.stem: path for path in place.sessions(root)}
    if wanted in paths:
        return paths[wanted]
    match = sorted((one for one in paths if one.startswith(wanted)), reverse=True)
    if len(match) == 1:
        return paths[match[0]]
    if match:
        raise SessionError(
            f"{len(match)} sessions begin with {wanted!r}.", f"Say which: {_enumerate(match)}"
        )
    close = get_close_matches(wanted, paths, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]}?" if close else "See: ownkey sessions list --all"
    raise SessionError(f"There is no session {wanted!r}.", hint)


def fork(path: Path, root: Path) -> Path:
    """Copy a session to a new one that names it as its origin. Raises `SessionError`.

    All but the first line is copied byte for byte, so that nothing is lost that only
    another version can read.
    """
    origin = read(path)
    session = place.new_id()
    target = place.path(root, Path(origin.cwd), session)
    start = Started(session, origin.cwd, origin.models[0], forked=origin.id)
    try:
        with path.open("rb") as source, os.fdopen(place.append_to(target), "ab") as copy:
            copy.write(encode(_restart(source, start)))
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
    except OSError as error:
        with suppress(OSError):
            target.unlink()
        raise SessionError(f"Cannot copy the session {origin.id}: {error}.") from error
    return target


def _restart(source: BinaryIO, start: Started) -> Record:
    """The copy's first record. It keeps the id of the record in its place, which the next
    one follows; a first line that is not a start is left to be copied."""
    first = _decoded(source.readline())
    if first and isinstance(first.payload, Started):
        fresh = stamp(first.stamp.seq, parent="")
        return Record(msgspec.structs.replace(fresh, id=first.stamp.id), start)
    source.seek(0)
    return Record(stamp(0, parent=""), start)


def _last(root: Path, cwd: Path | None) -> Path:
    for summary in summaries(root, cwd):
        return Path(summary.path)
    where = f" in {cwd}" if cwd else ""
    raise SessionError(f"There is no session{where} yet.", "See: ownkey sessions list --all")


def _enumerate(ids: list[str], limit: int = 8) -> str:
    more = f" and {len(ids) - limit} more" if len(ids) > limit else ""
    return ", ".join(ids[:limit]) + more


def _summary(path: Path) -> Summary:
    with path.open("rb") as file:
        head = list(_head(file))
        seen = [*head, *_tail(file)]
        modified = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    start = next(payloads(head, Started), Started(path.stem, cwd="", model=""))
    switches = [one.model for one in payloads(seen, Switched)]
    titles = [one.title for one in payloads(seen, Titled)]
    return Summary(
        id=path.stem,
        path=str(path),
        cwd=start.cwd,
        model=[start.model, *switches][-1],
        started=seen[0].stamp.at if seen else modified,
        used=seen[-1].stamp.at if seen else modified,
        title=[_first_words(head), *titles][-1],
        records=seen[-1].stamp.seq + 1 if seen else 0,
    )


def _head(file: BinaryIO) -> Iterator[Record]:
    """The records up to the first thing the user said."""
    for line in islice(file, _HEAD_LINES):
        if record := _decoded(line):
            yield record
            if any(_users([record])):
                return


def _tail(file: BinaryIO) -> list[Record]:
    """The records at the end: more of it is read until there is one."""
    size = file.seek(0, os.SEEK_END)
    window = _TAIL
    while True:
        file.seek(max(0, size - window))
        found = [record for line in file.read().split(b"\n") if (record := _decoded(line))]
        if found or window >= size:
            return found
        window *= 8


def _decoded(line: bytes) -> Record | None:
    try:
        return decode(line)
    except Damaged:
        return None


def _users(records: Iterable[Record]) -> Iterator[User]:
    messages = (said.message for said in payloads(records, Said))
    return (message for message in messages if isinstance(message, User))


def _first_words(records: Iterable[Record]) -> str:
    """The last text of the first message: what comes before it are the surroundings."""
    for user in _users(records):
        texts = [part.text for part in user.content if isinstance(part, Text)]
        return next(iter("".join(texts[-1:]).strip().splitlines()), "")
    return ""
