"""Tool calls that come in pieces, in disguise or in ruins, and what tools give back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ownkey.core.message import Assistant, Result, Text, ToolCall
from ownkey.core.model import WireName
from tests.failures.asking import (
    WHOLE,
    ask,
    at,
    bad_request,
    calling,
    deltas,
    execute,
    fragment,
)
from tests.far import Far, Reply, chat
from tests.wire.conversations import (
    CHAT,
    ENDPOINTS,
    MESSAGES,
    ORIGINS,
    PNG,
    RESPONSES,
    call,
    result,
    said,
    user,
)

ARGUMENTS = '{"path": "a.py"}'
OTHER = '{"path": "b.py"}'


def calls(reply: Reply) -> list[tuple[str, str]]:
    with Far(reply) as far:
        answer = ask(at(far, CHAT), user("Go."))
    assert answer.stop == "tools"
    assert len({one.id for one in answer.calls}) == len(answer.calls)
    return [(one.name, one.arguments) for one in answer.calls]


def test_one_call_whose_id_changes_in_every_chunk_stays_one() -> None:
    pieces = [fragment(ARGUMENTS[i : i + 5], index=0, id=f"call_{i}") for i in range(0, 16, 5)]
    start = fragment(index=0, id="call_x", name="read")
    assert calls(deltas(start, *pieces)) == [("read", ARGUMENTS)]


@pytest.mark.parametrize("place", [{}, {"index": 0}, {"index": None}], ids=str)
def test_parallel_calls_without_an_index_of_their_own_stay_apart(place: dict[str, Any]) -> None:
    first = fragment(ARGUMENTS, id="call_1", name="read", **place)
    second = fragment(OTHER, id="call_2", name="read", **place)
    assert calls(deltas(first, second)) == [("read", ARGUMENTS), ("read", OTHER)]


def test_parallel_calls_without_ids_get_some() -> None:
    first, second = (fragment(a, name="read", index=i) for i, a in enumerate((ARGUMENTS, OTHER)))
    assert calls(deltas(first, second)) == [("read", ARGUMENTS), ("read", OTHER)]


def test_a_name_that_is_repeated_in_every_chunk_is_not_added_up() -> None:
    pieces = [fragment(piece, index=0, id="call_1", name="read") for piece in ('{"path"', ': "a"}')]
    assert calls(deltas(*pieces)) == [("read", '{"path": "a"}')]


def test_blanks_after_whole_arguments_do_not_run_the_tool_twice(home: Path, work: Path) -> None:
    once = json.dumps({"command": "echo ran >> log"})
    start = fragment(once, index=0, id="call_1", name="shell")
    blanks = [fragment(blank, index=0) for blank in ("", " ", "\n", None)]
    with Far(deltas(start, *blanks, finish="tool_calls"), chat("Done.")) as far:
        done = execute(home, work, far, "--auto", "high", "Go.")
    assert done.stdout == "Done.\n"
    assert (work / "log").read_text() == "ran\n"


def test_arguments_that_are_an_object_are_understood(home: Path, work: Path) -> None:
    given = fragment({"path": "hello.py"}, index=0, id="call_1", name="read")
    with Far(deltas(given), chat("Done.")) as far:
        execute(home, work, far)
    told, replayed = far.requests[1].json["messages"][-1], far.requests[1].json["messages"][-2]
    assert "helo" in told["content"]
    assert json.loads(replayed["tool_calls"][0]["function"]["arguments"]) == {"path": "hello.py"}


@pytest.mark.parametrize(
    "ruin",
    [None, "", "{", '{"path": "hello.py"', '{"path": "hello.py"}}', "[]", '"hello.py"', "null"],
)
def test_ruined_arguments_are_told_to_the_model_and_the_turn_goes_on(
    home: Path, work: Path, ruin: str | None
) -> None:
    given = fragment(ruin, index=0, id="call_1", name="read")
    with Far(deltas(given, finish="tool_calls"), chat("I see.")) as far:
        done = execute(home, work, far)
    assert (done.returncode, done.stdout) == (0, "I see.\n")
    *_, replayed, told = far.requests[1].json["messages"]
    assert told["tool_call_id"] == "call_1"
    assert told["content"].strip()
    assert isinstance(json.loads(replayed["tool_calls"][0]["function"]["arguments"]), dict)


@pytest.mark.parametrize("reason", ["stop", "other", "end", None])
def test_a_call_counts_whatever_the_finish_reason_says(
    home: Path, work: Path, reason: str | None
) -> None:
    given = fragment('{"path": "hello.py"}', index=0, id="call_1", name="read")
    with Far(deltas({"content": "I read it."}, given, finish=reason), chat("A typo.")) as far:
        done = execute(home, work, far)
    assert done.stdout == "A typo.\n"
    assert "helo" in far.requests[1].json["messages"][-1]["content"]


def test_a_finish_reason_of_calls_without_any_is_an_end() -> None:
    with Far(deltas({"content": "Yes."}, finish="tool_calls")) as far:
        answer = ask(at(far, CHAT), user("Go."))
    assert (answer.text, answer.stop) == ("Yes.", "end")


def test_a_call_that_groq_could_not_read_is_asked_for_once_more(home: Path, work: Path) -> None:
    refused = bad_request(
        "Failed to call a function. Please adjust your prompt. See 'failed_generation'.",
        code="tool_use_failed",
        failed_generation='<function=read{"path": "hello.py"}</function>',
    )
    with Far(refused, chat("I put it differently.")) as far:
        done = execute(home, work, far)
    assert (done.returncode, done.stdout) == (0, "I put it differently.\n")
    assert len(far.requests) == 2


HERMES = '<tool_call>\n{"name": "read", "arguments": {"path": "hello.py"}}\n</tool_call>'
LLAMA = '<function=read>{"path": "hello.py"}</function>'
QWEN_CODER = "<tool_call>\n<function=read>\n<parameter=path>\nhello.py\n</parameter>\n</function>"
FENCED = '```json\n{"name": "read", "arguments": {"path": "hello.py"}}\n```'


@pytest.mark.parametrize(
    ("text_calls", "words"),
    [
        ("hermes", HERMES),
        ("xml", LLAMA),
        ("xml", f"{QWEN_CODER}\n</tool_call>"),
        ("fenced", FENCED),
    ],
)
def test_a_call_that_a_local_model_wrote_as_text_is_run_where_its_profile_says_so(
    home: Path, work: Path, text_calls: str, words: str
) -> None:
    with Far(deltas({"content": words}), chat("A typo.")) as far:
        done = execute(home, work, far, quirks={"text_calls": text_calls})
    assert done.stdout == "A typo.\n"
    assert "helo" in str(far.requests[1].json["messages"][-1])


def test_where_no_profile_says_so_a_call_in_text_is_text(home: Path, work: Path) -> None:
    with Far(deltas({"content": LLAMA})) as far:
        done = execute(home, work, far)
    assert done.stdout == f"{LLAMA}\n"


each_wire = pytest.mark.parametrize("wire", ENDPOINTS)


@each_wire
def test_images_in_results_arrive_as_images_after_all_results(wire: WireName) -> None:
    history = (
        user("Look."),
        said(call(1), call(2), stop="tools"),
        result(1, "red.png", PNG),
        result(2, "2 bytes"),
    )
    with Far(WHOLE[wire]("Red.")) as far:
        ask(at(far, wire), *history)
    body = far.requests[0].json
    items = body.get("messages") or body["input"]
    assert str(items).count("iVBOR") == 1
    if wire == CHAT:
        *_, first, second, pictures = items
        assert [first["role"], second["role"], pictures["role"]] == ["tool", "tool", "user"]
        assert isinstance(first["content"], str)
        assert pictures["content"][-1]["type"] == "image_url"
    elif wire == RESPONSES:
        assert items[-2]["output"][-1]["type"] == "input_image"
    else:
        assert items[-1]["content"][0]["content"][-1]["type"] == "image"


@each_wire
def test_half_characters_and_nul_in_a_tools_output_do_not_break_the_request(wire: WireName) -> None:
    history = (
        user("Go."),
        Assistant((ToolCall("call_1", "read", ARGUMENTS),), ORIGINS[MESSAGES], "tools"),
        Result("call_1", "read", (Text("cut \ud83d nul \x00 end"),)),
    )
    with Far(WHOLE[wire]("Yes.")) as far:
        ask(at(far, wire), *history)
    sent = far.requests[0].body
    assert "cut \ufffd nul \ufffd end" in sent.decode("utf-8")
    assert b"\\u0000" not in sent
    assert b"\\ud83d" not in sent.lower()


def test_a_command_that_prints_nul_and_broken_utf8_does_not_end_the_session(
    home: Path, work: Path
) -> None:
    print_it = r"printf 'a\0b\377c'"
    with Far(calling("shell", {"command": print_it}), chat("Binary.")) as far:
        done = execute(home, work, far, "--auto", "high", "Go.")
    assert done.stdout == "Binary.\n"
    assert b"\\u0000" not in far.requests[1].body
    assert far.requests[1].json
