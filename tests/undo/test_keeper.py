"""What is seen of a turn, what is not, and what is said of that."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from pathlib import Path

import pytest

from ownkey.sessions.journal import Journal
from ownkey.undo import tree
from ownkey.undo.blobs import Blobs
from ownkey.undo.keeper import Keeper
from ownkey.undo.shelf import Shelf
from tests.undo.worked import HOUR, Worked, picture


@pytest.fixture
def worked(tmp_path: Path) -> Worked:
    return Worked(tmp_path)


def copies(worked: Worked) -> int:
    return len(list(worked.state.glob("undo/*/blobs/*/*")))


def test_ignored_folders_are_left_alone_and_named(worked: Worked) -> None:
    root = worked.root
    (root / ".gitignore").write_text("build/\n*.env\n")
    (root / "build").mkdir()
    (root / "node_modules").mkdir()
    (root / "my.env").write_text("one")

    def command() -> None:
        (root / "build" / "out.o").write_text("out")
        (root / "node_modules" / "left-pad.js").write_text("pad")
        (root / "my.env").write_text("two")
        (root / "build").chmod(0o700)

    worked.turn(command)
    plan = worked.plan()
    assert [one.path for one in plan.todo] == [b"my.env"]
    assert plan.warnings == ("Not watched, so left as it is: build/, node_modules/.",)
    assert worked.undo() == []
    assert (root / "build" / "out.o").exists()
    assert (root / "my.env").read_text() == "one"


def test_what_becomes_ignored_in_the_turn_is_not_taken_for_deleted(worked: Worked) -> None:
    (worked.root / "out").mkdir()
    (worked.root / "out" / "a.txt").write_text("a")
    before = picture(worked.root)

    def command() -> None:
        (worked.root / ".gitignore").write_text("out/\n")
        (worked.root / "out" / "a.txt").write_text("b")

    worked.turn(command)
    assert {one.path for one in worked.plan().todo} == {b".gitignore", b"out/a.txt"}
    worked.undo()
    assert picture(worked.root) == before


def test_what_was_ignored_before_the_turn_is_not_taken_for_new(worked: Worked) -> None:
    (worked.root / ".gitignore").write_text("out/\n")
    (worked.root / "out").mkdir()
    (worked.root / "out" / "a.txt").write_text("a")
    worked.turn((worked.root / ".gitignore").unlink)
    assert worked.undo() == []
    assert (worked.root / "out" / "a.txt").exists()


def test_what_has_no_copy_is_named_and_left(
    worked: Worked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ownkey.undo.workspace.LARGEST", 100)
    monkeypatch.setattr("ownkey.undo.tree.LARGEST", 100)
    large, pipe = worked.root / "large.bin", worked.root / "pipe"
    large.write_bytes(bytes(200))
    worked.turn(lambda: large.write_bytes(bytes(300)), lambda: os.mkfifo(pipe))
    lost = {one.path: one.why for one in worked.plan().lost}
    assert "larger than" in lost[b"large.bin"]
    assert "no regular file" in lost[b"pipe"]
    worked.undo()
    assert large.stat().st_size == 300
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_no_copy_is_made_of_keys(tmp_path: Path) -> None:
    worked = Worked(tmp_path)
    secret = worked.root / "settings.json"
    secret.write_text("test-key-not-real-1")
    state = secret.stat()
    worked.keeper = Keeper(
        worked.shelf,
        worked.root,
        worked.journal.id,
        hidden=lambda: frozenset({(state.st_dev, state.st_ino)}),
        note=worked.journal.append,
        tell=worked.told.append,
    )
    worked.turn(lambda: (worked.root / "a.txt").write_text("a"))
    blobs = Blobs(next(worked.state.glob("undo/*/blobs")))
    kept = [blobs.get(bytes.fromhex(path.name)) for path in worked.state.glob("undo/*/blobs/*/*")]
    assert kept == [b"a"]


def test_the_state_folder_is_no_part_of_a_workspace_it_is_in(tmp_path: Path) -> None:
    worked = Worked(tmp_path)
    inner = Worked(worked.root, Journal.create(worked.root / "state", worked.root, "some-model"))
    assert inner.root != worked.root
    inner.keeper.cwd = worked.root
    inner.turn(lambda: (worked.root / "a.txt").write_text("a"))
    assert [one.path for one in inner.plan().todo] == [b"a.txt"]


@pytest.mark.parametrize(("ahead", "read"), [(HOUR, 0), (0, 1)])
def test_a_file_is_read_again_only_if_it_may_be_another(
    worked: Worked, ahead: int, read: int
) -> None:
    """One that was read in the moment of its change may have changed after it unseen."""
    (worked.root / "a.txt").write_text("one")
    worked.ahead = ahead
    worked.turn(lambda: None)
    for copy in worked.state.glob("undo/*/blobs/*/*"):
        copy.unlink()
    worked.turn(lambda: None)
    assert copies(worked) == read


def test_a_change_that_hides_its_time_and_size_is_seen(worked: Worked) -> None:
    file = worked.root / "a.txt"
    file.write_text("one")
    state = file.stat()
    worked.ahead = HOUR
    worked.turn(lambda: None)

    def command() -> None:
        while file.stat().st_ctime_ns == state.st_ctime_ns:  # clocks of files tick slowly
            file.write_text("two")
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))

    worked.turn(command)
    worked.undo()
    assert file.read_text() == "one"


def test_too_many_files_are_not_watched_but_edits_are(
    worked: Worked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST", 10)
    for number in range(20):
        (worked.root / f"{number}.txt").write_text("x")
    worked.turn(lambda: (worked.root / "1.txt").write_text("y"), (worked.root / "2.txt").unlink)
    worked.edit("3.txt", b"z")
    assert len([one for one in worked.told if "more than 10 files" in one]) == 1
    plan = worked.plan()
    assert [one.path for one in plan.todo] == [b"3.txt"]
    assert "Commands were not watched: it has more than 10 files." in plan.warnings[0]


def test_a_full_disk_stops_undo_and_not_the_work(worked: Worked) -> None:
    worked.state.mkdir()
    (worked.state / "undo").write_text("in the way")
    worked.turn(lambda: (worked.root / "a.txt").write_text("a"))
    assert (worked.root / "a.txt").exists()
    assert len(worked.told) == 1
    assert "cannot be taken back" in worked.told[0]


def test_a_cancelled_call_is_seen_to_its_end(worked: Worked) -> None:
    async def cancelled() -> None:
        started = asyncio.Event()

        async def call() -> None:
            async with worked.keeper.watch("runs"):
                (worked.root / "a.txt").write_text("a")
                started.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(call())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    worked.turn()
    asyncio.run(cancelled())
    assert worked.undo() == []
    assert picture(worked.root) == {}


def test_a_call_that_is_cancelled_before_it_begins_leaves_nothing_open(tmp_path: Path) -> None:
    worked, looking, go = Worked(tmp_path), threading.Event(), threading.Event()

    def hidden() -> frozenset[tuple[int, int]]:
        looking.set()
        go.wait()
        return frozenset()

    async def cancelled() -> None:
        async def call() -> None:
            async with keeper.watch("runs"):
                raise AssertionError("it ran")

        task = asyncio.create_task(call())
        await asyncio.to_thread(looking.wait)
        task.cancel()
        asyncio.get_running_loop().call_soon(go.set)
        with pytest.raises(asyncio.CancelledError):
            await task

    keeper = Keeper(
        worked.shelf,
        worked.root,
        worked.journal.id,
        hidden=hidden,
        note=worked.journal.append,
        tell=worked.told.append,
    )
    asyncio.run(cancelled())
    assert worked.shelf.opened(worked.journal.id) is None
    assert not worked.journal.path.exists()


def test_reading_costs_nothing(worked: Worked) -> None:
    async def read() -> None:
        async with worked.keeper.watch("reads"):
            pass

    asyncio.run(read())
    assert not worked.state.exists()


def test_copies_of_the_oldest_sessions_are_dropped_and_that_is_said(tmp_path: Path) -> None:
    sessions = [large_session(tmp_path, used) for used in range(4)]
    first, last = sessions[0], sessions[-1]
    assert f"used longest ago: {first.journal.id}" in last.told[0]
    assert last.shelf.blobs.size() < 1_300_000
    assert last.undo() == []
    assert first.plan(2).warnings == ("Copies of some of these changes are kept no more.",)


def large_session(folder: Path, used: int) -> Worked:
    worked = Worked(folder, most=1_000_000)
    file = worked.root / "a.bin"
    worked.turn(lambda: file.write_bytes(os.urandom(400_000)), file.unlink)
    (kept,) = worked.state.glob(f"undo/*/sessions/{worked.journal.id}")
    os.utime(kept, (used, used))
    worked.close()
    return worked


def test_nothing_is_dropped_while_another_process_counts_on_it(tmp_path: Path) -> None:
    worked = Worked(tmp_path)
    worked.turn(lambda: (worked.root / "a.txt").write_text("a"))
    worked.shelf.blobs.put(b"to be referred to in a moment")
    kept = copies(worked)
    other = Shelf(worked.state, worked.root, most=0)
    assert other.take() == []
    assert copies(worked) == kept
