"""Content put into files: whole or not at all, and all else about the file as it was."""

from __future__ import annotations

import ctypes
import os
import random
import stat
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ownkey.beneath import within
from ownkey.core.errors import ToolError
from ownkey.tools.files import File
from ownkey.tools.store import store

WRITER = """
import sys
from pathlib import Path
from ownkey.beneath import within
from ownkey.tools.files import File
from ownkey.tools.store import store
path = Path(sys.argv[1])
while True:
    for sign in b"ab":
        with within(path.parent, path) as place:
            before = File(path, path.read_bytes(), path.stat())
            store(place, bytes([sign]) * 300_000, before, aside=path.parent.parent / "aside")
        print(flush=True)
"""
KILLS = 40

NOBODY = 65534

SYSTEM = sys.platform == "linux"


def known(path: Path) -> File:
    return File(path, path.read_bytes(), path.stat())


def put(path: Path, data: bytes, before: File | None) -> None:
    with within(path.parent, path) as place:
        store(place, data, before, aside=path.parent.parent / "aside")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.fixture
def path(folder: Path) -> Path:
    made = folder / "a.txt"
    made.write_text("old")
    return made


def test_a_writer_killed_at_any_moment_leaves_the_old_or_the_new(path: Path) -> None:
    path.write_bytes(b"a" * 300_000)
    chance = random.Random(1)
    seen = set()
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": "src"},
        ) as writer:
            assert writer.stdout
            writer.stdout.readline()  # it writes by now
            time.sleep(chance.random() / 200)
            writer.kill()
        data = path.read_bytes()
        assert len(data) == 300_000
        assert set(data) in ({ord("a")}, {ord("b")})
        seen |= set(data)
    assert seen == {ord("a"), ord("b")}


def test_a_file_that_came_in_between_is_not_overwritten(path: Path) -> None:
    with pytest.raises(ToolError, match="changed this very moment"):
        put(path, b"ours", None)
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_changed_or_went_in_between_is_left_alone(path: Path) -> None:
    before = known(path)
    path.write_text("new")
    with pytest.raises(ToolError, match="changed this very moment"):
        put(path, b"ours", before)
    assert path.read_text() == "new"
    path.unlink()
    with pytest.raises(ToolError, match="changed this very moment"):
        put(path, b"ours", before)
    assert list(path.parent.iterdir()) == []


def test_a_change_that_no_clock_shows_is_seen_by_what_the_file_holds(path: Path) -> None:
    before = known(path)
    lying = File(path, b"was", before.state)
    with pytest.raises(ToolError, match="changed this very moment"):
        put(path, b"ours", lying)
    assert path.read_text() == "old"


def test_a_link_that_came_in_between_is_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("old")
    before = known(path)
    path.unlink()
    path.symlink_to(target)
    with pytest.raises(ToolError, match="changed this very moment"):
        put(path, b"ours", before)
    assert target.read_text() == "old"
    assert path.is_symlink()


def test_a_fifo_that_came_in_between_is_no_file_to_wait_for(path: Path) -> None:
    before = known(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ToolError, match="changed this very moment"):
        put(path, b"ours", before)


def test_a_new_file_has_the_mode_that_the_umask_leaves(folder: Path) -> None:
    before = os.umask(0o027)
    try:
        put(folder / "new", b"x", None)
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o640
    assert (folder / "new").stat().st_nlink == 1
    assert list(folder.iterdir()) == [folder / "new"]


MODES = (0o600, 0o644, 0o640, 0o755, 0o700, 0o664, 0o666, 0o777, 0o750, 0o4755, 0o2755, 0o1644)


@pytest.mark.parametrize("mode", MODES, ids=oct)
def test_the_mode_stays(path: Path, mode: int) -> None:
    path.chmod(mode)
    put(path, b"new", known(path))
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_the_mode_stays_whatever_the_umask(path: Path) -> None:
    path.chmod(0o666)
    before = os.umask(0o077)
    try:
        put(path, b"new", known(path))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize("owner", [(NOBODY, NOBODY), (NOBODY, 0), (0, NOBODY), (1, 2)])
def test_the_owner_stays(path: Path, owner: tuple[int, int]) -> None:
    os.chown(path, *owner)
    put(path, b"new", known(path))
    state = path.stat()
    assert (state.st_uid, state.st_gid) == owner


