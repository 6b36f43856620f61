"""The calls of many sessions, each counted once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ownkey.core.message import Usage
from ownkey.sessions import store
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Asked, Said
from ownkey.sessions.spending import spent
from tests.sessions.made import called, user


def session(root: Path, cwd: Path, *usages: Usage) -> Path:
    journal = Journal.create(root, cwd, "custom:some-0")
    journal.append(Said(user('a text that quotes "kind":"call"')))
    for usage in usages:
        journal.append(Asked(called(usage)))
    journal.close()
    return journal.path


def test_calls_come_with_their_session_and_folder(tmp_path: Path) -> None:
    path = session(tmp_path, tmp_path / "work", Usage(1), Usage(2))
    found = list(spent(tmp_path))
    assert [one.call.usage for one in found] == [Usage(1), Usage(2)]
    assert {(one.session, one.cwd) for one in found} == {(path.stem, str(tmp_path / "work"))}


def test_a_fork_pays_only_for_what_it_asked_itself(tmp_path: Path) -> None:
    store.fork(session(tmp_path, tmp_path, Usage(1)), tmp_path)
    assert len(list(spent(tmp_path))) == 1


def test_what_is_older_is_left_out(tmp_path: Path) -> None:
    old = session(tmp_path, tmp_path, Usage(1))
    session(tmp_path, tmp_path, Usage(2))
    os.utime(old, (0, 0))
    hour = datetime.now(UTC) - timedelta(hours=1)
    assert [one.call.usage for one in spent(tmp_path, hour)] == [Usage(2)]
    assert list(spent(tmp_path, datetime.now(UTC) + timedelta(hours=1))) == []


def test_a_torn_line_takes_no_other_with_it(tmp_path: Path) -> None:
    path = session(tmp_path, tmp_path, Usage(1), Usage(2))
    path.write_bytes(path.read_bytes()[:-20])
    assert [one.call.usage for one in spent(tmp_path)] == [Usage(1)]
