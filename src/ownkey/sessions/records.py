"""The format of a session file: one JSON record a line, each with its own checksum.

    {"crc":"1c291ca3","v":1,"seq":4,"id":"…","parent":"…","at":"…","kind":"message",…}

The checksum is the first field and covers every byte after it, up to the line's end:
there is one way to compute it, and a reader needs no JSON parser to know a good line.
Records are pure ASCII, so U+2028 cannot split one and a lone surrogate cannot stop one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, get_args
from zlib import crc32

import msgspec

from ownkey.core.call import Call
from ownkey.core.errors import Failure
from ownkey.core.message import Compaction, Message

VERSION = 1

_OPENING = b'{"crc":"'
_HEAD = len(_OPENING) + 8 + len(b'",')
"""Bytes before those that the checksum covers."""

_RECORDS = re.compile(b"(?=" + re.escape(_OPENING) + b")")
"""Where a record may begin. Quotes inside JSON strings are escaped, so no text has it."""


class Stamp(msgspec.Struct, frozen=True, omit_defaults=True):
    """What every record has besides its payload."""

    v: int
    seq: int
    """Counts the records of a session from 0."""
    id: str
    at: datetime
    parent: str = ""
    """The record this one follows. A conversation is the path from a record to the first."""


class Started(msgspec.Struct, frozen=True, tag="start", tag_field="kind", omit_defaults=True):
    """The first record."""

    session: str
    cwd: str
    model: str
    forked: str = ""
    """The session this one began as a copy of."""


class Said(msgspec.Struct, frozen=True, tag="message", tag_field="kind"):
    message: Message


class Asked(msgspec.Struct, frozen=True, tag="call", tag_field="kind"):
    """A model was asked, and what that used."""

    call: Call


class Shortened(msgspec.Struct, frozen=True, tag="compacted", tag_field="kind"):
    """What is sent of the conversation became shorter; all that came before stays here."""

    compaction: Compaction


class Switched(msgspec.Struct, frozen=True, tag="model", tag_field="kind"):
    model: str


class Titled(msgspec.Struct, frozen=True, tag="title", tag_field="kind"):
    title: str


class Intent(msgspec.Struct, frozen=True, tag="intent", tag_field="kind"):
    """Written before a call that changes something: without a result after it, nobody
    knows whether it ran."""

    call: str
    """The id; its arguments are in the message that asked for it."""
    name: str
    effect: str


class Ended(msgspec.Struct, frozen=True, tag="ended", tag_field="kind", omit_defaults=True):
    """A turn came to its end."""

    stop: str
    steps: int
    error: Failure | None = None


class Changed(msgspec.Struct, frozen=True, tag="files", tag_field="kind"):
    """A call changed files."""

    set: str
    """The name under which the workspace's shelf keeps what it changed."""
    count: int
    """Paths."""


class Undoing(msgspec.Struct, frozen=True, tag="undo", tag_field="kind"):
    """Files are about to be brought back: a set of changes of its own."""

    set: str
    count: int


class Undone(msgspec.Struct, frozen=True, tag="undone", tag_field="kind"):
    """That was carried out: without this after it, it may be half done."""

    set: str


class Unknown(msgspec.Struct, frozen=True):
    """A kind that a later version has added: it keeps its place and means nothing."""

    kind: str


Payload = (
    Started
    | Said
    | Asked
    | Shortened
    | Switched
    | Titled
    | Intent
    | Ended
    | Changed
    | Undoing
    | Undone
)

_KINDS = {str(kind.__struct_config__.tag) for kind in get_args(Payload)}


_STAMP = msgspec.json.Decoder(Stamp)
_PAYLOAD = msgspec.json.Decoder(Payload)


class Record(msgspec.Struct, frozen=True):
    stamp: Stamp
    payload: Payload | Unknown


class Damaged(Exception):
    """Bytes that are no record, and why, to be read after `line 7`."""


def marked(kind: type[msgspec.Struct]) -> bytes:
    """What every record of this kind has, and no other: quotes in texts are escaped."""
    return b'"kind":"%b"' % str(kind.__struct_config__.tag).encode("ascii")


def stamp(seq: int, parent: str) -> Stamp:
    return Stamp(v=VERSION, seq=seq, id=token_hex(6), at=datetime.now(UTC), parent=parent)


def encode(record: Record) -> bytes:
    """One line, with its newline."""
    fields = {**msgspec.to_builtins(record.stamp), **msgspec.to_builtins(record.payload)}
    covered = json.dumps(fields, separators=(",", ":"))[1:].encode("ascii")
    return b'%s%08x",%s\n' % (_OPENING, crc32(covered), covered)


def decode(line: bytes) -> Record:
    """The record in a line, however that ends. Raises `Damaged`."""
    line = line.rstrip(b"\r\n")
    covered = line[_HEAD:]
    if not line.startswith(_OPENING):
        raise Damaged("is not a record")
    if line[:_HEAD] != b'%s%08x",' % (_OPENING, crc32(covered)):
        raise Damaged("does not match its checksum")
    return _read(b"{" + covered)


def recover(line: bytes) -> Iterator[Record]:
    """The whole records within a damaged line: two that lost the newline between them, or
    one behind a torn one."""
    for piece in _RECORDS.split(line):
        try:
            yield decode(piece)
        except Damaged:
            continue


def _read(fields: bytes) -> Record:
    """At once if it is of the kinds that are known: five times as quick. What that does not
    take, lone surrogates for one, is read with more patience."""
    with suppress(msgspec.DecodeError, RecursionError):
        stamped = _STAMP.decode(fields)
        if stamped.v == VERSION:
            return Record(stamped, _PAYLOAD.decode(fields))
    try:
        return _understand(json.loads(fields))
    except (ValueError, RecursionError) as error:
        raise Damaged("cannot be understood") from error


def _understand(fields: dict[str, Any]) -> Record:
    version = fields.get("v")
    if version != VERSION:
        raise Damaged(f"has format {version!r}, which this version of ownkey does not know")
    stamped = msgspec.convert(fields, Stamp)
    kind = fields.get("kind")
    if isinstance(kind, str) and kind not in _KINDS:
        return Record(stamped, Unknown(kind))
    return Record(stamped, msgspec.convert(fields, Payload))
