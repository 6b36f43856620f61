"""Reading a session back, whatever has happened to its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownkey.core.errors import SessionError
from ownkey.core.message import Message, Result, Text, ToolCall, Usage
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Asked, Ended, Intent, Said, Switched, Titled, decode
from ownkey.sessions.session import read
from tests.sessions.made import assistant, called, messages, talk, user, written


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(messages, min_size=1, max_size=4))
def test_a_conversation_comes_back_as_it_was(tmp_path: Path, said: list[Message]) -> None:
    session = read(written(tmp_path, *said))
    assert session.messages == tuple(said)
    assert session.skipped == ()


def test_a_session_tells_its_facts(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path / "work", "custom:one-0")
    journal.append(Said(user("hello")))
    journal.append(Titled("first"))
    journal.append(Said(assistant("hi")))
    journal.append(Asked(called(Usage(1, 1))))
    journal.append(Switched("custom:two-1"))
    journal.append(Titled("second"))
    journal.append(Ended("end", 1))
    session = read(journal.path)
    assert session.id == journal.id
    assert session.path == str(journal.path)
    assert session.cwd == str(tmp_path / "work")
    assert session.model == "custom:two-1"
    assert session.models == ("custom:one-0", "custom:two-1")
    assert session.title == "second"
    assert session.calls == (called(Usage(1, 1)),)
    assert session.records == 8


def test_a_file_torn_at_any_byte_of_its_last_record_keeps_the_others(tmp_path: Path) -> None:
    said = talk(3)
    path = written(tmp_path, *said)
    whole = path.read_bytes()
    last = whole[:-1].rindex(b"\n") + 1
    for size in range(last, len(whole)):
        path.write_bytes(whole[:size])
        session = read(path)
        complete = size == len(whole) - 1  # only the newline is missing
        assert session.messages == tuple(said if complete else said[:2])
        assert session.skipped == (() if complete or size == last else ("line 4 is cut off",))


def test_a_torn_file_is_healed_by_the_next_record(tmp_path: Path) -> None:
    said = talk(3)
    path = written(tmp_path, *said)
    whole = path.read_bytes()
    last = whole[:-1].rindex(b"\n") + 1
    for size in range(last, len(whole)):
        path.write_bytes(whole[:size])
        kept = read(path).messages
        journal = Journal.open(path)
        journal.append(Said(user("more")))
        journal.close()
        assert path.read_bytes().startswith(whole[:size])
        assert isinstance(decode(path.read_bytes().splitlines()[-1]).payload, Said)
        assert read(path).messages == (*kept, user("more"))


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (b"\0" * 4096, "is not a record"),
        (b"\xff\xfe garbage", "is not a record"),
        (b"<<<<<<< HEAD", "is not a record"),
        (b'{"crc":"deadbeef","v":1}', "does not match its checksum"),
    ],
)
@pytest.mark.parametrize("line", [0, 1, 2, 3])
def test_a_bad_line_is_skipped_told_of_and_left_alone(
    tmp_path: Path, damage: bytes, why: str, line: int
) -> None:
    said = talk(3)
    path = written(tmp_path, *said)
    lines = path.read_bytes().splitlines(keepends=True)
    lines.insert(line, damage + b"\n")
    path.write_bytes(b"".join(lines))
    session = read(path)
    assert session.messages == tuple(said)
    assert session.skipped == (f"line {line + 1} {why}",)
    assert path.read_bytes() == b"".join(lines)


@pytest.mark.parametrize("between", [b"", b"\0" * 512, b'{"crc":"12', b"\x8a"])
def test_records_that_lost_the_newline_between_them_are_kept(
    tmp_path: Path, between: bytes
) -> None:
    path = written(tmp_path, *talk(3))
    lines = path.read_bytes().splitlines()
    torn = lines[3] if not between else lines[3][:30] + between
    path.write_bytes(b"\n".join(lines[:3]) + torn + lines[3] + b"\n")
    session = read(path)
    assert session.messages[-1] == talk(3)[-1]
    assert session.messages[0] == talk(3)[0]
    assert session.skipped == ("line 3 does not match its checksum",)


def test_a_conversation_goes_on_over_a_lost_record(tmp_path: Path) -> None:
    said = talk(5)
    path = written(tmp_path, *said)
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[3]
    path.write_bytes(b"".join(lines))
    assert read(path).messages == (*said[:2], *said[3:])


def test_a_session_without_its_first_record_still_opens(tmp_path: Path) -> None:
    said = talk(2)
    path = written(tmp_path, *said)
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    session = read(path)
    assert (session.id, session.messages) == (path.stem, tuple(said))


def test_much_damage_is_told_in_few_words(tmp_path: Path) -> None:
    path = written(tmp_path, user("hello"))
    path.write_bytes(path.read_bytes() + b"garbage\n" * 5000)
    assert read(path).skipped == ("line 3 is not a record (and 4,999 more)",)


def test_an_empty_file_is_not_an_empty_conversation_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.touch()
    assert read(path).skipped == ("the file is empty",)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"Cannot read the session gone: .*No such file"):
        read(tmp_path / "gone.jsonl")


def test_a_record_written_twice_counts_once(tmp_path: Path) -> None:
    said = talk(2)
    path = written(tmp_path, *said)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, *lines]))
    assert read(path).messages == tuple(said)


def test_a_conversation_rewound_is_the_path_to_its_last_record(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path, "m")
    first = journal.append(Said(user("one")))
    journal.append(Asked(called(Usage(10, 2))))
    journal.append(Said(assistant("wrong")))
    journal.append(Said(user("one, again")), parent=first)
    journal.append(Said(assistant("right")))
    session = read(journal.path)
    assert session.messages == (user("one"), user("one, again"), assistant("right"))
    assert len(session.calls) == 1, "what was rewound over was paid for too"


def test_records_out_of_order_are_no_endless_loop(tmp_path: Path) -> None:
    said = talk(3)
    path = written(tmp_path, *said)
    start, *lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, start]))
    assert read(path).messages == tuple(said)


CALL = ToolCall("c1", "shell", '{"command":"make"}')
DONE = Result("c1", "shell", (Text("ok"),))


@pytest.mark.parametrize(
    ("after", "unfinished"),
    [
        ((), (CALL,)),
        ((Ended("aborted", 1),), (CALL,)),
        ((Said(DONE),), ()),
        ((Said(user("go on")),), ()),
    ],
)
def test_a_call_without_a_result_may_have_run(
    tmp_path: Path, after: tuple[Said | Ended, ...], unfinished: tuple[ToolCall, ...]
) -> None:
    journal = Journal.create(tmp_path, tmp_path, "m")
    journal.append(Said(user("build it")))
    journal.append(Said(assistant("", CALL)))
    journal.append(Intent("c1", "shell", "runs"))
    for payload in after:
        journal.append(payload)
    assert read(journal.path).unfinished == unfinished


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_what_is_not_damaged_is_kept(tmp_path: Path, data: st.DataObject) -> None:
    """Bytes are removed and put in at random places, newlines among them."""
    said = talk(6)
    path = written(tmp_path, *said)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    owner = [n for n, line in enumerate(lines) for _ in line]
    mutated = bytearray(whole)
    touched: set[int] = set()
    untouched_from = len(whole)
    cuts = st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 300), st.binary(max_size=40))
    for start, removed, added in sorted(data.draw(st.lists(cuts, max_size=4)), reverse=True):
        end = min(start + removed, untouched_from)
        mutated[start:end] = added
        touched.update(owner[start:end])
        if whole[start - 1 : start] != b"\n":  # what comes between two lines damages neither
            touched.add(owner[start])
        untouched_from = start
    path.write_bytes(bytes(mutated))
    session = read(path)
    kept = [message for n, message in enumerate(said, 1) if n not in touched]
    assert [message for message in session.messages if message in kept] == kept
    assert path.read_bytes() == bytes(mutated)
