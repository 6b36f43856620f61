"""Writing a session while everything goes wrong."""

from __future__ import annotations

import errno
import fcntl
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ownkey.core.errors import SessionError
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said, Switched, decode
from ownkey.sessions.session import read
from tests.sessions.made import talk, user, written

KILLED = 40

WRITER = """
import os, sys
from pathlib import Path
from ownkey.core.message import Text, User
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said

journal = Journal.open(Path(sys.argv[1]))
filler = "x" * int(sys.argv[2])
for n in range(100_000):
    journal.append(Said(User((Text(f"{n} {filler}"),))), durable=n % 8 == 0)
    os.write(1, b"%d\\n" % n)
"""


def kill_while_writing(path: Path, filler: int, acknowledged: int) -> int:
    """Run a writer, kill it some time after it acknowledged so many records, and give how
    many it had by then."""
    arguments = [sys.executable, "-c", WRITER, str(path), str(filler)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        for _ in range(acknowledged):
            assert writer.stdout.readline()
        writer.kill()
        rest = writer.stdout.read()
    return acknowledged + rest.count(b"\n")


def test_no_acknowledged_record_is_lost_to_a_killed_process(tmp_path: Path) -> None:
    chance = random.Random(7)
    path = written(tmp_path, user("start"))
    expected = 1
    for _ in range(KILLED):
        filler = chance.choice((0, 500, 200_000))
        count = kill_while_writing(path, filler, chance.randrange(1, 20))
        said = [message.text for message in map(first_text, read(path).messages)]
        mine = [int(text.split()[0]) for text in said[expected:]]
        assert len(mine) in (count, count + 1), "a record more may be there than was heard of"
        assert mine == list(range(len(mine)))
        expected += len(mine)


def first_text(message: object) -> object:
    return getattr(message, "content", (None,))[0]


def test_a_durable_record_is_synced_before_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (real(fd), synced.append(os.fstat(fd).st_size)))
    journal = Journal.create(tmp_path, tmp_path, "m")
    journal.append(Said(user("fleeting")))
    assert synced == []
    journal.append(Said(user("lasting")), durable=True)
    assert synced == [journal.path.stat().st_size]


def test_the_name_of_a_new_file_is_synced_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (real(fd), synced.append(os.fstat(fd).st_ino)))
    journal = Journal.create(tmp_path, tmp_path, "m")
    journal.append(Said(user("hello")))
    assert synced == [journal.path.parent.stat().st_ino]


def test_a_session_in_which_nothing_was_said_leaves_no_file(tmp_path: Path) -> None:
    Journal.create(tmp_path, tmp_path, "m").close()
    assert list(tmp_path.rglob("*.jsonl")) == []


def test_files_and_folders_are_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        journal = Journal.create(tmp_path / "new" / "state", tmp_path, "m")
        journal.append(Said(user("secret")))
    finally:
        os.umask(before)
    modes = {
        path.relative_to(tmp_path): stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "new").rglob("*")
    }
    assert len(modes) == 5, "state, sessions, shelf, journal, lock"
    for path, mode in modes.items():
        assert mode == (0o700 if (tmp_path / path).is_dir() else 0o600), path


def test_a_second_process_is_told_who_has_the_session_and_how_to_go_on(tmp_path: Path) -> None:
    path = written(tmp_path, user("start"))
    arguments = [sys.executable, "-c", WRITER, str(path), "0"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        with pytest.raises(SessionError) as raised:
            Journal.open(path)
        writer.kill()
    assert raised.value.what == (
        f"Session {path.stem} is open in another ownkey (process {writer.pid})."
    )
    assert raised.value.hint.endswith(f"--fork {path.stem}")
    Journal.open(path).close()


def test_a_session_just_created_is_locked_too(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path, "m")
    journal.append(Said(user("mine")))
    with pytest.raises(SessionError, match=f"process {os.getpid()}"):
        Journal.open(journal.path)
    journal.close()
    Journal.open(journal.path).close()
    assert not list(tmp_path.rglob("*.lock"))


def test_the_lock_of_a_process_that_was_killed_is_taken_over(tmp_path: Path) -> None:
    path = written(tmp_path, user("start"))
    path.with_suffix(".lock").write_text("999999999999\n")
    journal = Journal.open(path)
    with pytest.raises(SessionError, match=rf"\(process {os.getpid()}\)"):
        Journal.open(path)
    journal.close()


def test_a_lock_removed_while_it_is_taken_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, user("start"))
    lock = path.with_suffix(".lock")
    real, removed = fcntl.flock, []

    def released_meanwhile(descriptor: int, operation: int) -> None:
        if not removed:
            lock.unlink()
            removed.append(lock)
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", released_meanwhile)
    journal = Journal.open(path)
    with pytest.raises(SessionError, match="is open in another ownkey"):
        Journal.open(path)
    journal.close()


