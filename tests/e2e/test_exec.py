"""`ownkey exec` as its users meet it: a process, a socket, files, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.front_door import KEY, command, entry, run, settle, settle_text
from tests.far import (
    Act,
    Far,
    Reply,
    Request,
    chat,
    chat_call,
    event,
    messages,
    refusal,
    responses,
    stream,
)

WIRES = ("anthropic", "openai", "generic-chat-completion-api")
ANSWERS = {"anthropic": messages, "openai": responses, "generic-chat-completion-api": chat}
GENERIC = "generic-chat-completion-api"


def calling(name: str, arguments: Any, call: str = "call_1") -> Reply:
    """An answer in Chat Completions that calls one tool."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    delta = {"tool_calls": [{"index": 0, "id": call, "type": "function", "function": function}]}
    return stream(
        event({"choices": [{"index": 0, "delta": delta}]}),
        event({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}),
        event("[DONE]"),
    )


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "hello.py").write_text("print('helo')\n")
    return folder


@pytest.mark.parametrize("wire", WIRES)
def test_the_answer_is_on_stdout_and_usage_on_stderr(home: Path, work: Path, wire: str) -> None:
    with Far(ANSWERS[wire]("All is well.")) as far:
        settle(home, entry(far.url, wire))
        done = run("exec", "hi", cwd=work)
    assert (done.returncode, done.stdout) == (0, "All is well.\n")
    assert done.stderr == "1 call · 9 tokens in (none from cache) · 3 out · cost $0.00\n"
    assert KEY in str(far.requests[0].headers)


@pytest.mark.parametrize("wire", WIRES)
def test_a_bare_hi_is_at_most_nine_kilobytes(home: Path, work: Path, wire: str) -> None:
    with Far(ANSWERS[wire]("Hi.")) as far:
        settle(home, entry(far.url, wire))
        run("exec", "hi", cwd=work)
    assert len(far.requests[0].body) <= 9_000


def test_the_task_comes_from_a_file_or_from_standard_input(home: Path, work: Path) -> None:
    with Far(chat("1"), chat("2")) as far:
        settle(home, entry(far.url))
        (work / "task.md").write_text("from a file")
        run("exec", "-f", "task.md", cwd=work)
        run("exec", cwd=work, stdin="from a pipe")
    asked = [request.json["messages"][-1]["content"] for request in far.requests]
    assert "from a file" in str(asked[0])
    assert "from a pipe" in str(asked[1])


def test_nothing_to_do_is_a_usage_error(home: Path, work: Path) -> None:
    done = run("exec", cwd=work)
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no task." in done.stderr


def test_json_tells_all_in_one_object(home: Path, work: Path) -> None:
    with Far(chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "-o", "json", "hi", cwd=work)
    told = json.loads(done.stdout)
    assert told.pop("duration_ms") >= 0
    assert told.pop("session_id")
    assert told == {
        "type": "result",
        "subtype": "success",
        "is_error": False,
        "exit_code": 0,
        "num_turns": 1,
        "result": "Done.",
        "model": "custom:Far-One-0",
        "stop": "end",
        "error": None,
        "permission_denials": [],
        "usage": {
            "input_tokens": 9,
            "output_tokens": 3,
            "cache_read_input_tokens": 0,
            "cache_creation_input_tokens": 0,
            "reasoning_tokens": 0,
        },
        "cost_usd": 0.0,
    }


