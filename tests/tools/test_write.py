from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.tools.desk import Desk


def test_a_new_file_comes_with_its_folders_and_the_users_mask(desk: Desk) -> None:
    before = os.umask(0o027)
    try:
        output = desk.output("write", path="src/deep/a.txt", content="one\ntwo\n")
    finally:
        os.umask(before)
    path = desk.folder / "src/deep/a.txt"
    assert path.read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert output.detail == {
        "path": "src/deep/a.txt",
        "diff": "--- src/deep/a.txt\n+++ src/deep/a.txt\n@@ -0,0 +1,2 @@\n+one\n+two",
        "added": 2,
        "removed": 0,
    }


def test_a_file_that_was_read_can_be_replaced_and_keeps_its_mode(desk: Desk) -> None:
    path = desk.file("a.sh", "one\ntwo\n")
    path.chmod(0o755)
    desk.output("read", path="a.sh")
    assert desk.say("write", path="a.sh", content="one\n2\n3\n") == "Replaced a.sh (+2 -1)."
    assert path.read_bytes() == b"one\n2\n3\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_what_was_written_counts_as_read(desk: Desk) -> None:
    desk.output("write", path="a.txt", content="one\n")
    desk.output("edit", path="a.txt", old="one", new="two")
    desk.output("write", path="a.txt", content="three\n")
    assert (desk.folder / "a.txt").read_text() == "three\n"


@pytest.mark.parametrize(
    ("before", "content", "after"),
    [
        ("a\r\nb\r\n", "x\ny\n", b"x\r\ny\r\n"),
        ("a\r\nb\n", "x\ny\n", b"x\ny\n"),
        ("a\nb\n", "x\r\ny\r\n", b"x\r\ny\r\n"),
        ("\ufeffa\n", "x\n", b"\xef\xbb\xbfx\n"),
        ("a\n".encode("utf-16"), "x\n", "x\n".encode("utf-16")),
    ],
)
def test_a_replaced_file_keeps_its_encoding_and_its_line_endings(
    desk: Desk, before: str | bytes, content: str, after: bytes
) -> None:
    path = desk.file("a.txt", before)
    desk.output("read", path="a.txt")
    desk.output("write", path="a.txt", content=content)
    assert path.read_bytes() == after


def test_a_link_is_kept_and_its_target_written(desk: Desk) -> None:
    link = desk.folder / "link"
    link.symlink_to("real")
    desk.output("write", path="link", content="one\n")
    assert link.is_symlink()
    assert (desk.folder / "real").read_text() == "one\n"


@pytest.mark.parametrize("name", ["../a.txt", "/a.txt", "out/a.txt", "~/a.txt"])
def test_nothing_is_written_outside_of_the_roots(desk: Desk, name: str) -> None:
    (desk.folder / "out").symlink_to("..")
    assert "is outside of what you may write" in desk.refuse("write", path=name, content="x")
    assert [path.name for path in desk.folder.parent.rglob("a.txt")] == []
    assert not Path("/a.txt").exists()


@pytest.mark.parametrize("name", [".git/config", "sub/.git/hooks/post-commit", ".GIT/config"])
def test_what_git_would_run_is_not_written(desk: Desk, name: str) -> None:
    assert "belongs to git" in desk.refuse("write", path=name, content="x")


def test_no_temporary_file_stays_when_writing_fails(desk: Desk) -> None:
    if os.geteuid() != 0:
        desk.folder.chmod(0o500)
        assert "Permission denied" in desk.refuse("write", path="a.txt", content="x")
    desk.file("a.txt", b"caf\xe9")
    desk.output("read", path="a.txt")
    desk.refuse("write", path="a.txt", content="\u2603")
    assert [path.name for path in desk.folder.iterdir()] == ["a.txt"]