def test_a_session_that_is_gone_does_not_stay_locked(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(SessionError, match="Cannot read"):
            Journal.open(tmp_path / "gone.jsonl")
    assert not list(tmp_path.rglob("*.lock"))


def test_two_sessions_written_at_once_do_not_meet(tmp_path: Path) -> None:
    one, two = (Journal.create(tmp_path, tmp_path, "m") for _ in range(2))
    for n in range(20):
        one.append(Said(user(f"one {n}")))
        two.append(Said(user(f"two {n}")))
    assert read(one.path).messages == tuple(user(f"one {n}") for n in range(20))
    assert read(two.path).messages == tuple(user(f"two {n}") for n in range(20))


def test_going_on_numbers_and_links_the_records_of_both_times(tmp_path: Path) -> None:
    path = written(tmp_path, *talk(2))
    journal = Journal.open(path)
    journal.append(Said(user("more")))
    session = read(path)
    assert session.messages == (*talk(2), user("more"))
    assert session.records == 4
    stamps = [decode(line).stamp for line in path.read_bytes().splitlines()]
    assert [stamp.seq for stamp in stamps] == [0, 1, 2, 3]
    assert [stamp.parent for stamp in stamps] == ["", *(stamp.id for stamp in stamps[:-1])]


def test_the_journal_knows_the_last_model_on_record(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path, "custom:one-0")
    journal.append(Switched("custom:two-1"))
    assert journal.model == "custom:two-1"
    journal.close()
    assert Journal.open(journal.path).model == "custom:two-1"


def test_a_write_that_takes_a_few_bytes_at_a_time_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    path = written(tmp_path, *talk(1))
    journal = Journal.open(path)
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[:7]))
    journal.append(Said(user("in pieces")))
    assert read(path).messages == (*talk(1), user("in pieces"))
    assert read(path).skipped == ()


def test_a_record_whose_sync_failed_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, *talk(1))
    before = path.read_bytes()
    journal = Journal.open(path)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fdatasync", fail)
        with pytest.raises(SessionError, match="Input/output error"):
            journal.append(Said(user("more")), durable=True)
    assert path.read_bytes() == before
    journal.append(Said(user("still more")))
    assert read(path).messages == (*talk(1), user("more"), user("still more"))


def test_a_disk_that_fails_again_is_told_of_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.open(written(tmp_path, *talk(1)))
    for _ in range(2):
        with monkeypatch.context() as disk:
            disk.setattr(os, "fdatasync", fail)
            with pytest.raises(SessionError):
                journal.append(Said(user("more")), durable=True)
            journal.append(Said(user("in silence")), durable=True)
        journal.append(Said(user("well again")))


def fail(descriptor: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


FULL_DISK = """
import resource, sys
from pathlib import Path
from ownkey.core.errors import SessionError
from ownkey.core.message import Text, User
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said

def say(text):
    try:
        journal.append(Said(User((Text(text),))), durable=True)
    except SessionError as error:
        print(error.what)

path = Path(sys.argv[1])
journal = Journal.open(path)
size = path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, resource.RLIM_INFINITY))
say("a" * 1000)
say("b" * 1000)
print(path.stat().st_size - size)
if sys.argv[2] == "room again":
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    say("c")
    print(path.stat().st_size > size)
elif sys.argv[2] == "room at the end":
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.close()
"""


def on_a_full_disk(path: Path, then: str) -> list[str]:
    """What a writer says whose file may grow by 100 bytes only: the system takes these,
    and refuses the rest with an error."""
    arguments = [sys.executable, "-c", FULL_DISK, str(path), then]
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_a_full_disk_is_told_of_once_and_leaves_no_torn_record(tmp_path: Path) -> None:
    path = written(tmp_path, user("start"))
    before = path.read_bytes()
    told, grown = on_a_full_disk(path, "still full")
    assert told == f"The session is not being saved: File too large ({path})."
    assert grown == "0"
    assert path.read_bytes() == before


def test_records_that_found_no_room_are_written_with_the_next_that_does(tmp_path: Path) -> None:
    path = written(tmp_path, user("start"))
    _, grown, grown_later = on_a_full_disk(path, "room again")
    assert (grown, grown_later) == ("0", "True")
    assert read(path).messages == tuple(map(user, ("start", "a" * 1000, "b" * 1000, "c")))
    assert read(path).skipped == ()


def test_closing_tries_once_more_to_save_what_waits(tmp_path: Path) -> None:
    path = written(tmp_path, user("start"))
    on_a_full_disk(path, "room at the end")
    assert read(path).messages == tuple(map(user, ("start", "a" * 1000, "b" * 1000)))


def test_a_state_folder_that_cannot_be_made_costs_no_words(tmp_path: Path) -> None:
    obstacle = tmp_path / "state"
    obstacle.touch()
    journal = Journal.create(obstacle, tmp_path, "m")
    with pytest.raises(SessionError, match="The session is not being saved: Not a directory"):
        journal.append(Said(user("one")))
    journal.append(Said(user("two")))
    obstacle.unlink()
    journal.append(Said(user("three")))
    assert read(journal.path).messages == tuple(map(user, ("one", "two", "three")))


def test_a_file_deleted_under_the_writer_is_told_of(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path, "m")
    journal.append(Said(user("one")))
    journal.path.unlink()
    with pytest.raises(SessionError, match="was moved or deleted: a new one was written"):
        journal.append(Said(user("two")))
    assert read(journal.path).messages == (user("one"), user("two"))
