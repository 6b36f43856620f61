"""Group D, content: what others say reaches the screen as text, through every face."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.attacks.hostile import ARGUMENT, LINE, LINK, NAME, TEXT, painted, smuggled
from tests.e2e.front_door import entry, run, settle
from tests.far import Far, Reply, chat, chat_call, event, refusal, stream
from tests.skills.made import skill

Done = CompletedProcess[str]


def harmless(done: Done) -> None:
    assert smuggled(done.stdout) == set()
    assert smuggled(done.stderr) == set()


def dripping(text: str) -> Reply:
    """An answer in pieces of one character, so that every sequence is cut."""
    pieces = [
        event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": one}}]})
        for one in text
    ]
    end = event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    return stream(*pieces, end, event("[DONE]"))


ANSWERS: dict[str, Callable[[], Reply]] = {
    "at once": lambda: chat(TEXT),
    "dripping": lambda: dripping(TEXT),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("line", ["exec", "--plain"])
def test_d08_an_answer_is_text_on_every_line(
    home: Path, tmp_path: Path, answer: str, line: str
) -> None:
    with Far(ANSWERS[answer]()) as far:
        settle(home, entry(far.url))
        done = run(line, "Well?", cwd=tmp_path)
    harmless(done)
    assert "alpha" in done.stdout
    assert "omega" in done.stdout


@pytest.mark.parametrize("form", ["json", "stream-json"])
def test_d08_json_is_ascii_and_says_all(home: Path, tmp_path: Path, form: str) -> None:
    with Far(chat(TEXT)) as far:
        settle(home, entry(far.url))
        done = run("exec", "-o", form, "Well?", cwd=tmp_path)
    assert done.stdout.isascii()
    harmless(done)
    assert json.loads(done.stdout.splitlines()[-1])["result"] == TEXT


@pytest.mark.parametrize("line", ["exec", "--plain"])
@pytest.mark.parametrize("status", [400, 401, 404])
def test_d08_what_a_provider_says_of_an_error_is_text(
    home: Path, tmp_path: Path, line: str, status: int
) -> None:
    said = refusal(status, {"error": {"message": TEXT, "type": LINE, "code": LINE}})
    with Far(*[said] * 12) as far:
        settle(home, entry(far.url))
        done = run(line, "Well?", cwd=tmp_path)
    harmless(done)
    assert "alpha" in done.stdout + done.stderr


@pytest.mark.parametrize("line", ["exec", "--plain"])
def test_d08_what_a_provider_says_before_another_try_is_text(
    home: Path, tmp_path: Path, line: str
) -> None:
    busy = refusal(429, {"error": {"message": TEXT, "type": LINE}}, retry_after="0")
    with Far(busy, chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run(line, "Well?", cwd=tmp_path)
    harmless(done)
    assert "Asking again" in done.stdout + done.stderr
    assert "Done." in done.stdout


@pytest.mark.parametrize("line", [("exec", "--auto", "medium"), ("--plain", "--auto", "medium")])
def test_d08_what_a_command_prints_and_a_file_is_called_is_text(
    home: Path, tmp_path: Path, line: tuple[str, ...]
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / NAME).write_text(TEXT)
    show = chat_call("shell", command="ls; cat *")
    see = chat_call("read", path=NAME)
    lost = chat_call("read", path=LINE)
    with Far(show, see, lost, chat_call("ls"), chat_call(LINE), chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run(*line, "Look.", cwd=work)
    harmless(done)
    assert "Done." in done.stdout


def test_d08_what_a_skill_says_of_itself_is_text(home: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    for number, place in enumerate((home, work)):
        skill(place / ".claude" / "skills" / f"alpha-{number}", LINE, TEXT, license=LINE)
        skill(place / ".claude" / "skills" / NAME, LINE, TEXT, user_invocable=LINE)
    with Far() as far:
        settle(home, entry(far.url))
        asked = "2\n/skills\n/skills alpha-0\n/skills alpha-1\n/help\n"
        done = run("--plain", cwd=work, stdin=asked)
        harmless(run("doctor", "--offline", cwd=work))
    harmless(done)
    assert "alpha-1  this project's" in done.stdout
    assert done.stdout.count("license: alpha") == 2


def test_b17_a_command_puts_nothing_but_text_into_the_question(home: Path, tmp_path: Path) -> None:
    ask = chat_call("shell", command=f"echo {LINE}")
    write = chat_call("write", path=NAME, content=TEXT)
    with Far(ask, write, chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run("--plain", "Do it.", cwd=tmp_path, stdin="3\n3\n")
    harmless(done)
    assert done.stdout.count("1. once") == 2


@pytest.fixture
def hostile(home: Path, tmp_path: Path) -> Path:
    """A home in which everything has such a name, and a session that was about it."""
    work = tmp_path / "work"
    work.mkdir()
    write = chat_call("write", path=NAME, content="new")
    with Far(write, chat(TEXT)) as far:
        settle(home, entry(far.url, model=LINE, displayName=LINE))
        done = run("exec", "--auto", "low", f"{ARGUMENT} do it", cwd=work)
    assert done.returncode == 0, done.stderr
    harmless(done)
    bad = {"model": LINE, "displayName": NAME, "baseUrl": LINE, "apiKey": "x", "provider": LINE}
    settle(
        home,
        entry("http://127.0.0.1:9", model=LINE, displayName=LINE),
        entry("http://127.0.0.1:9", model=NAME, displayName=NAME, apiKey=f"${{{LINE}}}"),
        bad,
        {LINE: LINE},
        statusLine={"type": LINE, "command": LINE},
        sessionDefaultSettings={"model": LINE},
    )
    return work


LINES = (
    "models list --offline",
    "models list --offline --json",
    "models show --offline",
    "sessions list",
    "sessions list --json",
    "sessions show",
    "sessions show --json",
    "doctor --offline",
    "doctor --offline --json",
    "cost",
    "cost --since 7d",
    "cost --since 7d --csv",
    "cost --since 7d --json",
    "keys list",
    "keys list --json",
    "models default",
    "models test --offline",
    "undo --dry-run",
    "undo --dry-run --json",
)


def test_d08_every_listing_is_text(hostile: Path) -> None:
    for line in LINES:
        done = run(*line.split(), cwd=hostile)
        assert "Traceback" not in done.stderr, (line, done.stderr)
        assert "unrecognized arguments" not in done.stderr, (line, done.stderr)
        assert smuggled(done.stdout) == set(), line
        assert smuggled(done.stderr) == set(), line
        assert "alpha" in done.stdout + done.stderr, (line, done.stdout, done.stderr)
        if "json" in line:
            assert done.stdout.isascii()


def test_d08_a_name_of_two_lines_makes_no_second_row(hostile: Path) -> None:
    done = run("models", "list", "--offline", cwd=hostile)
    assert not [line for line in done.stdout.splitlines() if line.lstrip().startswith("forged")]


@pytest.mark.parametrize(
    "line",
    [
        ("models", "show", ARGUMENT),
        ("models", ARGUMENT),
        ("models", "set", ARGUMENT, "x", "y"),
        ("sessions", "show", ARGUMENT),
        ("cost", "--since", ARGUMENT),
        ("sessions", "list", ARGUMENT),
        ("exec", "--auto", ARGUMENT, "x"),
        (f"--{ARGUMENT}",),
        ("exec", "-m", ARGUMENT, "x"),
        ("keys", "remove", ARGUMENT),
    ],
)
def test_d08_what_was_typed_is_said_again_as_text(hostile: Path, line: tuple[str, ...]) -> None:
    harmless(run(*line, cwd=hostile))


pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")


def shown(home: Path, work: Path, *replies: Reply, until: bytes, **settings: Any) -> bytes:
    """All that the app sends to its terminal in a turn, and when it is left."""
    from tests.e2e.test_terminal import terminal

    with Far(*replies) as far:
        settle(home, entry(far.url, displayName=LINE), **settings)
        with terminal(work) as app:
            app.reads(b"alpha")
            app.types("Go on.\r")
            app.reads(until)
            app.types("/quit\r")
            app.ends()
            return app.seen


def test_d08_the_app_paints_no_answer_as_anything_but_text(home: Path, tmp_path: Path) -> None:
    """In a folder of such a name; what stays on the terminal when it is left counts as well."""
    work = tmp_path / "alpha\x1b]0;owned\x07\u202e\u200bomega"
    work.mkdir()
    seen = shown(home, work, dripping(TEXT + " finis"), until=b"finis")
    assert painted(seen) == set()
    assert b"alpha" in seen.rpartition(b"\x1b[?1049l")[2]


def test_d08_the_app_paints_no_result_as_anything_but_text(home: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(TEXT)
    calls = [chat_call("read", path=NAME), chat_call("ls"), chat_call(LINE)]
    seen = shown(home, tmp_path, *calls, chat("finis"), until=b"finis")
    assert painted(seen) == set()


def test_d08_the_app_paints_no_error_as_anything_but_text(home: Path, tmp_path: Path) -> None:
    error = refusal(400, {"error": {"message": TEXT + " finis"}})
    assert painted(shown(home, tmp_path, error, until=b"finis")) == set()


def test_b17_the_app_paints_no_question_as_anything_but_text(home: Path, tmp_path: Path) -> None:
    from tests.e2e.test_terminal import terminal

    ask = chat_call("shell", command=f"echo {TEXT} finis")
    with Far(ask, chat("Done.")) as far:
        settle(home, entry(far.url))
        with terminal(tmp_path) as app:
            app.reads(b"Far One")
            app.types("Go on.\r")
            app.reads(b"finis")
            seen = app.seen
    assert painted(seen) == set()


def test_d08_a_status_line_of_the_persons_own_is_text(home: Path, tmp_path: Path) -> None:
    """Its command may print what others gave it: the branch, the title."""
    script = tmp_path / "line"
    script.write_bytes(b"finis " + TEXT.encode())
    command = {"type": "command", "command": f"cat '{script}'"}
    seen = shown(home, tmp_path, chat("Here."), until=b"finis", statusLine=command)
    assert painted(seen) == set()


def test_d07_a_link_says_where_it_leads_and_leads_to_the_web(home: Path, tmp_path: Path) -> None:
    answer = (
        "[bank.example](https://evil.example/a) [b](https://bank.example@worse.example) "
        "[c](vscode://file/x) [d](file:///etc/passwd) <ssh://host> ![e](https://pixel.example/q)"
        "\n\nfinis"
    )
    seen = shown(home, tmp_path, chat(answer), until=b"finis")
    assert painted(seen) == set()
    assert LINK.findall(seen)
    assert b"(evil.example)" in seen
    assert b"(worse.example)" in seen


def test_d06_nothing_that_an_answer_names_is_fetched(home: Path, tmp_path: Path) -> None:
    """A server that an image and a link lead to is not asked."""
    with Far(chat("never")) as tempting, Far() as far:
        answer = f"![a]({tempting.url}/a.png) [b]({tempting.url}/b) <{tempting.url}/c> finis"
        assert far.requests == []
        seen = shown(home, tmp_path, chat(answer), until=b"finis")
        assert tempting.requests == []
    assert b"image: a" in seen
    assert os.sep not in far.url.partition("//")[2]


def test_d08_a_file_that_is_mentioned_is_text_in_the_prompt(home: Path, tmp_path: Path) -> None:
    from tests.e2e.test_terminal import terminal

    (tmp_path / NAME).write_text("x")
    with Far() as far:
        settle(home, entry(far.url))
        with terminal(tmp_path) as app:
            app.reads(b"Far One")
            app.types("@alph")
            app.reads(b"forged")  # it is offered
            app.types("\t finis")
            app.reads(b"finis")
            seen = app.seen
    assert painted(seen) == set()


def test_d08_a_paste_is_text_in_the_prompt(home: Path, tmp_path: Path) -> None:
    """Its end cannot be forged either: what a terminal lets through of it is no key."""
    from tests.e2e.test_terminal import terminal

    with Far() as far:
        settle(home, entry(far.url))
        with terminal(tmp_path) as app:
            app.reads(b"Far One")
            app.types(f"\x1b[200~{TEXT.replace(chr(27), '')} finis\x1b[201~")
            app.reads(b"finis")
            seen = app.seen
    assert far.requests == []
    assert painted(seen) == set()
