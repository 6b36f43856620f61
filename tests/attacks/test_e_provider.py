"""The provider as the attacker: whatever it sends is an answer, or an error with a name."""

from __future__ import annotations

import ast
import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.front_door import command, entry, run, settle
from tests.far import Far, Reply, chat, event, refusal, reply, stream

ROOT = Path(__file__).parents[2]

COVERED = {
    "E01": "tests/wire/formats/test_tags.py"
    "::test_a_model_in_the_cloud_that_prints_a_call_only_talks_of_it",
    "E02": "tests/wire/test_sse.py::test_an_event_beyond_sixteen_megabytes_is_refused",
    "E04": "tests/wire/test_client.py::test_a_redirect_is_named_and_not_followed",
    "E05": "tests/zoo/test_variants.py::test_exec_names_the_cause_and_the_cure",
    "E06": "tests/wire/test_decoding.py::test_a_figure_that_is_no_count_counts_for_nothing",
    "E07": "tests/wire/test_hostile_streams.py::test_arbitrary_json_does_no_harm",
    "E08": "tests/e2e/test_exec.py::test_words_that_are_no_utf8_go_through",
    "D12": "tests/e2e/test_exec.py::test_tools_may_not_open_the_settings",
    "G07": "tests/sessions/test_journal.py::"
    "test_files_and_folders_are_closed_to_others_whatever_the_umask",
}
"""Cases that a test elsewhere has already."""


@pytest.mark.parametrize("case", COVERED)
def test_what_is_said_to_cover_a_case_is_there(case: str) -> None:
    file, _, name = COVERED[case].partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def call(arguments: str) -> Reply:
    """A call of `ls` with arguments that are sent as this text."""
    function = {"name": "ls", "arguments": arguments}
    delta = {"tool_calls": [{"index": 0, "id": "call_1", "function": function}]}
    said = {"choices": [{"index": 0, "delta": delta, "finish_reason": "tool_calls"}]}
    return stream(event(said), event("[DONE]"))


def asked(home: Path, *replies: Reply, form: str = "json") -> tuple[int, Any, str]:
    with Far(*replies) as far:
        settle(home, entry(far.url))
        done = run("exec", "-o", form, "Hi.", cwd=home)
    return done.returncode, json.loads(done.stdout), done.stderr


BOMB = gzip.compress(b"data: " + b"x" * 400_000_000, 1)
ZIPPED = {"content-encoding": "gzip"}


@pytest.mark.parametrize("status", [200, 400])
def test_e02_a_bomb_that_unpacks_to_400_megabytes_is_given_up(home: Path, status: int) -> None:
    """In an address space that has no room for it."""
    limited = 'ulimit -v 1000000; exec "$@"'
    steps = [BOMB[at : at + 16_384] for at in range(0, len(BOMB), 16_384)]
    kind = {"content-type": "text/event-stream"}
    with Far(*[reply(status, *steps, headers=ZIPPED | kind)] * 4) as far:
        settle(home, entry(far.url))
        line = ["bash", "-c", limited, "bash", *command("exec", "Hi.")]
        done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert done.returncode in (1, 69), done.stderr
    assert "ownkey: " in done.stderr
    assert "MemoryError" not in done.stderr


@pytest.mark.parametrize(
    "headers",
    [{"x-bomb": "x" * 5_000_000}, {f"x-{nth}": "y" * 50 for nth in range(50_000)}],
    ids=["one long", "many"],
)
def test_e03_headers_without_end_are_an_error_of_the_endpoint(
    home: Path, headers: dict[str, str]
) -> None:
    code, told, _ = asked(home, *[refusal(200, "", **headers)] * 4)
    assert code == 69
    assert told["error"]["kind"] in ("broken-stream", "unreachable")


def test_e03_a_hundred_thousand_fields_of_no_meaning_are_passed_over(home: Path) -> None:
    noise = b"".join(b"x-%d: y\n: comment\nid: %d\nretry: 1\n" % (n, n) for n in range(25_000))
    said = event({"choices": [{"delta": {"content": "Through."}, "finish_reason": "stop"}]})
    code, told, _ = asked(home, stream(noise + b"\n", said, noise + b"\n", event("[DONE]")))
    assert (code, told["result"]) == (0, "Through.")


def test_e05_there_is_no_way_to_trust_everybody() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "src/ownkey").rglob("*.py")]
    named = ("CERT_NONE", "verify=False", "check_hostname", "_create_unverified")
    assert [name for name in named if any(name in text for text in sources)] == []


FIGURES = [-5, 1e308, "12", None, True, [], {"a": 1}, 10**400, -(10**30), 0.5]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda one: repr(one)[:12])
def test_e06_figures_of_any_kind_end_in_a_count(home: Path, figure: Any) -> None:
    usage = {"prompt_tokens": figure, "completion_tokens": figure, "total_tokens": figure}
    named = {"model": "\x1b]0;mine\x07\x1b[2J", "id": "\x1b[31m", "usage": usage}
    said = {"choices": [{"delta": {"content": "Counted."}, "finish_reason": "stop"}], **named}
    code, told, errors = asked(home, stream(event(said), event("[DONE]")))
    assert (code, told["result"]) == (0, "Counted.")
    assert told["usage"]["input_tokens"] >= 0
    assert "\x1b" not in errors


ARGUMENTS = [
    '{"path": NaN}',
    '{"path": ".", "depth": Infinity}',
    '{"__proto__": {"path": "/"}}',
    '{"path": 1' + "0" * 5000 + "}",
    "9" * 5000,
    '{"path": "\\ud800"}',
    '{"path": ".", "path": "/"}',
    "[" * 100_000,
    '{"path": "a\\u0000b"}',
]


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda one: one[:20])
def test_e07_arguments_of_any_kind_are_run_or_refused_to_the_model(
    home: Path, arguments: str
) -> None:
    code, told, errors = asked(home, call(arguments), chat("Went on."))
    assert (code, told["result"]) == (0, "Went on."), errors
    again = run("sessions", "show", "last", cwd=home)
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("half", ["\\ud800", "\\udc00", "\\ud800\\ud800", "x\\udfffy"])
def test_e08_half_a_character_is_kept_and_goes_on(home: Path, half: str) -> None:
    said = f'data: {{"choices": [{{"delta": {{"content": "{half}"}}, "finish_reason": "stop"}}]}}'
    broken = stream(f"{said}\n\n".encode(), event("[DONE]"))
    with Far(broken, chat("Went on.")) as far:
        settle(home, entry(far.url))
        first = run("exec", "-o", "stream-json", "Hi.", cwd=home)
        second = run("exec", "-s", "last", "On.", cwd=home)
    assert first.returncode == 0, first.stderr
    assert all(json.loads(line) for line in first.stdout.splitlines())
    assert (second.returncode, second.stdout) == (0, "Went on.\n"), second.stderr
