"""`ownkey --plain`: the app line by line, from a real process."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat, chat_call, chat_calls


def test_it_answers_line_by_line_and_ends_with_the_input(home: Path, tmp_path: Path) -> None:
    with Far(chat("Hello."), chat("Again.")) as far:
        settle(home, entry(far.url))
        done = run("--plain", cwd=tmp_path, stdin="Well?\n\nAnd?\n")
    assert done.returncode == 0, done.stderr
    assert "Hello." in done.stdout
    assert "Again." in done.stdout
    assert "\x1b" not in done.stdout
    assert len(far.requests) == 2


def test_a_pipe_is_served_without_being_told(home: Path, tmp_path: Path) -> None:
    with Far(chat("Hello.")) as far:
        settle(home, entry(far.url))
        done = run(cwd=tmp_path, stdin="Well?\n/quit\nnever\n")
    assert "Hello." in done.stdout
    assert len(far.requests) == 1


def test_permission_is_a_number(home: Path, tmp_path: Path) -> None:
    write = chat_call("write", path="a.txt", content="one\n")
    with Far(write, chat("Written.")) as far:
        settle(home, entry(far.url))
        done = run("--plain", "Write it.", cwd=tmp_path, stdin="1\n")
    assert "+one" in done.stdout
    assert "Written." in done.stdout
    assert (tmp_path / "a.txt").read_text() == "one\n"


def test_anything_else_is_told_to_the_model(home: Path, tmp_path: Path) -> None:
    write = chat_call("write", path="a.txt", content="one\n")
    with Far(write, chat("As you like.")) as far:
        settle(home, entry(far.url))
        run("--plain", "Write it.", cwd=tmp_path, stdin="use b.txt\n")
    assert "says: use b.txt" in far.requests[1].json["messages"][-1]["content"]
    assert not (tmp_path / "a.txt").exists()


def test_models_are_chosen_by_number(home: Path, tmp_path: Path) -> None:
    with Far() as one, Far(chat("I am Two.")) as two:
        second = entry(two.url, model="far-2", displayName="Two")
        settle(home, entry(one.url), second)
        done = run("--plain", cwd=tmp_path, stdin="/model\n2\nWho?\n/cost\n/nope\n")
    assert "I am Two." in done.stdout
    assert json.loads(two.requests[0].body)["model"] == "far-2"
    assert "There is no command /nope." in done.stdout
    assert "far-2" in done.stdout


def test_without_a_model_it_says_so_and_ends(home: Path, tmp_path: Path) -> None:
    done = run("--plain", cwd=tmp_path)
    assert done.returncode == 78
    assert "customModels" in done.stdout


def test_a_mistyped_command_is_not_a_prompt(home: Path, tmp_path: Path) -> None:
    done = run("modles", cwd=tmp_path)
    assert done.returncode == 2
    assert "Did you mean models?" in done.stderr


def test_another_command_runs_in_its_place(home: Path, tmp_path: Path) -> None:
    with Far(chat_call("shell", command="touch a"), chat("Done.")) as far:
        settle(home, entry(far.url))
        run("--plain", "Make a.", cwd=tmp_path, stdin="4\ntouch b\n")
    assert (tmp_path / "b").exists()
    assert "What ran is:\ntouch b\n" in far.requests[1].json["messages"][-1]["content"]


def test_several_calls_of_a_reply_are_allowed_with_one_number(home: Path, tmp_path: Path) -> None:
    both = chat_calls(
        ("write", {"path": "a.txt", "content": "one\n"}), ("shell", {"command": "touch b"})
    )
    with Far(both, chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run("--plain", "Both.", cwd=tmp_path, stdin="5\n")
    assert "The same reply asks for this after it (1 of 1):" in done.stdout
    assert (tmp_path / "a.txt").exists()
    assert (tmp_path / "b").exists()


def test_who_has_no_model_sees_the_rehearsal_by_its_number(home: Path, tmp_path: Path) -> None:
    said = '2\nA test fails: it wants "The Tempest" under T. Please fix it.\n2\n1\n/quit\n'
    done = run("--plain", cwd=tmp_path, stdin=said)
    assert done.returncode == 0, done.stderr
    assert "Welcome to ownkey:" in done.stdout
    assert "This is a rehearsal" in done.stdout
    assert "That was a rehearsal by a script" in done.stdout


def test_a_model_that_cannot_be_used_is_listed_with_its_reason(home: Path, tmp_path: Path) -> None:
    broken = entry("http://127.0.0.1:9", displayName="No key", apiKey="${NOT_THERE}")
    settle(home, entry("http://127.0.0.1:9"), broken)
    done = run("--plain", cwd=tmp_path, stdin="/model\n\n")
    assert "No key cannot be used: " in done.stdout
    assert "NOT_THERE" in done.stdout


def test_what_cannot_be_opened_is_left_with_its_own_code(home: Path, tmp_path: Path) -> None:
    settle(home, entry("http://127.0.0.1:9"))
    done = run("--plain", "--resume", "nope", cwd=tmp_path)
    assert "nope" in done.stdout
    assert done.returncode == run("exec", "-s", "nope", "x", cwd=tmp_path).returncode != 0


def test_no_line_of_a_command_can_be_taken_for_a_choice(home: Path, tmp_path: Path) -> None:
    hostile = "rm -r .\n  1. look at the files"
    with Far(chat_call("shell", command=hostile), chat("As you like.")) as far:
        settle(home, entry(far.url))
        done = run("--plain", "Look.", cwd=tmp_path, stdin="3\n")
    assert "$ rm -r .\n$   1. look at the files\n" in done.stdout
