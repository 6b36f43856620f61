"""Keys of every kind through the front door: they arrive, and they show nowhere."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.front_door import entry, run, settle
from tests.far import Far, Reply, Request, chat, chat_call, messages, refusal

CANARY = "canary-key-not-real-5f1e"
BACKEND = Path(__file__).parent.parent / "keys/backend"
KINDS = ("literal", "variable", "keyring", "file", "command")
ELSEWHERE = ("keyring", "file", "command")
MODELS = "/v1/models"


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A keyring for processes that are started from here, and where it is."""
    file = tmp_path / "keyring.json"
    monkeypatch.setenv("PYTHONPATH", str(BACKEND))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "filed.Filed")
    monkeypatch.setenv("FILED_KEYRING", str(file))
    return file


def program(folder: Path, body: str, name: str = "op") -> str:
    """A program of that name, and its path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def keep(kind: str, home: Path, keyring: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The `apiKey` of a kind, its value kept where it says."""
    vault = home / "vault"
    vault.write_text(f"{CANARY}\n")
    vault.chmod(0o600)
    match kind:
        case "literal":
            return CANARY
        case "variable":
            monkeypatch.setenv("FAR_KEY", CANARY)
            return "${FAR_KEY}"
        case "keyring":
            keyring.write_text(json.dumps({"ownkey/far": CANARY}))
            return "keyring:far"
        case "file":
            return "file:~/vault"
        case _:
            counted = f'echo "$@" >> {home}/asked; cat {vault}'
            return {"command": [program(home, counted), "read", "op://far/key"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_arrives_from_wherever_it_is_kept(
    home: Path, keyring: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with Far(chat("Hello.")) as far:
        settle(home, entry(far.url, apiKey=keep(kind, home, keyring, monkeypatch)))
        done = run("exec", "Say hello.")
    assert (done.stdout, done.returncode) == ("Hello.\n", 0), done.stderr
    assert far.requests[0].headers["authorization"] == f"Bearer {CANARY}"


def test_the_other_header_has_it_too(
    home: Path, keyring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Far(messages("Hello.")) as far:
        key = keep("keyring", home, keyring, monkeypatch)
        settle(home, entry(far.url, "anthropic", apiKey=key))
        assert run("exec", "Say hello.").returncode == 0
    assert CANARY in (far.requests[0].headers.get("x-api-key") or "")


LOOK = "env > seen; cat /proc/[0-9]*/cmdline >> seen 2>/dev/null; true"


@pytest.mark.parametrize("kind", KINDS)
def test_the_value_shows_nowhere(
    home: Path, tmp_path: Path, keyring: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Not in output, journal or recording, nor in what commands are lent or started with,
    though the endpoint repeats it."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setenv("PIP_INDEX_URL", f"https://pip.example.com/{CANARY}/simple")
    key = keep(kind, home, keyring, monkeypatch)
    refused = refusal(400, {"error": {"message": f"Bad {CANARY}."}}, x_request_id=CANARY)
    with Far(chat_call("shell", command=LOOK), refused) as far:
        file = settle(home, entry(far.url, apiKey=key))
        arguments = ("exec", "--auto", "high", "-o", "stream-json", "--record", "tape", "Look.")
        done = run(*arguments, cwd=work)
        listed = [run(*line, cwd=work) for line in (["keys", "list", "--check"], ["models"])]
    assert len(far.requests) == 2, done.stdout + done.stderr
    assert "PATH=" in (work / "seen").read_text("utf-8", "replace")
    kept = {file, home / "vault", keyring}
    written = [one for one in (*home.rglob("*"), *work.rglob("*")) if one.is_file()]
    assert any(one.suffix == ".jsonl" for one in written)
    assert [one for one in written if CANARY.encode() in one.read_bytes() and one not in kept] == []
    for one in (done, *listed):
        assert CANARY not in one.stdout + one.stderr
        assert CANARY[-4:] not in listed[0].stdout


def test_the_file_of_a_key_is_closed_to_the_model(
    home: Path, keyring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keep("file", home, keyring, monkeypatch)
    with Far(chat_call("read", path=str(home / "vault")), chat("No.")) as far:
        settle(home, entry(far.url, apiKey=key))
        run("exec", "--auto", "high", "Read it.", cwd=home)
    assert "keys" in far.requests[1].json["messages"][-1]["content"]
    assert CANARY.encode() not in far.requests[1].body


def test_a_program_is_asked_once_and_only_for_the_model_that_is_used(
    home: Path, keyring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keep("command", home, keyring, monkeypatch)
    asked = home / "asked"
    with Far(chat("Hi."), chat_call("ls", path="."), chat("Done.")) as far:
        settle(
            home,
            entry(far.url, displayName="Other"),
            entry(far.url, displayName="Kept", apiKey=key),
        )
        for line in (
            ["exec", "-m", "Other", "Hi."],
            ["models"],
            ["keys"],
            ["exec", "--list-tools"],
        ):
            run(*line)
        assert not asked.exists()
        done = run("exec", "-m", "Kept", "Look.")
    assert (done.stdout, asked.read_text()) == ("Done.\n", "read op://far/key\n"), done.stderr


def test_a_recording_is_played_without_the_key(home: Path, tmp_path: Path) -> None:
    with Far(chat("Hello.")) as far:
        settle(home, entry(far.url))
        run("exec", "Hi.", "--record", "tape", cwd=tmp_path)
        settle(home, entry(far.url, apiKey="keyring:nowhere"))
        done = run("exec", "Hi.", "--replay", "tape", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("Hello.\n", 0), done.stderr


def test_a_project_brings_no_program(home: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    project = tmp_path / "project"
    with Far(chat("Hello.")) as far:
        settle(home, entry(far.url))
        evil = entry(far.url, apiKey={"command": [program(tmp_path, f"touch {marker}; echo k")]})
        (project / ".factory").mkdir(parents=True)
        text = json.dumps({"customModels": [evil], "model": "far-1"})
        (project / ".factory/settings.json").write_text(text)
        assert run("exec", "Hi.", cwd=project).returncode == 0
        run("keys", "list", "--check", cwd=project)
    assert not marker.exists()


FAULTS: dict[str, tuple[Any, str]] = {
    "no such name": (
        "keyring:nowhere",
        "There is no 'nowhere' in the keyring.\n  Run `ownkey keys",
    ),
    "no name": ("keyring:", "'keyring:' names nothing. Write \"keyring:NAME\"."),
    "no file": ("file:keys/gone", "keys/gone: No such file or directory."),
    "a folder": ("file:~", "is no file."),
    "two lines": ("file:~/two", "has several lines"),
    "nothing in it": ("file:~/empty", "is empty."),
    "open to others": ("file:~/open", "open (mode 0644).\n  Run `chmod 600 {home}/open`."),
    "no program": ({"command": ["nowhere-op"]}, "`nowhere-op` cannot be run: No such file"),
    "a failing program": (
        {"command": ["{home}/failing"]},
        "`failing` failed with 3: sign in first: ***.\n",
    ),
    "a slow program": (
        {"command": ["{home}/slow"], "timeout": 0.2},
        '`slow` said nothing within 0.2 seconds.\n  Give it more: "timeout" beside "command".',
    ),
    "no array": ({"command": "op read x"}, "command must be an array: no shell takes it apart."),
    "no program in it": ({"command": []}, "command must be an array of strings, not an array."),
    "no string": ({"command": ["op", 1]}, "command must have strings in it"),
    "misspelt": ({"comand": ["op"]}, "There is no 'comand'. Did you mean 'command'?"),
    "of this folder": ({"command": ["./op"]}, "'./op' depends on the folder one is in."),
    "no time": ({"command": ["op"], "timeout": 0}, "timeout must be a positive number"),
    "unset": ("file:${NOWHERE}/key", "The environment variable NOWHERE is not set."),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_a_key_is_told_at_its_place(
    home: Path, keyring: Path, fault: str
) -> None:
    for name, text in {"two": f"{CANARY}\n{CANARY}\n", "empty": "\n", "open": CANARY}.items():
        (home / name).write_text(text)
        (home / name).chmod(0o644 if name == "open" else 0o600)
    program(home, f"echo {CANARY}; echo sign in first: {CANARY}. >&2; exit 3", "failing")
    program(
        home, f"echo {CANARY}; exec '{sys.executable}' -c 'import time; time.sleep(60)'", "slow"
    )
    given, words = FAULTS[fault]
    key = json.loads(json.dumps(given).replace("{home}", str(home)))
    with Far() as far:
        settle(home, entry(far.url, apiKey=key))
        done = run("exec", "Hi.")
    assert done.returncode == 78, done.stderr
    assert words.replace("{home}", str(home)) in done.stderr
    assert re.search(r"settings\.json:\d+:\d+", done.stderr)
    assert CANARY not in done.stdout + done.stderr
    assert far.requests == []


def test_without_a_keyring_it_is_said_what_to_do_instead(home: Path) -> None:
    home.joinpath("nothing").mkdir()
    with Far() as far:
        settle(home, entry(far.url, apiKey="keyring:far"))
        done = run("exec", "Hi.", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert "(keyring:far) is not to be had. There is no keyring on this system." in done.stderr
    assert "`ownkey keys set NAME --to file`" in done.stderr


def test_settings_with_a_key_that_others_may_read_are_told_with_the_cure(home: Path) -> None:
    file = settle(home, entry("https://api.example.com"))
    file.chmod(0o644)
    assert f"Run `chmod 600 {file}`." in run("models").stderr
    settle(home, entry("https://api.example.com", apiKey="keyring:far")).chmod(0o644)
    assert "chmod" not in run("models").stderr


@pytest.mark.parametrize(
    ("place", "reference"), [("keyring", "keyring:far"), ("file", "file:keys/far")]
)
def test_a_key_is_set_listed_used_and_removed(
    home: Path, keyring: Path, place: str, reference: str
) -> None:
    done = run("keys", "set", "far", "--to", place, stdin=f"{CANARY}\n")
    assert f'"apiKey": "{reference}"' in done.stdout
    with Far(chat("Hello.")) as far:
        settle(home, entry(far.url, apiKey=reference))
        assert run("exec", "Hi.").returncode == 0
        (row,) = json.loads(run("keys", "list", "--check", "--json").stdout)["keys"]
        assert (row["kind"], row["place"], row["there"]) == (place, reference, True)
        refused = run("keys", "remove", "far", "--from", place)
        assert f"{reference} is the key of custom:Far-One-0" in refused.stderr
        assert run("keys", "remove", "far", "--from", place, "--force").returncode == 0
        assert "is not to be had" in run("exec", "Hi.").stderr
    assert run("keys", "remove", "far", "--from", place, "--force").returncode == 2
    if place == "file":
        assert (home / ".factory/keys").stat().st_mode & 0o777 == 0o700


def test_the_keys_of_built_in_models_are_listed(home: Path) -> None:
    rows = json.loads(run("keys", "list", "--json", GROQ_API_KEY=CANARY).stdout)["keys"]
    assert {(one["kind"], one["place"], one["there"]) for one in rows} == {
        ("variable", "${GROQ_API_KEY}", True)
    }


@pytest.mark.parametrize("name", ["../settings.json", ".hidden", "a b", ""])
def test_a_key_is_called_by_a_name_and_not_by_a_path(home: Path, name: str) -> None:
    done = run("keys", "set", name, "--to", "file", stdin=CANARY)
    assert (done.returncode, list(home.rglob("*"))) == (2, [])


@pytest.mark.parametrize("given", ["", "\n", "two\nlines\n", " spaced", "ümlaut"])
def test_what_is_no_key_is_not_kept(home: Path, given: str) -> None:
    done = run("keys", "set", "far", "--to", "file", stdin=given)
    assert done.returncode == 2
    assert not (home / ".factory").exists()


@pytest.mark.parametrize("place", ["keyring", "file"])
def test_a_key_moves_out_of_the_settings(home: Path, keyring: Path, place: str) -> None:
    with Far(chat("Hello.")) as far:
        mine = entry(far.url, apiKey=CANARY)
        file = settle(home, mine, {**mine, "displayName": "Two"}, entry(far.url, displayName="3"))
        before = file.read_text()
        old = file.with_name("settings.json~")
        old.write_text(before)
        done = run("keys", "move", "Far One", "--to", place)
        assert done.returncode == 0, done.stderr
        assert run("exec", "-m", "Two", "Hi.").stdout == "Hello.\n"
    reference = f"{place}:keys/127.0.0.1" if place == "file" else "keyring:127.0.0.1"
    assert file.read_text() == before.replace(CANARY, reference)
    assert "custom:Far-One-0\n" in done.stdout
    assert "custom:Two-1\n" in done.stdout
    assert f"{old} has the key in it still: remove it." in done.stderr
    assert sorted(one.name for one in file.parent.iterdir() if one.is_file()) == [
        "settings.json",
        "settings.json~",
    ]
    assert far.requests[0].headers["authorization"] == f"Bearer {CANARY}"


def test_nothing_is_moved_where_the_keyring_is_missing(home: Path) -> None:
    file = settle(home, entry("https://api.example.com"))
    before = file.read_text()
    done = run("keys", "move", "far-1", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert (done.returncode, file.read_text()) == (78, before)


def test_what_is_no_literal_is_not_moved(home: Path) -> None:
    file = settle(home, entry("https://api.example.com", apiKey="${FAR_KEY}"))
    done = run("keys", "move", "far-1", "--to", "file", FAR_KEY=CANARY)
    assert done.returncode == 2
    assert f"{file}:7:17: There is no key in its entry that could be moved." in done.stderr


class Guarded(Far):
    """A far side that shows its list of models to whoever has the key in the right header."""

    header = "authorization"

    def _reply_to(self, request: Request) -> Reply:
        if request.method == "GET" and CANARY not in request.headers.get(self.header, ""):
            self.looks.append(request)
            return refusal(401, {"error": {"message": f"No {request.headers}"}})
        return super()._reply_to(request)


LIST = {MODELS: refusal(200, {"data": [{"id": "far-1"}]})}


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_a_key_is_tested_by_the_list_of_models(home: Path, header: str) -> None:
    with Guarded(facts=LIST) as far:
        far.header = header
        settle(home, entry(far.url, apiKey=CANARY))
        taken = run("keys", "test")
        settle(home, entry(far.url, apiKey="test-key-not-real-2"))
        refused = run("keys", "test")
    assert f"{far.address} takes the key of settings.json:7:17. That was free." in taken.stdout
    assert refused.returncode == 77
    assert "settings.json:7:17" in refused.stderr
    assert "test-key-not-real-2" not in refused.stderr
    assert far.requests == []


@pytest.mark.parametrize(("reply", "code"), [(chat("OK"), 0), (refusal(401), 77)])
def test_a_list_that_anybody_may_see_proves_nothing(home: Path, reply: Reply, code: int) -> None:
    with Far(reply, reply, facts=LIST) as far:
        settle(home, entry(far.url, pricing={"input": 1, "output": 10}))
        free = run("keys", "test", "--free")
        asked = len(far.requests)
        done = run("keys", "test")
    assert (free.returncode, asked) == (1, 0)
    assert done.returncode == code, done.stderr
    assert "far-1 is asked for one word: at most $0.00018." in done.stdout
    assert far.requests[0].json["max_tokens"] == 16
