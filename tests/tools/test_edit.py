from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.message import Text
from ownkey.tools import Output
from tests.often import OFTEN
from tests.proof.figures import note
from tests.tools.desk import Desk

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",  # with its byte order mark
    "utf-32",
    "latin-1",
    "windows-1252",
    "shift-jis",
)
ENDINGS = ("\n", "\r\n", "\r")
WORDS = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=12)
PART = st.integers(0, 10_000)
LINES = st.lists(st.tuples(WORDS, st.sampled_from(ENDINGS)), max_size=12)


_edits = itertools.count()


@pytest.fixture(scope="module", autouse=True)
def edits() -> Iterator[None]:
    """How many were made is a figure of the proof."""
    yield
    note("edits", edits=next(_edits))


def edited(desk: Desk, name: str, old: str, new: str, **more: bool) -> Output:
    next(_edits)
    desk.output("read", path=name)
    return desk.output("edit", path=name, old=old, new=new, **more)


@OFTEN
@given(LINES, LINES, st.sampled_from(ENCODINGS), st.text("new \n", max_size=8))
def test_bytes_outside_of_the_replaced_text_stay_as_they_are(
    desk: Desk,
    before: list[tuple[str, str]],
    after: list[tuple[str, str]],
    encoding: str,
    new: str,
) -> None:
    """Whatever the encoding and however lines end, also differently in one file."""
    head, tail = ("".join(line + end for line, end in lines) for lines in (before, after))
    try:
        data = f"{head}<<here>>{tail}".encode(encoding)
    except UnicodeEncodeError:
        return  # Shift-JIS lacks most of Latin-1
    place = "<<here>>".encode(encoding.removesuffix("-sig"))
    if encoding in ("utf-16", "utf-32"):
        place = place[2 if encoding == "utf-16" else 4 :]
    left, right = data.split(place)
    path = desk.file("a.txt", data)
    edited(desk, "a.txt", "<<here>>", f"[{new}]")
    result = path.read_bytes()
    assert result.startswith(left)
    assert result.endswith(right)
    inserted = result[len(left) : len(result) - len(right)]
    width = len(place) // len("<<here>>")
    assert inserted.count("\n".encode("ascii").ljust(width, b"\0")) <= new.count("\n")


@OFTEN
@given(
    st.binary(max_size=60).filter(lambda data: b"<<" not in data and b"\0" not in data),
    st.binary(max_size=60).filter(lambda data: b"<<" not in data and b"\0" not in data),
)
def test_bytes_that_are_no_text_at_all_stay_as_they_are(
    desk: Desk, left: bytes, right: bytes
) -> None:
    if (left + b"<").startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # UTF-16 by its mark, in which the place to replace is not spelt in ASCII
    path = desk.file("a.txt", left + b"<<here>>" + right)
    edited(desk, "a.txt", "<<here>>", "there")
    assert path.read_bytes() == left + b"there" + right


