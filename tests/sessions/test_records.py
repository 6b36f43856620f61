"""The format of one record."""

from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given

from ownkey.core.message import Message
from ownkey.sessions.records import Damaged, Record, Said, Unknown, decode, encode, recover, stamp
from tests.sessions.made import messages, user


@given(messages)
def test_every_message_comes_back_as_it_was(message: Message) -> None:
    record = Record(stamp(3, "parent"), Said(message))
    assert decode(encode(record)) == record


@given(messages)
def test_a_record_is_one_line_of_ascii(message: Message) -> None:
    line = encode(Record(stamp(0, ""), Said(message)))
    assert line.isascii()
    assert line.index(b"\n") == len(line) - 1


def test_the_checksum_covers_all_that_follows_it() -> None:
    line = encode(Record(stamp(0, ""), Said(user("hello"))))
    assert json.loads(line)["crc"] == f"{zlib.crc32(line[18:-1]):08x}"


def test_a_record_with_any_byte_changed_is_damaged() -> None:
    line = encode(Record(stamp(0, ""), Said(user("hello")))).rstrip()
    for place in range(len(line)):
        changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        with pytest.raises(Damaged):
            decode(changed)


def test_a_line_ending_of_another_system_is_no_damage() -> None:
    record = Record(stamp(0, ""), Said(user("hello")))
    assert decode(encode(record).replace(b"\n", b"\r\n")) == record


def sealed(body: str) -> bytes:
    """A line whose checksum is right, whatever it says."""
    covered = body[1:].encode()
    return b'{"crc":"%08x",%s' % (zlib.crc32(covered), covered)


STAMPED = '"seq":0,"id":"a","at":"2026-01-01T00:00:00Z"'


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "is not a record"),
        (b"\0" * 4096, "is not a record"),
        (b'{"v":1}', "is not a record"),
        (b'{"crc":"00000000","v":1}', "does not match its checksum"),
        (sealed('{"v":2}'), "has format 2, which this version of ownkey does not know"),
        (sealed("{}"), "has format None, which this version of ownkey does not know"),
        (sealed('{"v":1}'), "cannot be understood"),
        (sealed('{"v":1'), "cannot be understood"),
        (sealed('{"v":1,' + STAMPED + "}"), "cannot be understood"),
        (sealed('{"v":1,' + STAMPED + ',"kind":7}'), "cannot be understood"),
        (sealed('{"v":1,' + STAMPED + ',"kind":"message","message":1}'), "cannot be understood"),
        (sealed('{"v":' + "[" * 100_000), "cannot be understood"),
        (sealed('{"v":' + "9" * 10_000 + "}"), "cannot be understood"),
    ],
)
def test_what_is_no_record_says_why(line: bytes, why: str) -> None:
    with pytest.raises(Damaged, match=f"^{why}$"):
        decode(line)


def test_a_kind_and_fields_of_a_later_version_are_taken_as_they_come() -> None:
    line = sealed('{"v":1,' + STAMPED + ',"kind":"foretold","by":"x"}')
    assert decode(line).payload == Unknown("foretold")
    line = sealed('{"v":1,' + STAMPED + ',"kind":"title","title":"t","by":"x"}')
    assert getattr(decode(line).payload, "title", "") == "t"


def test_whole_records_in_a_damaged_line_are_recovered() -> None:
    first = Record(stamp(0, ""), Said(user('{"crc":"11111111","v":1}')))
    second = Record(stamp(1, ""), Said(user("second")))
    torn = encode(first)[:40]
    glued = torn + encode(first).rstrip() + encode(second).rstrip()
    assert list(recover(glued)) == [first, second]
    assert list(recover(b"\0\0\0" + encode(second).rstrip())) == [second]
