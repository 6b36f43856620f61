"""A session file read back: everything in it that is whole, and word of what is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from ownkey.core.call import Call
from ownkey.core.errors import SessionError
from ownkey.core.message import Assistant, Entry, Result, ToolCall, User
from ownkey.sessions.records import (
    Asked,
    Damaged,
    Intent,
    Record,
    Said,
    Shortened,
    Started,
    Switched,
    Titled,
    decode,
    marked,
    recover,
)

_Kind = TypeVar("_Kind")


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation, from its first record to its last."""

    id: str
    path: str
    cwd: str
    model: str
    """The last one that was used."""
    models: tuple[str, ...]
    """All of them, in the order they were switched to."""
    started: datetime
    title: str
    forked: str
    """The session this one began as a copy of."""
    messages: tuple[Entry, ...]
    """All that was said, and where what is sent of it was made shorter."""
    followed: tuple[str, ...]
    """The record that each of these follows: where to go back to, to be before it."""
    calls: tuple[Call, ...]
    """Every model call in the file, also those that the conversation was rewound over."""
    unfinished: tuple[ToolCall, ...]
    """Calls that may or may not have run: ownkey ended before they did."""
    skipped: tuple[str, ...]
    """What could not be read, in words."""
    records: int
    """The number the next record gets."""
    leaf: str
    """The record the next one follows."""


def read(path: Path) -> Session:
    """The session in a file. Damage in it never raises: it is skipped and told of.

    Raises `SessionError` when the file itself cannot be read.
    """
    try:
        with path.open("rb") as file:
            records, damage = _sift(file)
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise _unread(path, error) from error
    branch = _branch(records)
    start = next(payloads(records, Started), Started(path.stem, cwd="", model=""))
    models = (start.model, *(one.model for one in payloads(records, Switched)))
    return Session(
        id=path.stem,
        path=str(path),
        cwd=start.cwd,
        model=models[-1],
        models=models,
        started=records[0].stamp.at if records else modified,
        title=next((one.title for one in payloads(reversed(records), Titled)), ""),
        forked=start.forked,
        messages=tuple(entry for _, entry in _entries(branch)),
        followed=tuple(parent for parent, _ in _entries(branch)),
        calls=tuple(one.call for one in payloads(records, Asked)),
        unfinished=_unfinished(branch),
        skipped=damage.words() if records or damage else ("the file is empty",),
        records=max((record.stamp.seq + 1 for record in records), default=0),
        leaf=branch[-1].stamp.id if branch else "",
    )


def records(path: Path) -> list[Record]:
    """All that are whole, in the order in which they were written, whatever was rewound.
    Raises `SessionError`."""
    try:
        with path.open("rb") as file:
            return _sift(file)[0]
    except OSError as error:
        raise _unread(path, error) from error


def mentions(path: Path, kind: type[msgspec.Struct]) -> bool:
    """Whether the file has any record of this kind, told without reading them. Raises
    `SessionError`."""
    try:
        return marked(kind) in path.read_bytes()
    except OSError as error:
        raise _unread(path, error) from error


def _unread(path: Path, error: OSError) -> SessionError:
    return SessionError(f"Cannot read the session {path.stem}: {error}.")


class _Damage:
    """The damaged lines of a file by what is wrong with them: a million of them are still
    only a few sentences."""

    def __init__(self) -> None:
        self._lines: dict[str, list[int]] = {}

    def __bool__(self) -> bool:
        return bool(self._lines)

    def note(self, line: int, why: str) -> None:
        self._lines.setdefault(why, []).append(line)

    def words(self) -> tuple[str, ...]:
        return tuple(
            f"line {lines[0]} {why}" + (f" (and {len(lines) - 1:,} more)" if lines[1:] else "")
            for why, lines in self._lines.items()
        )


def _sift(lines: Iterable[bytes]) -> tuple[list[Record], _Damage]:
    damage = _Damage()
    records: dict[str, Record] = {}
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        try:
            found: Iterable[Record] = (decode(line),)
        except Damaged as why:
            damage.note(number, str(why) if line.endswith(b"\n") else "is cut off")
            found = recover(line)
        for record in found:
            # The same record twice is a write that was repeated after a failed sync.
            records.setdefault(record.stamp.id, record)
    return list(records.values()), damage


def _branch(records: list[Record]) -> list[Record]:
    """The records from the first to the last one, along `parent`.

    Where a parent is damaged, the record before it in the file stands in: it was the
    parent's own parent unless the conversation was rewound just there.
    """
    place = {record.stamp.id: index for index, record in enumerate(records)}
    branch: list[Record] = []
    index = len(records) - 1
    while index >= 0:
        branch.append(records[index])
        parent = place.get(records[index].stamp.parent, index - 1)
        index = min(parent, index - 1)
    return branch[::-1]


def payloads(records: Iterable[Record], kind: type[_Kind]) -> Iterator[_Kind]:
    return (record.payload for record in records if isinstance(record.payload, kind))


def _entries(branch: list[Record]) -> Iterator[tuple[str, Entry]]:
    """Each with the record before it."""
    before = ""
    for record in branch:
        match record.payload:
            case Said(message=message):
                yield before, message
            case Shortened(compaction=compaction):
                yield before, compaction
        before = record.stamp.id


def _unfinished(branch: list[Record]) -> tuple[ToolCall, ...]:
    """Calls intended since the user last spoke and without a result."""
    asked: dict[str, ToolCall] = {}
    intended: dict[str, ToolCall] = {}
    for record in branch:
        match record.payload:
            case Said(message=User()):
                intended.clear()
            case Said(message=Assistant(calls=calls)):
                asked.update({call.id: call for call in calls})
            case Intent(call=call, name=name):
                intended[call] = asked.get(call, ToolCall(call, name))
            case Said(message=Result(call=call)):
                intended.pop(call, None)
    return tuple(intended.values())
