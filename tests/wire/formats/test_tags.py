"""Reasoning and calls that a model prints into its text, however the stream is cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.message import Assistant, Draft, Text, Thinking, ToolCall
from ownkey.core.model import Model, Prompt, Spec
from ownkey.core.quirks import Quirks
from ownkey.wire.client import Client
from ownkey.wire.formats.tags import Reader, tagged
from ownkey.wire.request import wire_of
from tests.far import Far, event, stream
from tests.wire.conversations import CHAT, READ, TODO, model, user

EDIT = Spec(
    "edit",
    "Edit a file.",
    {
        "type": "object",
        "properties": {
            "path": {"type": "string"},
            "new": {"type": "string"},
            "all": {"type": "boolean"},
            "lines": {"type": "array", "items": {"type": "integer"}},
        },
    },
)
OFFERED = (READ, EDIT, TODO)


def read(
    texts: Sequence[str], *, calls: str = "", think: bool = True
) -> tuple[str, str, list[str]]:
    """Reasoning, words and calls."""
    reader = Reader(OFFERED, calls=calls, think=think)
    pieces = [piece for text in texts for piece in reader.feed(text)] + reader.close()
    return (
        "".join(piece.text for piece in pieces if isinstance(piece, Thinking)),
        "".join(piece.text for piece in pieces if isinstance(piece, Text)),
        [f"{one.name} {one.arguments}" for one in pieces if isinstance(one, ToolCall)],
    )


CALL = '{"name": "read", "arguments": {"path":  "a.py"}}'
CALLED = 'read {"path":  "a.py"}'
CODER = (
    "<tool_call>\n<function=edit>\n<parameter=path>\n7\n</parameter>\n<parameter=new>\n"
    '  if a < b:\n\n    print("</tool_call>")\n</parameter>\n<parameter=all>\ntrue\n</parameter>\n'
    "<parameter=lines>[1, 2]</parameter>\n</function>\n</tool_call>"
)
EDITED = (
    'edit {"path":"7","new":"  if a < b:\\n\\n    print(\\"</tool_call>\\")",'
    '"all":true,"lines":[1,2]}'
)

ANSWERS: list[tuple[str, str, tuple[str, str, list[str]]]] = [
    # Reasoning
    ("", "<think>Hm.</think>So.", ("Hm.", "So.", [])),
    ("", "\n<think>\nHm.\n</think>\n\nSo.\n", ("Hm.\n", "So.\n", [])),
    ("", "<think></think>\n\nSo.", ("", "So.", [])),
    ("", "<think>Never done", ("Never done", "", [])),
    ("", "a <b> </think> <", ("", "a <b> </think> <", [])),
    ("", "See: <think>this</think>", ("", "See: <think>this</think>", [])),
    ("", "<think>a</think><think>b</think>", ("a", "<think>b</think>", [])),
    ("", "<thinking>Hm.</thinking>", ("", "<thinking>Hm.</thinking>", [])),
    ("", "<thi", ("", "<thi", [])),
    ("", " \n", ("", " \n", [])),
    ("", "", ("", "", [])),
    # No calls are looked for
    ("", f"<tool_call>{CALL}</tool_call>", ("", f"<tool_call>{CALL}</tool_call>", [])),
    ("", CALL, ("", CALL, [])),
    # Hermes, Qwen
    ("hermes", f"<tool_call>\n{CALL}\n</tool_call>", ("", "", [CALLED])),
    (
        "hermes",
        "<think>Hm.</think>\nI look.\n" + f"<tool_call>{CALL}</tool_call>\n" * 2,
        ("Hm.", "I look.\n", [CALLED, CALLED]),
    ),
    ("hermes", f"\n\n<tool_call>\n{CALL}", ("", "", [CALLED])),
    ("hermes", CODER, ("", "", [EDITED])),
    ("hermes", '<tool_call>{"name": "todo"}</tool_call>', ("", "", ["todo {}"])),
    (
        "hermes",
        '<tool_call>{"name":"edit","arguments":{"new":"</tool_call>"}}</tool_call>.',
        ("", ".", ['edit {"new":"</tool_call>"}']),
    ),
    (
        "hermes",
        '<tool_call>{"name":"read","arguments":"{\\"path\\": 1}"}</tool_call>',
        ("", "", ['read {"path": 1}']),
    ),
    ("hermes", "Write <tool_call> so.", ("", "Write <tool_call> so.", [])),
    (
        "hermes",
        '<tool_call>{"name": "rm", "arguments": {}}</tool_call> Done.',
        ("", '<tool_call>{"name": "rm", "arguments": {}}</tool_call> Done.', []),
    ),
    (
        "hermes",
        '<tool_call>{"name": "read", "arguments": [1]}</tool_call>',
        ("", '<tool_call>{"name": "read", "arguments": [1]}</tool_call>', []),
    ),
    # Llama and Qwen's coders
    ("xml", '<function=read>{"path": "a.py"}</function>', ("", "", ['read {"path": "a.py"}'])),
    ("xml", "Now.\n" + CODER.replace("</tool_call>", "", 0), ("", "Now.\n", [EDITED])),
    ("xml", "<function=todo>\n</function>", ("", "", ["todo {}"])),
    ("xml", "<function=todo", ("", "<function=todo", [])),
    ("xml", "if a <function> b", ("", "if a <function> b", [])),
    ("xml", "<function=rm></function>", ("", "<function=rm></function>", [])),
    # A block of JSON and nothing else
    ("fenced", f"```json\n{CALL}\n```", ("", "", [CALLED])),
    ("fenced", f"```\n{CALL}\n```\n", ("", "", [CALLED])),
    ("fenced", f" {CALL}", ("", "", [CALLED])),
    ("fenced", f"{CALL}\n{CALL}", ("", "", [CALLED, CALLED])),
    ("fenced", '{"name": "read", "parameters": {"path": 1}}', ("", "", ['read {"path": 1}'])),
    ("fenced", f"Like so:\n```json\n{CALL}\n```", ("", f"Like so:\n```json\n{CALL}\n```", [])),
    ("fenced", f"```json\n{CALL}\n```\nOr so.", ("", f"```json\n{CALL}\n```\nOr so.", [])),
    ("fenced", "```python\n{1: 2}\n```", ("", "```python\n{1: 2}\n```", [])),
    ("fenced", '{"name": "rm", "arguments": {}}', ("", '{"name": "rm", "arguments": {}}', [])),
    ("fenced", '{"answer": 42}', ("", '{"answer": 42}', [])),
    ("fenced", "``", ("", "``", [])),
]
each = pytest.mark.parametrize(("calls", "text", "told"), ANSWERS)


@each
def test_an_answer_is_taken_apart(calls: str, text: str, told: tuple[str, str, list[str]]) -> None:
    assert read([text], calls=calls) == told


@each
def test_it_may_come_in_single_characters(
    calls: str, text: str, told: tuple[str, str, list[str]]
) -> None:
    assert read(list(text), calls=calls) == told


fragments = st.sampled_from(
    (
        *("<think>", "</think>", "<tool_call>", "</tool_call>", "<function=read>", "</function>"),
        *("<parameter=path>", "</parameter>", "```", "```json", "{", "}", "<", ">", "a", " ", "\n"),
        *(CALL, CODER),
    )
)
forms = st.sampled_from(["", "hermes", "xml", "fenced"])


@given(forms, st.lists(fragments, max_size=12).map("".join), st.data())
def test_any_answer_reads_the_same_however_it_is_cut(
    calls: str, text: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    bounds = [0, *cuts, len(text)]
    parts = [text[a:b] for a, b in pairwise(bounds)]
    assert read(parts, calls=calls) == read([text], calls=calls)


@given(st.lists(fragments, max_size=12).map("".join))
def test_where_nothing_is_looked_for_nothing_is_lost(text: str) -> None:
    assert read([text], think=False) == ("", text, [])


@pytest.mark.parametrize(
    ("calls", "text"),
    [
        ("fenced", "```json\n" + "\n" * 1_000_000 + "x"),
        ("xml", f"<tool_call><function=read>{'<parameter=path>' * 60_000}</function></tool_call>"),
        ("xml", f"<tool_call><function=read>{'<parameter=path> ' * 60_000}"),
        ("hermes", "<tool_call>" * 60_000),
    ],
)
def test_no_answer_takes_for_ever(calls: str, text: str) -> None:
    assert read([text], calls=calls)[0] == ""


def test_words_are_not_kept_waiting() -> None:
    reader = Reader(OFFERED, calls="xml")
    assert reader.feed("Now I look") == [Text("Now I look")]
    assert reader.feed(" at <fun") == [Text(" at ")]
    assert reader.feed("ny>") == [Text("<funny>")]


def test_reasoning_is_not_kept_waiting() -> None:
    reader = Reader(OFFERED)
    assert reader.feed("<think>") == []
    assert reader.feed("Hm") == [Thinking("Hm", {"tagged": True})]


def test_tags_are_text_where_reasoning_has_a_field() -> None:
    reader = Reader(OFFERED)
    reader.thinks_elsewhere()
    assert reader.feed("<think>") == [Text("<think>")]


def test_calls_are_text_where_real_ones_came() -> None:
    reader = Reader(OFFERED, calls="hermes")
    reader.feed(f"<tool_call>{CALL}</tool_call>")
    assert reader.close(calls_came=True) == [Text(f"<tool_call>{CALL}</tool_call>")]


def test_calls_are_text_where_no_tools_were_offered() -> None:
    text = f"<tool_call>{CALL}</tool_call>"
    assert Reader((), calls="hermes").feed(text) == [Text(text)]


@pytest.mark.parametrize("text", ["<tool_call></tool_call>", "<tool_call>", "<function=x>", "``"])
def test_no_answer_keeps_the_reader_busy(text: str) -> None:
    _, words, calls = read([text * 50_000], calls="xml")
    assert words == text * 50_000
    assert calls == []


# Through the wire's decoder.

LOCAL = "http://127.0.0.1:11434/v1"


def answered(
    target: Model, *deltas: dict[str, object], tools: tuple[Spec, ...] = OFFERED
) -> Assistant:
    decoder = wire_of(CHAT).decoder(target, tools)
    draft = Draft(target.origin)
    ends: tuple[dict[str, object], ...] = ({"delta": {}, "finish_reason": "stop"},)
    for choice in (*({"delta": delta} for delta in deltas), *ends):
        for chunk in decoder.feed(json.dumps({"choices": [choice]}).encode()):
            draft.add(chunk)
    assert decoder.complete
    return draft.message()


@pytest.mark.parametrize(
    ("name", "text", "arguments"),
    [
        ("qwen3:8b", f"<tool_call>\n{CALL}\n</tool_call>", '{"path":  "a.py"}'),
        ("hermes3", f"<tool_call>\n{CALL}\n</tool_call>", '{"path":  "a.py"}'),
        ("qwen3-coder:30b", '<function=read>{"path": 1}</function>', '{"path": 1}'),
        ("llama3.1:8b", '<function=read>{"path": 1}</function>', '{"path": 1}'),
        ("qwen2.5-coder:14b", f"```json\n{CALL}\n```", '{"path":  "a.py"}'),
    ],
)
def test_a_local_model_that_prints_its_call_has_made_one(
    name: str, text: str, arguments: str
) -> None:
    message = answered(model(CHAT, LOCAL, name), {"content": text})
    assert [(one.name, one.arguments) for one in message.calls] == [("read", arguments)]
    assert message.text == ""
    assert message.stop == "tools"


def test_several_printed_calls_are_told_apart() -> None:
    text = f"<tool_call>{CALL}</tool_call>" * 2
    message = answered(model(CHAT, LOCAL, "qwen3"), {"content": text})
    assert len({one.id for one in message.calls}) == 2


def test_a_model_in_the_cloud_that_prints_a_call_only_talks_of_it() -> None:
    text = f"<tool_call>{CALL}</tool_call>"
    message = answered(model(CHAT, "https://openrouter.ai/api/v1", "qwen/qwen3"), {"content": text})
    assert message.calls == ()
    assert message.text == text


def test_a_person_can_have_calls_looked_for_anywhere() -> None:
    target = model(CHAT, quirks=Quirks(text_calls="hermes"))
    message = answered(target, {"content": f"<tool_call>{CALL}</tool_call>"})
    assert [one.name for one in message.calls] == ["read"]


def test_a_call_that_came_as_such_is_not_doubled_by_its_print() -> None:
    function = {"name": "read", "arguments": '{"path": "b.py"}'}
    native = {"index": 0, "id": "c1", "type": "function", "function": function}
    text = f"<tool_call>{CALL}</tool_call>"
    message = answered(model(CHAT, LOCAL, "qwen3"), {"content": text}, {"tool_calls": [native]})
    assert [one.arguments for one in message.calls] == ['{"path": "b.py"}']
    assert message.text == text


def test_tagged_reasoning_is_reasoning_on_any_host() -> None:
    message = answered(model(CHAT), {"content": "<think>Hm."}, {"content": "</think>\n\nSo."})
    assert message.content == (Thinking("Hm.", {"tagged": True}), Text("So."))


def test_tags_are_left_in_the_text_beside_a_field_for_reasoning() -> None:
    message = answered(model(CHAT), {"reasoning_content": "Hm."}, {"content": "<think> is a tag."})
    assert message.text == "<think> is a tag."


def test_a_person_can_keep_the_tags_in_the_text() -> None:
    message = answered(model(CHAT, quirks=Quirks(think_tags=False)), {"content": "<think>Hm."})
    assert message.text == "<think>Hm."


@pytest.mark.parametrize("text", [f"<tool_call>{CALL}</tool_call>", "<"])
def test_the_closing_line_alone_ends_what_was_held_back(text: str) -> None:
    target = model(CHAT, LOCAL, "qwen3")
    decoder = wire_of(CHAT).decoder(target, OFFERED)
    draft = Draft(target.origin)
    for data in (json.dumps({"choices": [{"delta": {"content": text}}]}).encode(), b"[DONE]"):
        for chunk in decoder.feed(data):
            draft.add(chunk)
    assert decoder.complete
    assert draft.message().content


@given(st.text(alphabet="ab <>\n/think"))
def test_reasoning_in_tags_reads_as_it_was_written(text: str) -> None:
    if "</think>" in text:
        return
    thought, words, _ = read([tagged(text) + "So."])
    assert (thought.strip(), words) == (text.strip(), "So.")


def test_a_printed_call_comes_over_a_socket_as_a_call() -> None:
    halves = ("I look.\n<tool_", f"call>{CALL}</tool_call>")
    events = [event({"choices": [{"delta": {"content": half}}]}) for half in halves]
    end = event({"choices": [{"delta": {}, "finish_reason": "stop"}]})

    async def ask(base_url: str) -> Assistant:
        target = model(CHAT, base_url, "qwen3:8b")
        draft = Draft(target.origin)
        prompt = Prompt(system="", messages=(user("Look."),), tools=OFFERED)
        client = Client()
        try:
            async with asyncio.timeout(10), client.stream(target, prompt) as chunks:
                async for chunk in chunks:
                    draft.add(chunk)
        finally:
            await client.aclose()
        return draft.message()

    with Far(stream(*events, end)) as far:
        message = asyncio.run(ask(far.url))
    assert message.text == "I look.\n"
    assert [(one.name, one.arguments) for one in message.calls] == [("read", '{"path":  "a.py"}')]
    assert message.stop == "tools"