@OFTEN
@given(LINES, st.sampled_from(("utf-8", "utf-8-sig", "utf-16")), PART, PART)
def test_any_part_of_a_file_can_be_replaced_and_the_rest_stays(
    desk: Desk, lines: list[tuple[str, str]], encoding: str, one: int, other: int
) -> None:
    """Also a part of several lines, that end in different ways."""
    text = "".join(f"{number}{line}{end}" for number, (line, end) in enumerate(lines)) + "."
    # What a model sees of each character: an ending is one, and a lone CR is one without LF.
    pieces = re.findall(r"\r\n|[\s\S]", text)
    lone = "\n" not in text
    seen = ["\n" if one == "\r\n" or (one == "\r" and lone) else one for one in pieces]
    start, end = sorted((one % len(seen), other % (len(seen) + 1)))
    old = "".join(seen[start:end])
    if not old or "".join(seen).find(old, "".join(seen).find(old) + 1) >= 0:
        return  # what is there twice is asked for again
    before = text.encode(encoding)
    path = desk.file("a.txt", before)
    edited(desk, "a.txt", old, "\u2603")
    mark = before[: len("".encode(encoding))]
    plain = encoding.removesuffix("-sig") if encoding != "utf-16" else "utf-16-le"
    left, right = ("".join(part).encode(plain) for part in (pieces[:start], pieces[end:]))
    assert path.read_bytes() == mark + left + "\u2603".encode(plain) + right


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        ("a\r\nb\r\n", "b", "b\nc", "a\r\nb\r\nc\r\n"),
        ("a\nb\r\nc\n", "b", "x\ny", "a\nx\r\ny\r\nc\n"),
        ("a\r\nb\nc\r\n", "a\nb\nc", "a\nB\nc", "a\r\nB\nc\r\n"),
        ("a\nb\r\nc\n", "a\nb\nc", "a\nb\nC", "a\nb\r\nC\n"),
        ("a\rb\r", "a\nb", "a\nx\nb", "a\rx\rb\r"),
        ("a\r\nb", "b", "b\nc", "a\r\nb\r\nc"),
        ("a", "a", "a\nb", "a\nb"),
        ("a\nb\n", "a\n", "", "b\n"),
        ("a\r\nb\r\n", "a\r\nb", "a\r\nc", "a\r\nc\r\n"),
        ("progress\r100%\ndone\n", "done", "end", "progress\r100%\nend\n"),
        ("\ufeffa\n", "a", "b", "\ufeffb\n"),
    ],
)
def test_inserted_lines_end_like_the_line_they_go_into(
    desk: Desk, before: str, old: str, new: str, after: str
) -> None:
    path = desk.file("a.txt", before)
    edited(desk, "a.txt", old, new)
    assert path.read_bytes() == after.encode()


def test_every_place_is_replaced_if_asked_for_and_none_twice(desk: Desk) -> None:
    path = desk.file("a.txt", "aaa b aa\r\naa\n")
    output = edited(desk, "a.txt", "aa", "a", all=True)
    assert path.read_bytes() == b"aa b a\r\na\n"
    assert output.detail is not None
    assert (output.detail["added"], output.detail["removed"]) == (2, 2)


def test_a_place_that_overlaps_itself_is_not_unique(desk: Desk) -> None:
    desk.file("a.txt", "ababa\n")
    desk.output("read", path="a.txt")
    assert "2 times, at lines 1, 1" in desk.refuse("edit", path="a.txt", old="aba", new="x")


def test_people_see_a_unified_diff_and_the_model_the_counts(desk: Desk) -> None:
    desk.file("src/a.txt", "1\n2\n3\n4\n5\n6\n")
    output = edited(desk, "src/a.txt", "5", "five\nfive")
    assert output.content == (Text("Edited src/a.txt (+2 -1)."),)
    assert output.detail == {
        "path": "src/a.txt",
        "added": 2,
        "removed": 1,
        "diff": "--- src/a.txt\n+++ src/a.txt\n@@ -2,5 +2,6 @@\n 2\n 3\n 4\n-5\n+five\n+five\n 6",
    }


def test_a_file_may_be_edited_again_without_reading_it_again(desk: Desk) -> None:
    path = desk.file("a.txt", "one\n")
    edited(desk, "a.txt", "one", "two")
    desk.output("edit", path="a.txt", old="two", new="three")
    assert path.read_text() == "three\n"


def test_a_touched_file_with_the_same_content_is_not_stale(desk: Desk) -> None:
    path = desk.file("a.txt", "one\n")
    desk.output("read", path="a.txt")
    os.utime(path, (1, 1))
    desk.output("edit", path="a.txt", old="one", new="two")
    assert path.read_text() == "two\n"


def test_a_change_of_the_same_size_and_time_is_seen(desk: Desk) -> None:
    path = desk.file("a.txt", "one\n")
    state = path.stat()
    desk.output("read", path="a.txt")
    path.write_text("two\n")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert "changed since you read it" in desk.refuse("edit", path="a.txt", old="t", new="x")
    assert path.read_text() == "two\n"


