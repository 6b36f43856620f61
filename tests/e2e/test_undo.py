"""`ownkey undo` and `/undo`: real processes, real files."""

from __future__ import annotations

import json
import signal
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests.e2e.front_door import command, entry, run, settle
from tests.far import Far, chat, chat_call
from tests.undo.worked import picture

COMMAND = "rm old.txt && printf 'two\\n' > kept.txt && mkdir -p new/empty && ln -s kept.txt link"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "old.txt").write_bytes(b"\0old\xff")
    (folder / "kept.txt").write_text("one\n")
    (folder / "kept.txt").chmod(0o640)
    return folder


def worked(home: Path, work: Path, *calls: str, auto: str = "medium") -> None:
    """A session of one turn."""
    with Far(*calls, chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "--auto", auto, "Work.", cwd=work)
    assert done.returncode == 0, done.stderr


def test_what_a_command_did_is_taken_back_and_brought_back(home: Path, work: Path) -> None:
    before = picture(work)
    worked(home, work, chat_call("shell", command=COMMAND))
    after = picture(work)
    assert after != before

    dry = run("undo", "--dry-run", cwd=work)
    assert dry.returncode == 0, dry.stderr
    assert "change   kept.txt  +1 -1" in dry.stdout
    assert "bring    old.txt" in dry.stdout
    assert "remove   new/empty/" in dry.stdout
    assert picture(work) == after

    done = run("undo", "--yes", cwd=work)
    assert done.returncode == 0, done.stderr
    assert picture(work) == before

    again = run("undo", "--yes", cwd=work)
    assert again.returncode == 0, again.stderr
    assert "The last undo" in again.stdout
    assert picture(work) == after


def test_edits_and_new_files_are_taken_back(home: Path, work: Path) -> None:
    before = picture(work)
    made = chat_call("write", path="deep/er/made.py", content="x = 1\n")
    read = chat_call("read", path="kept.txt")
    edit = chat_call("edit", path="kept.txt", old="one", new="three")
    worked(home, work, made, read, edit, auto="low")
    assert (work / "kept.txt").read_text() == "three\n"
    done = run("undo", "--yes", "--json", cwd=work)
    assert json.loads(done.stdout)["outcome"] == "done"
    assert picture(work) == before


def test_nothing_happens_unasked(home: Path, work: Path) -> None:
    worked(home, work, chat_call("shell", command=COMMAND))
    after = picture(work)
    done = run("undo", cwd=work)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert picture(work) == after


def test_what_a_person_changed_since_is_refused_and_the_rest_is_offered(
    home: Path, work: Path
) -> None:
    worked(home, work, chat_call("shell", command=COMMAND))
    (work / "kept.txt").write_text("mine\n")
    refused = run("undo", "--yes", cwd=work)
    assert refused.returncode == 1
    assert "kept.txt: it was changed since" in refused.stdout
    assert not (work / "old.txt").exists()

    others = run("undo", "--yes", "--others", cwd=work)
    assert others.returncode == 0, others.stderr
    assert (work / "old.txt").read_bytes() == b"\0old\xff"
    assert (work / "kept.txt").read_text() == "mine\n"
    assert not (work / "new").exists()


def test_several_turns_are_taken_back_at_once(home: Path, work: Path) -> None:
    before = picture(work)
    worked(home, work, chat_call("shell", command="echo 1 >> kept.txt"))
    with Far(chat_call("shell", command="echo 2 >> kept.txt"), chat("Done.")) as far:
        settle(home, entry(far.url))
        run("exec", "--auto", "medium", "-s", "last", "More.", cwd=work)
    assert (work / "kept.txt").read_text() == "one\n1\n2\n"
    done = run("undo", "--turns", "2", "--yes", cwd=work)
    assert done.returncode == 0, done.stderr
    assert picture(work) == before


