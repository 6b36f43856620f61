"""What each tape folds to, however its bytes are cut."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.errors import (
    BrokenStream,
    ContentRefused,
    OutOfCredit,
    Overloaded,
    RateLimited,
    TooLong,
)
from ownkey.core.message import Assistant, Opaque, Part, Stop, Text, Thinking, ToolCall, Usage
from tests.wire.taped import LIMIT, TAPES, decoded, model

NONE = Usage()


def said(*parts: Part | str, stop: Stop = "end", usage: Usage = NONE) -> Any:
    """Content, stop and usage of a message."""
    return tuple(Text(one) if isinstance(one, str) else one for one in parts), stop, usage


def call(
    number: int, arguments: str = "{}", name: str = "ls", opaque: Opaque | None = None
) -> ToolCall:
    return ToolCall(f"c{number}", name, arguments, opaque)


def use(number: int, name: str, arguments: str) -> ToolCall:
    return ToolCall(f"toolu_{number}", name, arguments)


def function(number: int, name: str = "ls", arguments: str = "{}") -> ToolCall:
    return ToolCall(f"call_{number}", name, arguments)


def item(number: int, **fields: Any) -> Opaque:
    return {"item": {"type": "reasoning", "id": f"rs_{number}", "summary": [], **fields}}


HM = Thinking("Hm.", {"field": "reasoning"})
DETAILS = [
    {"type": "reasoning.encrypted", "data": "xx", "id": "c1", "index": 0},
    {"type": "reasoning.text", "text": "Hm.", "format": "f", "index": 1, "signature": "s"},
    {"type": "reasoning.encrypted", "data": "yy", "index": 2},
    {"type": "reasoning.encrypted", "data": "zz", "index": 2},
]

MESSAGES = {
    "anthropic-error-after-the-end": said("Yes.", usage=Usage(9, 3)),
    "anthropic-usage-of-an-hour": said(
        "Yes.", usage=Usage(9, 3, cache_write=70, cache_write_1h=40)
    ),
    "chat-error-after-the-end": said("Yes."),
    "chat-usage-of-zeros-at-the-end": said("Yes.", usage=Usage(9, 3)),
    "chat-usage-with-its-cost": said("Yes.", usage=Usage(9, 3, cost=0.000123)),
    "chat-function-call-of-old": said(ToolCall("call_2", "ls", '{"path": "."}'), stop="tools"),
    "responses-text-only-in-its-done": said("Yes.", usage=Usage(9, 3)),
    "responses-usage-with-its-cost": said("Yes.", usage=Usage(9, 3, cost=0.5)),
    "anthropic-signature-in-fragments": said(
        Thinking("Let me see.", {"signature": "sig-one"}), usage=Usage(9, 7, reasoning=4)
    ),
    "anthropic-signature-without-block-stop": said(
        Thinking("Hm.", {"signature": "sig-two"}), use(1, "read", '{"path": "a"}'), stop="tools"
    ),
    "anthropic-empty-thinking-with-signature": said(Thinking("", {"signature": "s"})),
    "anthropic-empty-thinking-without-signature": said("Yes."),
    "anthropic-redacted-thinking": said(Thinking("", {"redacted": "sealed=="})),
    "anthropic-tool-use-without-input": said(
        use(1, "ls", '{"path": "a"}'), ToolCall("call_1", "todo"), stop="tools"
    ),
    "anthropic-input-whole-in-start": said(
        use(1, "read", '{"path": "ä"}'),
        use(2, "read", '{"path":"b"}'),
        use(3, "read", '{"path": "c"}'),
        stop="tools",
    ),
    "anthropic-index-missing": said("I look.", use(1, "read", "{}"), stop="tools"),
    "anthropic-unknown-kinds-and-pings-anywhere": said("Yes."),
    "anthropic-null-usage-keeps-what-was-said": said("A", stop="length", usage=Usage(9, 5, 100)),
    "anthropic-zeros-at-start": said("A", usage=Usage(12, 3, 5, 40)),
    "anthropic-done-appended": said("A", stop="refused"),
    "responses-no-output-index": said(
        function(1, "read", '{"a": 1}'), function(2), stop="tools", usage=Usage(30, 8)
    ),
    "responses-neither-id-nor-index": said(
        Thinking("Hm."),
        "I look.",
        function(1, "read"),
        function(2, "ls", '{"b":2}'),
        stop="tools",
    ),
    "responses-ids-change-from-event-to-event": said("Yes."),
    "responses-one-index-for-all": said(
        function(1, "read"), function(2, "ls", '{"b":2}'), stop="tools"
    ),
    "responses-arguments-only-in-done": said(function(1, "read", '{"a":1}'), stop="tools"),
    "responses-deltas-null-and-no-done": said("Yes.", usage=Usage(3, 2)),
    "responses-content-null-in-done": said(Text("Yes.", {"phase": "commentary"})),
    "responses-reasoning-text": said(
        Thinking("Hm.", item(1, content=[{"type": "reasoning_text", "text": "Hm."}]))
    ),
    "responses-summary-paragraphs": said(Thinking("First.\n\nThen.")),
    "responses-encrypted-only-in-completed": said(
        Thinking("", item(1, encrypted_content="gAAA")),
        function(1),
        Thinking("", item(2, encrypted_content="gBBB")),
        function(2),
        stop="tools",
    ),
    "responses-all-only-in-completed": said(
        "I look.", function(1, "ls", '{"path": "ä"}'), stop="tools"
    ),
    "responses-phase": said(Text("I look.", {"phase": "commentary"})),
    "responses-refusal": said("I will not."),
    "responses-incomplete-by-filter": said("I", stop="refused"),
    "responses-incomplete-by-limit": said("I", stop="length", usage=Usage(20, 40, 20, 10, 32)),
    "responses-completed-though-cut-at-limit": said("I", stop="length", usage=Usage(5, LIMIT)),
    "chat-index-missing": said(call(1, '{"a": 1}', "read"), call(2), stop="tools"),
    "chat-ids-missing": said(
        ToolCall("call_2", "ls"),
        ToolCall("call_3", "read", '{"a":1}'),
        ToolCall("call_4", "read", '{"a":2}'),
        stop="tools",
    ),
    "chat-id-changes-on-the-way": said(call(1, '{"a":1}', "read"), stop="tools"),
    "chat-one-index-for-all": said(
        call(1, '{"a":1}', "read"),
        call(2, '{"a":2}', "read"),
        ToolCall("call_4", "ls", "{}"),
        stop="tools",
    ),
    "chat-name-repeated": said(call(1, '{"a":1}', "read"), stop="tools"),
    "chat-call-said-again-at-the-end": said(call(1, '{"a":1}', "read"), stop="tools"),
    "chat-arguments-object-or-null": said(
        call(1, '{"path": "ä"}', "read"), call(2, ""), call(3, "", "todo"), stop="tools"
    ),
    "chat-whitespace-after-whole-arguments": said(call(1, '{"a": "} "}\n', "read"), stop="tools"),
    "chat-whole-call-in-one-chunk": said(
        "I look.", ToolCall("functions.read:0", "read", '{"a":1}'), stop="tools"
    ),
    "chat-nulls-everywhere": said("Yes."),
    "chat-usage-in-its-own-chunk": said("A", usage=Usage(30, 20, 60, 10, 5)),
    "chat-usage-beside-an-empty-delta": said("A", usage=Usage(30, 20, 60, 10)),
    "chat-usage-in-the-choice": said("A", usage=Usage(40, 20, 60)),
    "chat-usage-of-groq": said("A", usage=Usage(100, 20)),
    "chat-usage-cumulative": said("AB", stop="length", usage=Usage(40, 3, 60)),
    "chat-usage-without-the-reasoning": said("A", usage=Usage(100, 27, reasoning=7)),
    "chat-usage-without-the-cache": said("A", usage=Usage(100, 20, 900)),
    "chat-reasoning-content": said(Thinking("Hm.", {"field": "reasoning_content"}), "A"),
    "chat-reasoning": said(HM, "A"),
    "chat-reasoning-text": said(Thinking("Hm.", {"field": "reasoning_text"}), "A"),
    "chat-reasoning-in-two-fields": said(HM, "A"),
    "chat-reasoning-details-merged": said(
        Thinking("Hm.", {"field": "reasoning", "details": DETAILS}), call(1), stop="tools"
    ),
    "chat-reasoning-details-alone": said(
        Thinking("Hm.", {"details": [{"type": "reasoning.summary", "summary": "Hm."}]}), "A"
    ),
    "chat-content-lists": said(Thinking("Hm."), "Yes.", stop="length"),
    "chat-extra-content": said(
        call(1, opaque={"extra_content": {"google": {"thought_signature": "ts"}}}), stop="tools"
    ),
    "chat-stop-with-calls": said(call(1), stop="tools"),
    "chat-tool-calls-with-none": said("A"),
    "chat-refusal": said("I will not.", stop="refused"),
    "chat-message-instead-of-delta": said(
        Thinking("Hm.", {"field": "reasoning_content"}), "I look.", call(1), stop="tools"
    ),
    "chat-message-repeats-the-deltas": said("Yes."),
    "chat-no-json-by-the-letter": said("a\ufffdb\tcä🦀"),
    "chat-done-missing": said("A"),
    "chat-finish-reason-missing": said("A"),
}

UNENDED = {
    "anthropic-message-stop-missing": said("A"),
    "responses-terminal-event-missing": said("Yes."),
    "chat-both-missing": said("A"),
    "chat-done-and-nothing-else": said(),
}
"""Without their terminal marker: what came is no answer."""

ERRORS = {
    "anthropic-error-mid-stream": (Overloaded, "Busy."),
    "anthropic-error-is-text": (BrokenStream, "upstream connect error"),
    "responses-failed": (RateLimited, "Slow down."),
    "responses-error-at-top": (TooLong, "Your input exceeds the context window of this model."),
    "responses-error-without-type": (Overloaded, "Busy."),
    "responses-error-in-completed": (OutOfCredit, "You exceeded your current quota."),
    "chat-error-chunk": (Overloaded, "Upstream broke."),
    "chat-error-in-a-list": (RateLimited, "Resource has been exhausted."),
    "chat-error-in-the-choice": (ContentRefused, "Input was flagged."),
    "chat-error-without-the-key": (TooLong, "This model's maximum context length is 8 tokens."),
    "chat-finish-reason-error": (
        Overloaded,
        "the answer ended with finish_reason 'network_error'",
    ),
}


def test_every_tape_is_told_of() -> None:
    assert MESSAGES.keys() | UNENDED.keys() | ERRORS.keys() == TAPES.keys()


@pytest.mark.parametrize("name", MESSAGES | UNENDED)
def test_a_tape_folds_to_its_message(name: str) -> None:
    content, stop, usage = (MESSAGES | UNENDED)[name]
    message = Assistant(content, model(name).origin, stop, usage)
    assert decoded(name, TAPES[name]) == (message, name in MESSAGES)


@pytest.mark.parametrize("name", ERRORS)
def test_a_tape_ends_in_its_error(name: str) -> None:
    kind, words = ERRORS[name]
    assert decoded(name, TAPES[name]) == (kind.__name__, words)


@pytest.mark.parametrize("name", TAPES)
def test_a_cut_anywhere_makes_no_difference(name: str) -> None:
    tape = TAPES[name]
    whole = decoded(name, tape)
    assert all(decoded(name, tape[:at], tape[at:]) == whole for at in range(1, len(tape)))


@given(st.sampled_from(sorted(TAPES)), st.data())
def test_many_cuts_make_no_difference(name: str, data: st.DataObject) -> None:
    tape = TAPES[name]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(tape) - 1), max_size=40)))
    pieces = [tape[a:b] for a, b in zip([0, *cuts], [*cuts, len(tape)], strict=True)]
    assert decoded(name, *pieces) == decoded(name, tape)
