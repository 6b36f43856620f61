"""Listing, finding and copying sessions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ownkey.core.errors import SessionError
from ownkey.core.message import Image, Message, Result, Text, User
from ownkey.sessions import place, store
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said, Switched, Titled
from tests.sessions.made import assistant, talk, user, written


def test_the_state_folder_is_the_one_named_in_the_environment(tmp_path: Path) -> None:
    assert store.folder({"OWNKEY_STATE_DIR": str(tmp_path)}) == tmp_path


def test_the_state_folder_is_else_in_the_users_home(home: Path) -> None:
    assert store.folder(os.environ).is_relative_to(home)


def test_ids_sort_by_time_and_differ() -> None:
    ids = [place.new_id() for _ in range(20_000)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{12}", one) for one in ids)


@pytest.mark.parametrize("one", ["a/b-c", "long" * 60, "日本", "\udcff", "/"])
def test_each_working_directory_has_a_folder_of_its_own(tmp_path: Path, one: str) -> None:
    shelves = {place.shelf(tmp_path, Path("/", name)) for name in (one, "a-b/c", one + "x")}
    assert len(shelves) == 3
    for shelf in shelves:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{7,100}", shelf.name)


def test_a_symlink_to_a_folder_has_its_sessions(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    path = written(tmp_path, user("hello"), cwd=tmp_path / "real")
    assert store.find(tmp_path, "last", tmp_path / "link") == path


def test_a_list_shows_the_last_used_first(tmp_path: Path) -> None:
    paths = [written(tmp_path, user(f"task {n}")) for n in range(3)]
    journal = Journal.open(paths[0])
    journal.append(Said(user("more")))
    journal.close()
    titles = [one.title for one in store.summaries(tmp_path, tmp_path)]
    assert titles == ["task 0", "task 2", "task 1"]


def test_a_list_is_of_one_working_directory_or_of_all(tmp_path: Path) -> None:
    here = written(tmp_path, user("here"), cwd=tmp_path / "here")
    written(tmp_path, user("there"), cwd=tmp_path / "there")
    assert [one.path for one in store.summaries(tmp_path, tmp_path / "here")] == [str(here)]
    assert [one.title for one in store.summaries(tmp_path)] == ["there", "here"]
    assert store.summaries(tmp_path / "nowhere") == []


def test_a_summary_agrees_with_the_session(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path, "custom:one-0")
    journal.append(Said(user("hello")))
    journal.append(Switched("custom:two-1"))
    journal.append(Titled("Greetings"))
    journal.append(Said(assistant("hi")))
    (summary,) = store.summaries(tmp_path)
    session = store.read(journal.path)
    for name in ("id", "path", "cwd", "model", "started", "title", "records"):
        assert getattr(summary, name) == getattr(session, name), name
    assert summary.started <= summary.used


BIG = Result("c", "read", (Text("x" * 1_000_000),))


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ((user("  fix it\nplease"),), "fix it"),
        ((User((Text("<environment>"), Text("fix it"))),), "fix it"),
        ((user("fix it " * 100_000), assistant("done")), ("fix it " * 100_000).strip()),
        ((user("fix it"), BIG), "fix it"),
        ((user("fix it"), BIG, assistant("done"), BIG), "fix it"),
        ((User((Image("image/png", b"\x89PNG"),)),), ""),
        ((user(""),), ""),
    ],
)
def test_the_title_is_what_the_user_said_first(
    tmp_path: Path, said: tuple[Message, ...], title: str
) -> None:
    written(tmp_path, *said)
    (summary,) = store.summaries(tmp_path)
    assert summary.title == title
    assert summary.records == len(said) + 1


@pytest.mark.parametrize("content", [b"", b"garbage", b"\0" * 200_000, b"\n\n"])
def test_a_ruined_file_is_listed_too(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, user("hello"))
    path.write_bytes(content)
    (summary,) = store.summaries(tmp_path)
    assert (summary.id, summary.records, summary.title) == (path.stem, 0, "")


def test_a_list_stands_a_torn_tail(tmp_path: Path) -> None:
    path = written(tmp_path, *talk(3))
    path.write_bytes(path.read_bytes()[:-10])
    (summary,) = store.summaries(tmp_path)
    assert (summary.title, summary.records) == ("say 0", 3)


def test_a_session_is_found_by_its_id_or_the_beginning_of_it(tmp_path: Path) -> None:
    shelf = tmp_path / "sessions" / "shelf"
    shelf.mkdir(parents=True)
    ids = ("20260101-000000-aaaaaa", "20260101-000000-bbbbbb", "20260202-000000-cccccc")
    for one in ids:
        (shelf / f"{one}.jsonl").touch()
    assert store.find(tmp_path, ids[0]).stem == ids[0]
    assert store.find(tmp_path, "202602").stem == ids[2]
    with pytest.raises(SessionError) as ambiguous:
        store.find(tmp_path, "202601")
    assert ambiguous.value.what == "2 sessions begin with '202601'."
    assert ambiguous.value.hint == f"Say which: {ids[1]}, {ids[0]}"
    with pytest.raises(SessionError) as unknown:
        store.find(tmp_path, "20260101-000000-aaaaab")
    assert unknown.value.what == "There is no session '20260101-000000-aaaaab'."
    assert unknown.value.hint == f"Did you mean {ids[0]}?"


@pytest.mark.parametrize("wanted", ["", "*", "../../etc/passwd", "nothing"])
def test_what_names_no_session_finds_none(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(SessionError, match="There is no session"):
        store.find(tmp_path, wanted)


def test_the_last_session_is_the_last_of_this_working_directory(tmp_path: Path) -> None:
    here = written(tmp_path, user("here"), cwd=tmp_path / "here")
    there = written(tmp_path, user("there"), cwd=tmp_path / "there")
    assert store.find(tmp_path, "last", tmp_path / "here") == here
    assert store.find(tmp_path, "last") == there
    with pytest.raises(SessionError, match=r"There is no session in .*nowhere yet"):
        store.find(tmp_path, "last", tmp_path / "nowhere")


def test_a_fork_is_a_session_of_its_own_that_names_its_origin(tmp_path: Path) -> None:
    path = written(tmp_path, *talk(3))
    before = path.read_bytes()
    copy = store.fork(path, tmp_path)
    origin, forked = store.read(path), store.read(copy)
    assert forked.messages == origin.messages
    assert (forked.model, forked.cwd, forked.leaf) == (origin.model, origin.cwd, origin.leaf)
    assert (forked.id, forked.forked) == (copy.stem, origin.id)
    assert forked.id != origin.id
    assert forked.skipped == ()
    assert copy.stat().st_mode & 0o777 == 0o600
    journal = Journal.open(copy)
    journal.append(Said(user("only here")))
    assert store.read(copy).messages == (*talk(3), user("only here"))
    assert path.read_bytes() == before


def test_a_session_can_be_forked_while_another_process_is_at_it(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path, "m")
    journal.append(Said(user("mine")))
    copy = store.fork(journal.path, tmp_path)
    Journal.open(copy).close()
    assert store.read(copy).messages == (user("mine"),)


def test_a_fork_keeps_the_switches_of_model_and_rewinds(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path, "one")
    first = journal.append(Said(user("one")))
    journal.append(Said(assistant("wrong")))
    journal.append(Switched("two"), parent=first)
    journal.append(Said(assistant("right")))
    copy = store.read(store.fork(journal.path, tmp_path))
    assert copy.models == ("one", "two")
    assert copy.messages == (user("one"), assistant("right"))


@pytest.mark.parametrize("damage", [b"", b"garbage\n", b"\0\0\n"])
def test_a_damaged_session_forks_with_all_that_is_left(tmp_path: Path, damage: bytes) -> None:
    path = written(tmp_path, *talk(3))
    path.write_bytes(damage + path.read_bytes().split(b"\n", 1)[1])
    copy = store.read(store.fork(path, tmp_path))
    assert copy.messages == tuple(talk(3))
    assert copy.forked == path.stem


FORK_WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from ownkey.core.errors import SessionError
from ownkey.sessions import store

resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
try:
    store.fork(Path(sys.argv[1]), Path(sys.argv[2]))
except SessionError as error:
    print(error.what)
"""


def test_a_copy_there_is_no_room_for_is_not_left_half_done(tmp_path: Path) -> None:
    path = written(tmp_path, *talk(9))
    arguments = [sys.executable, "-c", FORK_WITHOUT_ROOM, str(path), str(tmp_path)]
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert run.stdout.startswith(f"Cannot copy the session {path.stem}: [Errno")
    assert list(tmp_path.rglob("*.jsonl")) == [path]


def test_what_cannot_be_copied_leaves_no_half_copy(tmp_path: Path) -> None:
    path = written(tmp_path / "state", user("hello"))
    obstacle = tmp_path / "other"
    obstacle.touch()
    with pytest.raises(SessionError, match=f"Cannot copy the session {path.stem}"):
        store.fork(path, obstacle)
    with pytest.raises(SessionError, match="Cannot read"):
        store.fork(path.with_name("gone.jsonl"), tmp_path / "state")
    assert len(list(tmp_path.rglob("*.jsonl"))) == 1
