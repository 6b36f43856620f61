"""A disk that is full, a state folder that cannot be written or goes away: the work goes on."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ownkey.core.errors import SessionError
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said
from ownkey.sessions.session import read
from tests.faults.nursery import Nursery
from tests.faults.work import ARGUMENTS, DONE, NEW, Place, is_whole, provider
from tests.proof.figures import LONG, note
from tests.sessions.made import talk, user, written

NOBODY = 54_321
"""A user id that is nobody's; only root can be it."""

UNSAVED = "The session is not being saved"


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as made, provider() as far, TemporaryDirectory() as folder:
        for number, without in enumerate(([], ["HOME"])):
            taught = Place(Path(folder, str(number)), far.url)
            file = str(taught.home / ".factory" / "settings.json")
            arguments = [*ARGUMENTS[:-1], "--settings", file, ARGUMENTS[-1]]
            made.learn(arguments, taught.cwd, taught.home, without=without)
        yield made


def full_at() -> list[int]:
    """Bytes that any file may have: each is a disk that is full a little later."""
    step = 2_000 if LONG else 20_000
    return [0, 1, 100, 300, 1_000, *range(step, 140_000, step)]


@pytest.mark.timeout(0 if LONG else 120)
def test_a_disk_that_is_full_at_any_byte_mixes_no_file(tmp_path: Path, nursery: Nursery) -> None:
    """The system takes what there is room for, a part of what it is given, and refuses the
    rest: RLIMIT_FSIZE."""
    with provider() as far:
        for most in full_at():
            work = Place(tmp_path / "tried", far.url)
            child = nursery.born(ARGUMENTS, work.cwd, work.home, most=most)
            child.go()
            code = child.end()
            said = child.said()
            assert "Traceback" not in said, said
            assert code in (0, 1), (most, code, said)
            # What it says goes to a file too, here.
            assert code == 0 or most < 1_000 or "File too large" in said, (most, said)
            work.check_files()
            for session in work.sessions():
                assert session.skipped in ((), ("the file is empty",)), most
            shutil.rmtree(tmp_path / "tried")
    note("full", disks=len(full_at()))


def block(state: Path) -> None:
    state.parent.mkdir(parents=True)
    state.touch()


def dangle(state: Path) -> None:
    state.parent.mkdir(parents=True)
    state.symlink_to(state.with_name("nowhere") / "else")


def occupy(state: Path) -> None:
    state.mkdir(parents=True)
    (state / "sessions").touch()
    (state / "undo").touch()


@pytest.mark.parametrize("spoil", [block, dangle, occupy])
def test_a_state_folder_that_cannot_be_used_is_told_of_once(
    tmp_path: Path, nursery: Nursery, spoil: Callable[[Path], None]
) -> None:
    with provider() as far:
        work = Place(tmp_path / "tried", far.url)
        spoil(work.state)
        child = nursery.born(ARGUMENTS, work.cwd, work.home)
        child.go()
        assert child.end() == 0, child.said()
    told = notices(child.out)
    if spoil is not dangle:  # what it leads to can be made
        assert sum(UNSAVED in text for text in told) == 1, told
        assert sum("cannot be taken back" in text for text in told) <= 1, told
    assert DONE in child.out.read_text("utf-8")
    assert (work.cwd / "kept.txt").read_text("utf-8") == NEW


def notices(out: Path) -> list[str]:
    lines = map(json.loads, out.read_text("utf-8").splitlines())
    return [one["text"] for one in lines if one["type"] == "notice"]


@pytest.mark.parametrize("is_told", [False, True])
def test_a_user_without_a_home_is_told_or_works(nursery: Nursery, is_told: bool) -> None:
    """A user whom no list of users has, in a container, say, with HOME unset: whoever says
    where the settings are has a session in memory."""
    with provider() as far, TemporaryDirectory() as folder:
        work = Place(Path(folder, "tried"), far.url)
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o755)
        owner = NOBODY if os.getuid() == 0 else -1
        for path in (work.cwd, work.cwd / "kept.txt"):
            os.chown(path, owner, owner)
        lent = {"OWNKEY_CONFIG_DIR": str(work.home / ".factory")} if is_told else {}
        child = nursery.born(
            ARGUMENTS, work.cwd, work.home, without=["HOME"], user=NOBODY, lent=lent
        )
        child.go()
        code = child.end()
        said = child.said() + child.out.read_text("utf-8")
        if not is_told:
            assert code == 78, said
            assert "HOME" in said or "customModels" in said
            return
        told = notices(child.out)
        assert code == 0, said
        assert '"isError":true' not in said
        assert (work.cwd / "kept.txt").read_text("utf-8") == NEW
    assert sum(UNSAVED in text for text in told) == (1 if os.getuid() == 0 else 0), told


def removed(path: Path) -> None:
    path.unlink()


def truncated(path: Path) -> None:
    os.truncate(path, 0)


def rotated(path: Path) -> None:
    path.rename(path.with_suffix(".1"))


def replaced(path: Path) -> None:
    other = path.with_suffix(".other")
    other.write_bytes(path.read_bytes()[:-40])
    other.replace(path)


def folder_moved(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))


@pytest.mark.parametrize("deed", [removed, truncated, rotated, replaced, folder_moved])
def test_what_is_said_after_a_log_was_taken_away_is_on_record(
    tmp_path: Path, deed: Callable[[Path], None]
) -> None:
    """And what was said before it, while this process still holds the file."""
    path = written(tmp_path, *talk(2))
    journal = Journal.open(path)
    journal.append(Said(user("before")))
    deed(path)
    told = []
    for words in ("after", "and later"):
        try:
            journal.append(Said(user(words)), durable=True)
        except SessionError as error:
            told.append(error.what)
    journal.close()
    assert len(told) == 1
    lost = 3 if deed is truncated else 0
    said = (*talk(2), *map(user, ("before", "after", "and later")))
    assert read(path).messages == said[lost:]
    again = Journal.open(path)
    again.append(Said(user("again")))
    again.close()
    assert read(path).messages == (*said[lost:], user("again"))


def test_the_work_is_whole_where_nothing_is_in_its_way(tmp_path: Path, nursery: Nursery) -> None:
    """The ground on which all others stand."""
    with provider() as far:
        work = Place(tmp_path / "tried", far.url)
        child = nursery.born(ARGUMENTS, work.cwd, work.home)
        child.go()
        assert child.end() == 0, child.said()
    assert is_whole(work.sessions()[0])