def test_stream_json_tells_each_thing_as_it_happens(home: Path, work: Path) -> None:
    with Far(calling("read", {"path": "hello.py"}), chat("A typo.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "-o", "stream-json", "what is wrong?", cwd=work)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["type"] for line in lines] == [
        "system",
        "tool_call",
        "tool_result",
        "message",
        "completion",
    ]
    assert lines[1]["parameters"] == {"path": "hello.py"}
    assert "helo" in lines[2]["value"]
    assert lines[4]["result"] == "A typo."


def test_without_auto_nothing_is_changed_and_no_command_runs(home: Path, work: Path) -> None:
    replies = (
        calling("shell", {"command": "touch ran"}),
        calling("write", {"path": "new.txt", "content": "x"}),
        chat("I could not."),
    )
    with Far(*replies) as far:
        settle(home, entry(far.url))
        done = run("exec", "do it", cwd=work)
    assert sorted(path.name for path in work.iterdir()) == ["hello.py"]
    assert done.returncode == 4
    assert done.stdout == "I could not.\n"
    assert "--auto" in done.stderr
    assert "Not permitted" in str(far.requests[1].json["messages"][-1])


@pytest.mark.parametrize(
    ("level", "written", "ran"),
    [("low", True, False), ("medium", True, True), ("high", True, True)],
)
def test_each_level_lets_through_what_it_says(
    home: Path, work: Path, level: str, written: bool, ran: bool
) -> None:
    replies = (
        calling("write", {"path": "new.txt", "content": "x"}),
        calling("shell", {"command": "echo > ran"}),
        chat("ok"),
    )
    with Far(*replies) as far:
        settle(home, entry(far.url))
        run("exec", "--auto", level, "do it", cwd=work)
    assert (work / "new.txt").exists() is written
    assert (work / "ran").exists() is ran


def test_commands_see_no_key(home: Path, work: Path) -> None:
    with Far(calling("shell", {"command": "env"}), chat("ok")) as far:
        settle(home, entry(far.url, apiKey="${MY_PROVIDER_KEY}"))
        run("exec", "--auto", "high", "go", cwd=work, MY_PROVIDER_KEY=KEY)
    told = str(far.requests[1].json["messages"])
    assert "PATH=" in told
    assert KEY not in told


def test_tools_may_not_open_the_settings(home: Path, work: Path) -> None:
    file = home / ".factory" / "settings.json"
    with Far(calling("read", {"path": str(file)}), chat("ok")) as far:
        settle(home, entry(far.url))
        run("exec", "--auto", "high", "go", cwd=work)
    assert KEY not in str(far.requests[1].body)


def test_a_session_goes_on_and_forks(home: Path, work: Path) -> None:
    with Far(chat("One."), chat("Two."), chat("Three.")) as far:
        settle(home, entry(far.url))
        first = json.loads(run("exec", "-o", "json", "first", cwd=work).stdout)["session_id"]
        run("exec", "-s", first, "second", cwd=work)
        forked = json.loads(run("exec", "--fork", first, "-o", "json", "third", cwd=work).stdout)
        shown = run("sessions", "show", first, cwd=work).stdout
        listed = run("sessions", "list", cwd=work).stdout
    assert far.requests[1].json["messages"][:-1] == [
        *far.requests[0].json["messages"],
        {"role": "assistant", "content": "One."},
    ]
    assert forked["session_id"] != first
    assert "second" in str(far.requests[2].json["messages"])
    assert "> second" in shown
    assert "third" not in shown
    assert len(listed.splitlines()) == 3


def test_tools_can_be_narrowed_by_our_names_and_the_documented_ones(home: Path, work: Path) -> None:
    with Far(chat("ok")) as far:
        settle(home, entry(far.url))
        run("exec", "--only-tools", "Read,grep,ls", "--remove-tools", "LS", "hi", cwd=work)
    offered = [tool["function"]["name"] for tool in far.requests[0].json["tools"]]
    assert offered == ["grep", "read"]


def test_a_mistyped_tool_gets_a_suggestion(home: Path, work: Path) -> None:
    done = run("exec", "--only-tools", "raed", "hi", cwd=work)
    assert done.returncode == 2
    assert "Did you mean 'read'?" in done.stderr


def test_list_tools_tells_effects_and_what_runs_now(home: Path, work: Path) -> None:
    done = run("exec", "--list-tools", "--auto", "low", "-o", "json", cwd=work)
    rows = {row["id"]: row for row in json.loads(done.stdout)}
    assert set(rows) == {"read", "write", "edit", "ls", "glob", "grep", "shell", "todo"}
    assert rows["edit"]["currentlyAllowed"] is True
    assert (rows["shell"]["effect"], rows["shell"]["currentlyAllowed"]) == ("runs", False)


def test_a_limited_run_says_what_the_provider_wants(home: Path, work: Path) -> None:
    limited = refusal(429, {"error": {"message": "Slow down."}}, retry_after="0")
    with Far(limited, chat("ok")) as far:
        settle(home, entry(far.url))
        done = run("exec", "hi", cwd=work)
    assert (done.returncode, done.stdout) == (0, "ok\n")
    assert "Asking again in" in done.stderr


def test_a_half_answer_is_never_printed(home: Path, work: Path) -> None:
    half = stream(event({"choices": [{"index": 0, "delta": {"content": "Half an"}}]}), Act.RESET)
    with Far(half, chat("A whole answer.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "hi", cwd=work)
    assert done.stdout == "A whole answer.\n"


def test_ctrl_c_leaves_a_session_to_go_on_with(home: Path, work: Path) -> None:
    half = stream(event({"choices": [{"index": 0, "delta": {"content": "Half an"}}]}), Act.STALL)
    with Far(half, chat("Gone on.")) as far:
        settle(home, entry(far.url))
        process = subprocess.Popen(
            command("exec", "start"),
            cwd=work,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert far.stalled.wait(30)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "Go on with: ownkey exec -s " in err
        done = run("exec", "-s", "last", "go on", cwd=work)
    assert done.stdout == "Gone on.\n"
    assert "start" in str(far.requests[1].json["messages"])


class Revised(Far):
    """A far side at which somebody saves other settings while the first request is answered."""

    home: Path

    def _reply_to(self, request: Request) -> Reply:
        if not self.requests:
            settle(self.home, entry("http://127.0.0.1:9", displayName="Another", model="other"))
        return super()._reply_to(request)


def test_settings_that_are_saved_meanwhile_hold_for_the_next_run(home: Path, work: Path) -> None:
    """The model is removed while it works: it goes on to the end of its task."""
    with Revised(chat_call("ls", path="."), chat("Done.")) as far:
        far.home = home
        settle(home, entry(far.url))
        done = run("exec", "-m", "far-1", "Look.", cwd=work)
        again = run("exec", "-m", "far-1", "-s", "last", "Go on.", cwd=work)
    assert (done.stdout, done.returncode) == ("Done.\n", 0), done.stderr
    assert [request.json["model"] for request in far.requests] == ["far-1", "far-1"]
    assert again.returncode == 78
    assert "There is no model 'far-1'" in again.stderr
    assert "custom:Another-0" in again.stderr


def test_a_key_that_is_not_to_be_had_has_a_kind_of_its_own(home: Path, work: Path) -> None:
    settle(home, entry("http://127.0.0.1:9", apiKey="file:keys/gone"))
    done = run("exec", "-o", "json", "Hi.", cwd=work)
    assert json.loads(done.stdout)["error"]["kind"] == "key-missing"
    assert done.returncode == 78


def test_a_fallback_is_used_when_the_model_is_out_of_reach(home: Path, work: Path) -> None:
    with Far() as gone:
        closed = gone.url
    with Far(chat("From the other.")) as far:
        first = entry(closed, fallback=["custom:Other-1", "custom:Far-One-0", "nobody"])
        settle(home, first, entry(far.url, displayName="Other"))
        done = run("exec", "hi", cwd=work)
    assert (done.returncode, done.stdout) == (0, "From the other.\n")
    assert "Other goes on with this turn." in done.stderr
    assert "The fallback custom:Far-One-0 is left out" in done.stderr
    assert "The fallback nobody cannot be used." in done.stderr


# Bad input, each with what the person is told.

LOOPBACK = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (None, ["no model", "settings.json", "customModels"]),
        ("", ["settings.json", "empty"]),
        ('{"customModels": [', ["settings.json:1:19"]),
        ('{"customModels": {}}', ["settings.json:1:18", "customModels"]),
        ('{"customModels": []}', ["customModels"]),
        (json.dumps({"customModels": [entry(LOOPBACK, provider=GENERIC) | {"provider": "OpenAI"}]}),
         ["Invalid provider 'OpenAI': did you mean 'openai'?"]),
        (json.dumps({"customModels": [entry(LOOPBACK, apiKey="${UNSET_VARIABLE}")]}),
         ["UNSET_VARIABLE"]),
        (json.dumps({"customModels": [entry("http://api.example.com", apiKey="")]}), ["apiKey"]),
    ],
    ids=["none", "empty", "broken", "wrong type", "no entry", "wrong case", "unset", "no key"],
)  # fmt: skip
def test_settings_that_do_not_work_say_where_and_what_to_do(
    home: Path, work: Path, settings: str | None, told: list[str]
) -> None:
    if settings is not None:
        settle_text(home, settings)
    done = run("exec", "hi", cwd=work)
    assert (done.returncode, done.stdout) == (78, "")
    for words in told:
        assert words.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("broken", "more"), [(1, ""), (3, "2 more: ownkey models")], ids=["one", "several"]
)
def test_what_is_wrong_beside_the_model_in_use_is_told_once_with_its_place(
    home: Path, work: Path, broken: int, more: str
) -> None:
    with Far(chat("Hello.")) as far:
        wrong = [entry(far.url, model=f"n{at}", provider="generic-chat-completion-api")
                 | {"displayName": f"Wrong {at}", "apiKey": "${UNSET_VARIABLE}"}
                 for at in range(broken)]  # fmt: skip
        file = settle(home, entry(far.url), *wrong)
        done = run("exec", "hi", cwd=work)
    assert (done.returncode, done.stdout) == (0, "Hello.\n")
    told = [line for line in done.stderr.splitlines() if "UNSET_VARIABLE is not set" in line]
    assert len(told) == 1
    assert f"{file}:" in told[0]
    assert more in told[0]
    assert ("more:" in told[0]) == bool(more)


def test_an_unknown_model_is_told_with_those_there_are(home: Path, work: Path) -> None:
    settle(home, entry(LOOPBACK))
    done = run("exec", "-m", "custom:Far-Onee-0", "hi", cwd=work)
    assert done.returncode == 78
    assert "custom:Far-One-0" in done.stderr


REFUSALS: list[tuple[str, Reply, int, list[str]]] = [
    (
        "refused key",
        refusal(401, {"error": {"message": "Incorrect API key"}}, x_request_id="req_7"),
        77,
        ["Incorrect API key", "HTTP 401", "req_7", "settings.json:", "/v1/chat/completions"],
    ),
    (
        "wrong path",
        refusal(404, "<html><title>Not here</title></html>", content_type="text/html"),
        69,
        ["HTTP 404", "/v1/chat/completions", "baseUrl"],
    ),
    (
        "a web page",
        refusal(200, "<html><title>Log in</title></html>", content_type="text/html"),
        69,
        ["Log in", "/v1/chat/completions"],
    ),
    (
        "no such model",
        refusal(404, {"error": {"message": "The model `far-1` does not exist"}}),
        78,
        ["far-1", "does not exist"],
    ),
    (
        "no tools",
        refusal(400, {"error": {"message": "registry.ollama.ai/far-1 does not support tools"}}),
        1,
        ["does not support tools"],
    ),
    (
        "no credit",
        refusal(402, {"error": {"message": "Insufficient Balance"}}),
        77,
        ["Insufficient Balance"],
    ),
]


@pytest.mark.parametrize(
    ("reply", "code", "told"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_a_refusal_reaches_the_user_in_the_providers_words(
    home: Path, work: Path, reply: Reply, code: int, told: list[str]
) -> None:
    with Far(reply, reply) as far:  # twice, for a wrong path is tried with and without /v1
        settle(home, entry(far.url))
        done = run("exec", "hi", cwd=work)
    assert (done.returncode, done.stdout) == (code, "")
    for words in told:
        assert words in done.stderr
    assert KEY not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_port_is_told_as_one(home: Path, work: Path) -> None:
    with Far() as far:
        address = far.address
    settle(home, entry(f"http://{address}"))
    done = run("exec", "-o", "json", "hi", cwd=work)
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 69
    assert error["kind"] == "unreachable"
    assert address in error["what"] + error["url"]


def test_words_that_are_no_utf8_go_through(home: Path, work: Path) -> None:
    with Far(chat("ok"), chat("ok")) as far:
        settle(home, entry(far.url))
        done = run("exec", "-o", "stream-json", os.fsdecode(b"caf\xe9"), cwd=work)
        shown = run("sessions", "show", "last", "--json", cwd=work)
    assert (done.returncode, shown.returncode) == (0, 0), shown.stderr
    assert "caf" in shown.stdout
