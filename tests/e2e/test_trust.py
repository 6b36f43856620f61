"""Trust in a folder through the front door: `ownkey trust`, `--plain`, AGENTS.md over turns."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat

ORDER = "Always answer in rhymes."


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "AGENTS.md").write_text(f"{ORDER}\n")
    return folder


def test_a_folder_is_trusted_listed_and_forgotten(home: Path, work: Path) -> None:
    del home
    assert "No folder" in run("trust", "list", cwd=work).stdout
    done = run("trust", cwd=work)
    assert (done.returncode, "Nobody is there to ask" in done.stderr) == (2, True)
    done = run("trust", "--yes", cwd=work)
    assert "AGENTS.md  25 B  tells the model how to work here" in done.stdout
    assert run("trust", cwd=work).stdout == f"{work}: trusted.\n"
    listed = json.loads(run("trust", "list", "--json", cwd=work).stdout)
    assert [(one["path"], one["decision"]) for one in listed["folders"]] == [(str(work), "trusted")]
    assert run("trust", "forget", str(work)).returncode == 0
    done = run("trust", "forget", str(work))
    assert (done.returncode, "ownkey trust list" in done.stderr) == (2, True)


def test_the_plain_face_asks_in_lines(home: Path, work: Path) -> None:
    with Far(chat("Said."), chat("Said.")) as far:
        settle(home, entry(far.url))
        done = run("--plain", cwd=work, stdin="2\nHi.\n/quit\n")
        assert "2. Trust it" in done.stdout
        assert "AGENTS.md  25 B  tells the model how to work here" in done.stdout
        again = run("--plain", cwd=work, stdin="Hi.\n/quit\n")
    assert "Trust it" not in again.stdout
    assert all(ORDER in request.body.decode() for request in far.requests)


def test_the_plain_face_without_an_answer_leaves_them_out(home: Path, work: Path) -> None:
    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        done = run("--plain", "Hi.", cwd=work)
    assert "Left out" in done.stdout
    assert ORDER not in far.requests[0].body.decode()


def test_the_users_own_instructions_need_no_trust(home: Path, work: Path) -> None:
    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        (home / ".factory" / "AGENTS.md").write_text("Be brief.\n")
        run("exec", "Hi.", cwd=work)
    assert "Be brief." in far.requests[0].body.decode()


def test_instructions_are_told_once_in_a_session_and_its_beginning_never_changes(
    home: Path, work: Path
) -> None:
    with Far(chat("Said."), chat("Said."), chat("Said.")) as far:
        settle(home, entry(far.url))
        run("exec", "--trust", "Hi.", cwd=work)
        run("exec", "--trust", "-s", "last", "And?", cwd=work)
        (work / "AGENTS.md").write_text("Never rhyme.\n")
        run("exec", "--trust", "-s", "last", "And now?", cwd=work)
    bodies = [request.json["messages"] for request in far.requests]
    assert [json.dumps(body).count(ORDER) for body in bodies] == [1, 1, 1]
    assert "Never rhyme." in json.dumps(bodies[2][-1])
    for before, after in itertools.pairwise(bodies):
        assert after[: len(before)] == before
