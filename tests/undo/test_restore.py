"""Bringing files back: beneath the root, whole or not at all, and again after a kill."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from zlib import compress

import pytest

from ownkey.undo.changes import Change, Entry, Net, Set, net
from ownkey.undo.restore import restore
from ownkey.undo.workspace import Workspace
from tests.undo.worked import Worked, picture


@pytest.fixture
def worked(tmp_path: Path) -> Worked:
    made = Worked(tmp_path)
    root = made.root
    (root / "folder" / "inner").mkdir(parents=True)
    (root / "folder" / "inner" / "a.txt").write_text("a")
    (root / "file").write_bytes(b"\0\xff" * 1000)
    (root / "script").write_text("#!/bin/sh\n")
    (root / "script").chmod(0o755)
    (root / "link").symlink_to("file")
    (root / "empty").mkdir(mode=0o700)
    return made


def to_file(root: Path) -> None:
    shutil.rmtree(root / "folder")
    (root / "folder").write_text("now a file")


def to_link(root: Path) -> None:
    shutil.rmtree(root / "folder")
    (root / "folder").symlink_to("/etc")


def to_folder(root: Path) -> None:
    (root / "file").unlink()
    (root / "file" / "deep").mkdir(parents=True)
    (root / "file" / "deep" / "b").write_text("b")


def closed(root: Path) -> None:
    (root / "folder" / "inner" / "a.txt").unlink()
    (root / "folder" / "inner").chmod(0o500)
    (root / "folder").chmod(0o555)


def moved(root: Path) -> None:
    (root / "folder").rename(root / "elsewhere")
    (root / "script").rename(root / "elsewhere" / "script")


def relinked(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").write_text("no link")


def retargeted(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").symlink_to("gone")


def modes(root: Path) -> None:
    (root / "script").chmod(0o4600)
    (root / "empty").chmod(0o1777)
    (root / "folder").chmod(0o711)


def everything(root: Path) -> None:
    for path in root.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


HARD = (to_file, to_link, to_folder, closed, moved, relinked, retargeted, modes, everything)


@pytest.mark.parametrize("command", HARD)
def test_the_hard_cases_are_taken_back_and_done_again(
    worked: Worked, command: Callable[[Path], None]
) -> None:
    before = picture(worked.root)
    worked.turn(lambda: command(worked.root))
    after = picture(worked.root)
    assert after != before
    assert worked.undo() == []
    assert picture(worked.root) == before
    assert worked.undo() == []
    assert picture(worked.root) == after


@pytest.mark.parametrize("command", HARD)
def test_a_kill_between_any_two_steps_is_made_good(
    worked: Worked, command: Callable[[Path], None]
) -> None:
    before = picture(worked.root)
    worked.turn(lambda: command(worked.root))
    todo = worked.plan().todo
    for some in range(len(todo)):
        with worked.keeper.beneath() as root:
            restore(root, worked.shelf.blobs, todo[some:][::-2])
            assert restore(root, worked.shelf.blobs, todo) == []
        assert picture(worked.root) == before


def test_nothing_is_written_through_a_link_that_came_in_since(
    worked: Worked, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    inner = worked.root / "folder" / "inner"
    worked.turn((inner / "a.txt").unlink)
    todo = worked.plan().todo
    inner.rmdir()
    inner.symlink_to(outside)
    with Workspace(worked.root) as root:
        (left,) = restore(root, worked.shelf.blobs, todo)
    assert left.path == b"folder/inner/a.txt"
    assert list(outside.iterdir()) == []


def test_what_changes_between_asking_and_doing_is_left(worked: Worked) -> None:
    made = worked.root / "made"
    worked.turn((worked.root / "script").unlink, lambda: to_folder(worked.root), made.touch)
    todo = worked.plan().todo
    made.write_text("mine")
    (worked.root / "script").write_text("new")
    (worked.root / "file" / "deep" / "mine").write_text("mine")
    with Workspace(worked.root) as root:
        left = {one.path for one in restore(root, worked.shelf.blobs, todo)}
    assert left == {b"made", b"script", b"file", b"file/deep"}
    assert made.read_text() == "mine"
    assert (worked.root / "script").read_text() == "new"
    assert (worked.root / "file" / "deep" / "mine").read_text() == "mine"


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: compress(b"other")])
def test_a_damaged_copy_is_noticed(worked: Worked, damage: Callable[[bytes], bytes]) -> None:
    worked.turn((worked.root / "script").unlink)
    for copy in worked.state.glob("undo/*/blobs/*/*"):
        copy.write_bytes(damage(copy.read_bytes()))
    (lost,) = worked.plan().lost
    assert lost.why == "its copy is kept no more"
    assert worked.plan().todo == ()


def test_copies_are_closed_to_others(worked: Worked) -> None:
    os.umask(0o022)
    worked.turn((worked.root / "script").unlink)
    for path in (worked.state / "undo").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_what_a_person_did_between_two_turns_is_not_overwritten(worked: Worked) -> None:
    file = worked.root / "script"
    worked.turn(lambda: file.write_text("one"))
    file.write_text("mine")
    worked.turn(lambda: file.write_text("two"))
    (foreign,) = worked.plan(last=2).foreign
    assert foreign.why == "somebody else changed it in between"
    assert worked.undo(last=1) == []
    assert file.read_text() == "mine"


def test_the_model_is_told_once_of_what_is_another_file_now(worked: Worked) -> None:
    worked.turn((worked.root / "script").unlink)
    worked.undo()
    assert "you last saw them: script" in worked.past.told()
    assert worked.past.told() == ""
    worked.undo()
    worked.undo()
    assert worked.past.told() == ""


ONE, TWO, THREE = (Entry(0o100644, name, 1) for name in (b"1", b"2", b"3"))


@pytest.mark.parametrize(
    ("changes", "meant"),
    [
        ([(ONE, TWO), (TWO, THREE)], Net(ONE, THREE, broken=False)),
        ([(ONE, TWO), (TWO, ONE)], None),
        ([(None, ONE), (ONE, None)], None),
        ([(ONE, TWO), (THREE, ONE)], Net(ONE, ONE, broken=True)),
    ],
)
def test_changes_add_up(
    changes: list[tuple[Entry | None, Entry | None]], meant: Net | None
) -> None:
    sets = [Set((Change(b"a", before, after),)) for before, after in changes]
    assert net(sets).get(b"a") == meant