def test_the_model_hears_of_it_with_the_next_prompt(home: Path, work: Path) -> None:
    worked(home, work, chat_call("shell", command=COMMAND))
    run("undo", "--yes", cwd=work)
    with Far(chat("I see.")) as far:
        settle(home, entry(far.url))
        run("exec", "-s", "last", "Go on.", cwd=work)
    said = json.dumps(far.requests[0].json["messages"][-1])
    assert "old.txt" in said
    assert "took back changes of files" in said


def test_a_call_that_ownkey_did_not_outlive_is_taken_back(home: Path, work: Path) -> None:
    before = picture(work)
    deadly = chat_call("shell", command="rm old.txt; echo x > new.txt; kill -9 $PPID")
    with Far(deadly) as far:
        settle(home, entry(far.url))
        done = run("exec", "--auto", "medium", "--no-sandbox", "Work.", cwd=work)
    assert done.returncode == -signal.SIGKILL
    undone = run("undo", "--yes", cwd=work)
    assert undone.returncode == 0, undone.stderr
    assert "ownkey ended before a command did" in undone.stdout
    assert picture(work) == before


def test_an_undo_that_is_killed_is_done_to_its_end_by_the_next(home: Path, work: Path) -> None:
    for number in range(1500):
        (work / f"{number:04}.txt").write_text(f"{number}\n")
    before = picture(work)
    worked(home, work, chat_call("shell", command="rm [01]*.txt; echo 1 > kept.txt"))
    with subprocess.Popen(command("undo", "--yes"), cwd=work, stdout=subprocess.PIPE) as undoing:
        while not (work / "0000.txt").exists() and undoing.poll() is None:
            pass
        undoing.kill()
    assert undoing.returncode == -signal.SIGKILL
    half = picture(work)
    assert len(half) < len(before)
    assert all(before[path] == half[path] for path in half.keys() & before.keys() if _old(path))

    dry = run("undo", "--dry-run", "--json", cwd=work)
    assert json.loads(dry.stdout)["outcome"] == "unfinished"
    assert picture(work) == half
    done = run("undo", cwd=work)
    assert done.returncode == 0, done.stderr
    assert "done to its end now" in done.stdout
    assert picture(work) == before


def test_git_is_left_alone(home: Path, work: Path) -> None:
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.test"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "One"]):
        subprocess.run([*git, *words], cwd=work, check=True)
    (work / "staged.txt").write_text("staged\n")
    subprocess.run([*git, "add", "staged.txt"], cwd=work, check=True)
    worked(home, work, chat_call("shell", command="echo x > staged.txt; rm old.txt"))
    before = _bytes(work / ".git")
    assert run("undo", "--yes", cwd=work).returncode == 0
    assert (work / "staged.txt").read_text() == "staged\n"
    assert _bytes(work / ".git") == before


def test_undo_in_the_conversation_asks_and_a_rewind_offers_the_files(
    home: Path, work: Path
) -> None:
    before = picture(work)
    call = chat_call("shell", command=COMMAND)
    with Far(call, chat("Done."), call, chat("Done again.")) as far:
        settle(home, entry(far.url))
        said = "Work.\n/undo\n1\nAgain.\n/rewind last\n1\n1\n/quit\n"
        done = run("--plain", "--auto", "medium", cwd=work, stdin=said)
    assert done.returncode == 0, done.stderr
    assert "Take this back?" in done.stdout
    assert "The conversation and the files" in done.stdout
    assert "The prompt was: Again." in done.stdout
    assert picture(work) == before


def test_a_home_folder_is_not_watched_and_that_is_said(home: Path) -> None:
    with Far(
        chat_call("shell", command="echo x > a.txt"),
        chat_call("write", path="b.txt", content="b\n"),
        chat("Done."),
    ) as far:
        settle(home, entry(far.url))
        done = run("exec", "--auto", "medium", "Work.", cwd=home)
    assert done.stderr.count("it is your home folder") == 1
    undone = run("undo", "--yes", cwd=home)
    assert "Commands were not watched" in undone.stdout
    assert (home / "a.txt").exists()
    assert not (home / "b.txt").exists()


def _old(path: Path) -> bool:
    return path.name[0].isdigit()


def _bytes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}