def test_once_the_change_was_shown_the_edit_goes_through(desk: Desk) -> None:
    path = desk.file("a.txt", "one\ntwo\n")
    desk.output("read", path="a.txt")
    path.write_text("one\n2\n")
    assert "-two\n+2" in desk.refuse("edit", path="a.txt", old="one", new="1")
    desk.output("edit", path="a.txt", old="one", new="1")
    assert path.read_text() == "1\n2\n"


def test_a_change_too_large_to_show_must_be_read(desk: Desk) -> None:
    path = desk.file("a.txt", "one\n")
    desk.output("read", path="a.txt")
    path.write_text("line\n" * 5000)
    for _ in range(2):
        refusal = desk.refuse("edit", path="a.txt", old="one", new="1")
        assert refusal == "a.txt changed since you read it; read it again."


@pytest.mark.parametrize("mode", [0o755, 0o640, 0o4750])
def test_the_mode_stays(desk: Desk, mode: int) -> None:
    path = desk.file("a.sh", "one\n")
    path.chmod(mode)
    edited(desk, "a.sh", "one", "two")
    assert path.stat().st_mode & 0o7777 == mode


def test_a_link_is_kept_and_its_target_edited(desk: Desk) -> None:
    target = desk.file("src/real.txt", "one\n")
    link = desk.folder / "link.txt"
    link.symlink_to("src/real.txt")
    edited(desk, "link.txt", "one", "two")
    assert link.is_symlink()
    assert target.read_text() == "two\n"


def test_read_and_edit_may_name_the_file_differently(desk: Desk) -> None:
    path = desk.file("src/a.txt", "one\n")
    desk.output("read", path="src/../src/a.txt")
    desk.output("edit", path=str(path), old="one", new="two")
    assert path.read_text() == "two\n"


def test_a_hard_link_stays_one_file(desk: Desk) -> None:
    path = desk.file("a.txt", "a longer text\n")
    other = desk.folder / "b.txt"
    other.hardlink_to(path)
    edited(desk, "a.txt", "a longer text", "short")
    assert other.read_text() == "short\n"
    assert path.samefile(other)
    assert sorted(entry.name for entry in desk.folder.iterdir()) == ["a.txt", "b.txt"]


def test_extended_attributes_stay(desk: Desk) -> None:
    path = desk.file("a.txt", "one\n")
    try:
        os.setxattr(path, "user.origin", b"here")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    edited(desk, "a.txt", "one", "two")
    assert os.getxattr(path, "user.origin") == b"here"


def test_the_owner_stays(desk: Desk) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    path = desk.file("a.txt", "one\n")
    os.chown(path, 1234, 1235)
    edited(desk, "a.txt", "one", "two")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 1235)


def test_names_may_be_in_any_script(desk: Desk) -> None:
    path = desk.file("\u8cc7\u6599/na\u00efve \U0001f40d.txt", "one\n")
    name = str(path.relative_to(desk.folder))
    assert f"Edited {name} " in str(edited(desk, name, "one", "two").content)
    assert path.read_text() == "two\n"


def test_an_edit_outside_of_the_roots_is_refused(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.txt"
    path.write_text("one\n")
    desk.output("read", path=str(path))
    refusal = desk.refuse("edit", path="../elsewhere.txt", old="one", new="two")
    assert refusal == f"{path} is outside of what you may write: {desk.folder}."
    assert path.read_text() == "one\n"


@pytest.mark.timeout(20)
def test_looking_for_the_nearest_place_takes_no_longer_than_one_waits(desk: Desk) -> None:
    rows = [",".join(str((n * m) % 9973) for m in range(1, 100)) for n in range(1, 6000)]
    desk.file("a.csv", "\n".join(rows))
    desk.output("read", path="a.csv")
    sought = f"{rows[3000][:150]}x{rows[3000][150:]}"
    refusal = desk.refuse("edit", path="a.csv", old=sought, new="")
    assert f"The nearest place is:\n3001\t{rows[3000][:100]}" in refusal
