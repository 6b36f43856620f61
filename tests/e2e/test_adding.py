"""`ownkey models add` as a process: what it asks, what it sends, what it writes."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.front_door import entry, run, settle, settle_text
from tests.e2e.test_terminal import Terminal, terminal
from tests.far import Far, chat, refusal

KEY = "test-key-not-real-7"

LIST = refusal(200, {"data": [{"id": "far-1"}, {"id": "far-2"}, {"id": "other\u001b[2J-3"}]})
INVALID = refusal(400, {"error": {"message": "messages: not a list"}})
NOT_FOUND = refusal(404, {"error": {"message": "Not Found"}})
REFUSED = refusal(401, {"error": {"message": "Incorrect API key provided"}})

CHAT = "generic-chat-completion-api"


def written(home: Path) -> list[dict[str, Any]]:
    text = (home / ".factory" / "settings.json").read_text()
    return list(json.loads(text)["customModels"])


def flags(url: str, *more: str) -> tuple[str, ...]:
    return ("models", "add", url, "--provider", CHAT, "--key-variable", "FAR_KEY", *more)


def test_a_script_adds_a_model_that_answers(home: Path) -> None:
    with Far(chat("OK")) as far:
        done = run(*flags(f"{far.url}/v1", "--model", "far-1"), FAR_KEY=KEY)
    assert (done.stderr, done.returncode) == ("", 0)
    assert written(home) == [
        {
            "model": "far-1",
            "displayName": "127.0.0.1 far-1",
            "baseUrl": f"{far.url}/v1",
            "apiKey": "${FAR_KEY}",
            "provider": CHAT,
        }
    ]
    asked, answers, added, where, undo = done.stdout.splitlines()[1:]
    assert asked.startswith("far-1 is asked for one word: ")
    assert (answers, added) == ("It answers.", "Added 127.0.0.1 far-1 (custom:127.0.0.1-far-1-0).")
    assert where == f"  Written: {home}/.factory/settings.json:3:5"
    assert run(*undo.split("ownkey ")[1].split()).returncode == 0
    assert written(home) == []


def test_comments_stay_and_the_default_is_said(home: Path) -> None:
    file = settle_text(home, '{\n  // mine\n  "customModels": []\n}\n')
    with Far(chat("OK")) as far:
        line = flags(f"{far.url}/v1", "--model", "far-1", "--name", "Mine", "--default", "--json")
        done = run(*line, FAR_KEY=KEY)
    told = json.loads(done.stdout)
    assert (told["id"], told["verified"], told["file"]) == ("custom:Mine-0", True, str(file))
    assert "// mine" in file.read_text()
    assert run("models", "default", FAR_KEY=KEY).stdout.startswith("custom:Mine-0\n")


def test_a_model_that_does_not_answer_is_not_kept_by_a_script(home: Path) -> None:
    for more, code in (((), 77), (("--no-verify",), 0)):
        with Far(REFUSED, REFUSED) as far:
            done = run(*flags(f"{far.url}/v1", "--model", "far-1", *more), FAR_KEY=KEY)
        assert done.returncode == code
        assert KEY not in done.stdout + done.stderr
        assert (home / ".factory").exists() == (not code)
        assert ("Nothing was written. --no-verify" in done.stderr) == bool(code)


def test_the_format_and_the_address_are_found_out(home: Path) -> None:
    doors = {"/openai/v1/responses": INVALID, "/openai/v1/models": LIST}
    with Far(*[NOT_FOUND] * 60, facts=doors) as far:
        line = ("models", "add", far.url, "--key-variable", "FAR_KEY", "--model", "far-2")
        done = run(*line, "--no-verify", FAR_KEY=KEY)
    assert (done.stderr, done.returncode) == ("", 0)
    assert f"It speaks Responses at {far.url}/openai/v1." in done.stdout
    (one,) = written(home)
    assert (one["provider"], one["baseUrl"]) == ("openai", f"{far.url}/openai/v1")


def test_what_speaks_none_of_the_formats_is_said_with_what_was_tried(home: Path) -> None:
    with Far(*[NOT_FOUND] * 60) as far:
        done = run("models", "add", far.url, "--key-variable", "FAR_KEY", FAR_KEY=KEY)
    assert done.returncode == 69
    assert "None of the three formats was found at" in done.stderr
    assert f"{far.url}/v1/chat/completions: " in done.stderr
    assert not (home / ".factory").exists()


def test_a_server_that_does_not_run_is_told_of_the_address_that_was_given(home: Path) -> None:
    done = run("models", "add", "http://127.0.0.1:9")
    assert done.returncode == 69
    assert "Nothing was written. Is the server running? Check the host" in done.stderr
    assert "and the port of the address." in done.stderr
    assert not (home / ".factory").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ((), "Nothing says what to add."),
        (("grok",), "There is no preset 'grok'. Did you mean 'Groq'?"),
        (("http://api.example.com",), "would send the key to api.example.com unencrypted"),
        (("https://api.example.com",), "There is no key: none was piped in."),
        (("groq",), "There is no key: GROQ_API_KEY is not set"),
        (("groq",), "Keys are made at https://console.groq.com/keys"),
        (("groq", "--key-variable", "ELSEWHERE"), "ELSEWHERE is not set."),
        (("groq", "--base-url", "https://api.example.com"), "There is no key: none was piped in."),
    ],
)
def test_what_is_missing_is_said_to_a_script(home: Path, line: tuple[str, ...], said: str) -> None:
    keys = {} if line[:1] == ("groq",) and len(line) == 1 else {"GROQ_API_KEY": KEY}
    done = run("models", "add", *line, **keys)
    assert done.returncode
    assert said in done.stderr.replace("\n  ", " ")
    assert not (home / ".factory").exists()


def test_the_same_model_is_not_added_twice_unless_it_has_a_name_of_its_own(home: Path) -> None:
    with Far(chat("OK")) as far:
        settle(home, entry(far.url))
        line = flags(f"{far.url}/v1", "--model", "far-1")
        done = run(*line, FAR_KEY=KEY)
        assert "is there already, as custom:Far-One-0." in done.stderr
        assert run(*line, "--name", "Second", FAR_KEY=KEY).returncode == 0
    assert [one["displayName"] for one in written(home)] == ["Far One", "Second"]


def test_a_key_that_is_piped_in_stands_in_the_file_and_is_not_shown(home: Path) -> None:
    line = ("models", "add", "groq", "--model", "m-1", "--no-verify")
    done = run(*line, stdin=f"{KEY}\n")
    assert done.returncode == 0
    assert KEY not in done.stdout + done.stderr
    assert "ownkey keys move custom:Groq-m-1-0" in done.stdout
    assert written(home)[0]["apiKey"] == KEY


def test_an_entry_that_was_not_tried_is_told_as_that(home: Path) -> None:
    line = flags("http://127.0.0.1:9/v1", "--model", "far-1", "--no-verify")
    done = run(*line, FAR_KEY=KEY)
    told = "  It was not tried: ownkey models test custom:127.0.0.1-far-1-0 does."
    assert told in done.stdout.splitlines()


def test_a_model_that_takes_no_tools_is_known_by_the_one_question(home: Path) -> None:
    """As Ollama refuses them; without tools it would have answered."""
    none = refusal(400, {"error": {"message": "far-1 does not support tools"}})
    with Far(none, chat("OK")) as far:
        done = run(*flags(f"{far.url}/v1", "--model", "far-1"), FAR_KEY=KEY)
    assert len(far.requests) == 1
    assert "takes no tools." in done.stderr
    assert done.returncode == 1
    assert not (home / ".factory").exists()


def test_a_server_nearby_that_wants_a_key_is_told_as_that(home: Path) -> None:
    with Far(*[REFUSED] * 60, facts={"/v1/chat/completions": REFUSED}) as far:
        done = run("models", "add", far.url, "--model", "far-1")
    assert "wants a key, and none was given." in done.stderr
    assert "--key-variable" in done.stderr.splitlines()[-1]
    assert done.returncode == 77


def answer(app: Terminal, *turns: tuple[str, str]) -> None:
    """Each question, and what is typed when it stands there."""
    for question, typed in turns:
        app.reads(question.encode())
        app.types(typed)


def test_in_a_terminal_what_is_missing_is_asked_for(home: Path, tmp_path: Path) -> None:
    doors = {"/v1/chat/completions": INVALID, "/v1/models": LIST}
    with Far(*[NOT_FOUND] * 60, facts=doors) as far, terminal(tmp_path, "models", "add") as app:
        answer(
            app,
            ("Which provider?", f"{far.url}\r"),
            ("The key for", f"{KEY}\r"),
            ("It speaks Chat Completions", ""),
            ("Which model?", "far\r"),
            ("2  far-2", ""),
            ("Which model?", "2\r"),
            ("Ask it? [Y/n]", "n\r"),
            ("Take it out:", ""),
        )
        assert app.ends() == 0
    assert KEY.encode() not in app.seen
    assert b"\x1b[2J" not in app.seen
    (one,) = written(home)
    assert (one["model"], one["apiKey"], one["baseUrl"]) == ("far-2", KEY, f"{far.url}/v1")
    assert (home / ".factory" / "settings.json").stat().st_mode & 0o777 == 0o600


def test_in_a_terminal_a_variable_may_be_named_and_the_model_made_the_default(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAR_KEY", KEY)
    with Far(chat("OK")) as far:
        file = settle(home, entry(far.url, model="another"))
        line = ("models", "add", far.url, "--provider", CHAT, "--model", "far-9")
        with terminal(tmp_path, *line) as app:
            answer(
                app,
                ("The key for", "$NO_SUCH\r"),
                ("export NO_SUCH=…\r\nThe key for", "$FAR_KEY\r"),
                ("Make it the default? [y/N]", "y\r"),
                ("Ask it? [Y/n]", "\r"),
                ("It answers.", ""),
            )
            assert app.ends() == 0
        assert far.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert written(home)[1]["apiKey"] == "${FAR_KEY}"
    assert json.loads(file.read_text())["sessionDefaultSettings"]["model"].endswith("far-9-1")


def test_in_a_terminal_what_failed_is_kept_only_if_that_is_wanted(
    home: Path, tmp_path: Path
) -> None:
    for said, code in (("n", 77), ("y", 0)):
        with (
            Far(REFUSED, REFUSED) as far,
            terminal(tmp_path, "models", "add", far.url, "--provider", CHAT, "--model", "m") as app,
        ):
            answer(app, ("The key for", f"{KEY}\r"), ("Ask it?", "\r"), ("Keep it", f"{said}\r"))
            assert app.ends() == code
        assert (home / ".factory").exists() == (not code)


@pytest.mark.parametrize("answered", range(4))
def test_it_can_be_left_at_any_question(home: Path, tmp_path: Path, answered: int) -> None:
    doors = {"/v1/chat/completions": INVALID, "/v1/models": LIST}
    with Far(*[NOT_FOUND] * 60, facts=doors) as far, terminal(tmp_path, "models", "add") as app:
        questions = (
            ("Which provider?", f"{far.url}\r"),
            ("The key for", f"{KEY}\r"),
            ("Which model?", "2\r"),
            ("Ask it?", "\x04"),
        )
        answer(app, *questions[:answered])
        answer(app, (questions[answered][0], "\x04"), ("Nothing was written.", ""))
        assert app.ends() == 130
    assert not (home / ".factory").exists()


def test_an_interrupt_leaves_it_too(home: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, "models", "add") as app:
        app.reads(b"Which provider?")
        app.process.send_signal(signal.SIGINT)
        app.types("\r")  # Python sees a signal only once its read ends, if it came just before
        app.reads(b"Nothing was written.")
        assert app.ends() == 130
    assert not (home / ".factory").exists()