def access_list(*named: tuple[int, int]) -> bytes:
    """rw- for the owner, r-- for the group, the named users, and the mask (acl(5), as the
    kernel keeps it: version 2, then tag, rights and id of each)."""
    entries = [(0x01, 6, 0xFFFFFFFF)]
    entries += [(0x02, rights, who) for who, rights in named]
    entries += [(0x04, 4, 0xFFFFFFFF), (0x10, 6, 0xFFFFFFFF), (0x20, 4, 0xFFFFFFFF)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


ATTRIBUTES = (
    ("user.note", b"kept"),
    ("user.empty", b""),
    ("user.bytes", bytes(range(256))),
    ("user.large", b"x" * 1000),
    ("system.posix_acl_access", access_list((1, 6))),
    ("system.posix_acl_access", access_list((1, 4), (2, 6))),
)


@pytest.mark.skipif(not SYSTEM, reason="extended attributes are read on Linux alone")
@pytest.mark.parametrize(("name", "value"), ATTRIBUTES)
def test_attributes_and_access_lists_stay(path: Path, name: str, value: bytes) -> None:
    attribute(path, name, value)
    mode = path.stat().st_mode
    put(path, b"new", known(path))
    assert os.getxattr(path, name) == value
    assert path.stat().st_mode == mode
    assert path.stat().st_nlink == 1


@pytest.mark.skipif(not SYSTEM, reason="extended attributes are read on Linux alone")
def test_a_new_file_takes_after_its_folder(folder: Path) -> None:
    attribute(folder, "system.posix_acl_default", access_list((1, 6)))
    put(folder / "new", b"x", None)
    assert "system.posix_acl_access" in os.listxattr(folder / "new")


def attribute(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError:
        pytest.skip("this file system has none of these")


@pytest.mark.parametrize("names", [1, 3])
def test_the_other_names_of_a_file_stay_its_names(path: Path, tmp_path: Path, names: int) -> None:
    others = [tmp_path / f"other-{number}" for number in range(names)]
    for other in others:
        other.hardlink_to(path)
    put(path, b"new, and longer", known(path))
    assert [other.read_bytes() for other in others] == [b"new, and longer"] * names
    assert path.stat().st_ino == others[0].stat().st_ino
    assert list((tmp_path / "aside").iterdir()) == []


def test_a_file_of_several_names_gets_shorter_too(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"x" * 10_000)
    (tmp_path / "other").hardlink_to(path)
    put(path, b"", known(path))
    assert path.read_bytes() == b""


@contextmanager
def unprivileged() -> Iterator[None]:
    """Files are opened as somebody who may not open all (setfsuid(2), of this thread)."""
    if os.geteuid() != 0:
        yield
        return
    if not SYSTEM:
        pytest.skip("root may write everything")
    system = ctypes.CDLL(None)
    system.setfsuid(NOBODY)
    try:
        yield
    finally:
        system.setfsuid(0)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A file in a folder that takes no new ones, in a place that is open to everybody."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        folder, aside = base / "folder", base / "aside"
        folder.mkdir()
        aside.mkdir()
        path = folder / "a.txt"
        path.write_bytes(b"old")
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
            os.chown(aside, NOBODY, NOBODY)
        folder.chmod(0o555)
        yield path
        folder.chmod(0o755)


@pytest.mark.parametrize("data", [b"new, and much longer", b"n", b""])
def test_a_file_in_a_folder_that_is_closed_is_written_over(closed: Path, data: bytes) -> None:
    inode = closed.stat().st_ino
    before = known(closed)
    with unprivileged():
        put(closed, data, before)
    assert closed.read_bytes() == data
    assert closed.stat().st_ino == inode
    assert list((closed.parent.parent / "aside").iterdir()) == []


def test_without_a_place_for_the_copy_nothing_is_written_over(closed: Path) -> None:
    (closed.parent.parent / "aside").rmdir()
    with unprivileged(), pytest.raises(PermissionError):
        put(closed, b"new", known(closed))
    assert closed.read_bytes() == b"old"


def test_a_write_protected_file_stays_so(path: Path) -> None:
    path.chmod(0o444)
    try:
        with path.open("a"):
            pytest.skip("root may write everything")
    except PermissionError:
        pass
    with pytest.raises(PermissionError):
        put(path, b"new", known(path))


def grown(path: Path) -> bytes:
    return path.read_bytes() * 1000


def emptied(path: Path) -> bytes:
    del path
    return b""


def same(path: Path) -> bytes:
    return path.read_bytes()


@pytest.mark.parametrize("made", [grown, emptied, same])
def test_nothing_but_the_file_is_left(path: Path, made: Callable[[Path], bytes]) -> None:
    data = made(path)
    put(path, data, known(path))
    assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]
