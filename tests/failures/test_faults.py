"""Faults of the line and of those who write on it: survived, or reported at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ownkey.core.errors import (
    BadRequest,
    BrokenStream,
    NoAccess,
    Overloaded,
    ProviderError,
    WrongAddress,
)
from ownkey.core.message import Assistant, Text, ToolCall, Usage
from ownkey.core.model import WireName
from tests.failures.asking import WHOLE, ask, at, deltas, execute, fail, fragment
from tests.far import Far, Reply, chat, event, messages, refusal, responses, stream
from tests.wire.conversations import CHAT, ENDPOINTS, MESSAGES, RESPONSES, user

each_wire = pytest.mark.parametrize("wire", ENDPOINTS)

PAGE = "<html><head><title>Service unavailable</title></head></html>"


def whole(wire: WireName, words: str = "Yes.") -> bytes:
    """A whole answer, as one piece."""
    return b"".join(step for step in WHOLE[wire](words).steps if isinstance(step, bytes))


def answer(wire: WireName, reply: Reply) -> Assistant:
    with Far(reply) as far:
        return ask(at(far, wire), user("Hi."))


@pytest.mark.parametrize("wish", ["1000000000", "1e9", "86400"])
def test_an_absurd_wish_to_be_left_alone_is_told_and_not_waited_for(
    home: Path, work: Path, wish: str
) -> None:
    with Far(refusal(429, retry_after=wish), chat("Never.")) as far:
        done = execute(home, work, far)
    assert (done.returncode, done.stdout) == (75, "")
    assert len(far.requests) == 1


@pytest.mark.parametrize("wish", ["-5", "nan", "soon", ""])
def test_a_senseless_wish_is_answered_with_our_own_wait(home: Path, work: Path, wish: str) -> None:
    with Far(refusal(429, retry_after=wish), chat("Yes.")) as far:
        done = execute(home, work, far)
    assert (done.returncode, done.stdout) == (0, "Yes.\n")


STATUSES: dict[str, tuple[Reply, type[ProviderError]]] = {
    "529": (
        refusal(529, {"error": {"type": "overloaded_error", "message": "Overloaded"}}),
        Overloaded,
    ),
    "503 as a page": (refusal(503, PAGE, content_type="text/html"), Overloaded),
    "200 as a page": (refusal(200, PAGE, content_type="text/html"), WrongAddress),
    "407": (refusal(407, "Proxy Authentication Required"), BadRequest),
    "421": (refusal(421, "Misdirected Request"), BadRequest),
    "451": (refusal(451, "Unavailable For Legal Reasons"), NoAccess),
}


@pytest.mark.parametrize(("reply", "kind"), STATUSES.values(), ids=STATUSES)
def test_every_status_has_a_name_and_a_way_out(reply: Reply, kind: type[ProviderError]) -> None:
    with Far(reply, reply) as far:
        failure = fail(at(far, CHAT), user("Hi."))
    assert type(failure) is kind
    assert failure.said
    assert failure.hint


@each_wire
def test_a_length_that_is_too_short_cuts_the_answer_and_that_is_seen(wire: WireName) -> None:
    data = whole(wire)
    short = stream(data, content_length=str(len(data) // 2))
    with Far(short) as far:
        failure = fail(at(far, wire), user("Hi."))
    assert type(failure) is BrokenStream


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_compression_nobody_asked_for_is_named_where_it_cannot_be_read(coding: str) -> None:
    with Far(stream(b"\x1f\x8b\x08 is no stream", content_encoding=coding)) as far:
        failure = fail(at(far, CHAT), user("Hi."))
    assert type(failure) is BrokenStream
    assert far.address in f"{failure.what}{failure.url}"


@each_wire
def test_an_answer_may_come_byte_by_byte(wire: WireName) -> None:
    data = whole(wire, "Grüße — 日本語 🦀")
    assert answer(wire, stream(*(bytes([byte]) for byte in data))).text == "Grüße — 日本語 🦀"


@each_wire
def test_bytes_that_are_no_utf8_are_seen_as_such_and_the_rest_is_kept(wire: WireName) -> None:
    reply = stream(whole(wire, "Yes??").replace(b"??", b"\xc3\x28"))
    assert answer(wire, reply).text == "Yes\ufffd("


FRAMES = {
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "mixed": lambda data: data.replace(b"\n\n", b"\r\n\n"),
    "a mark of byte order": lambda data: b"\xef\xbb\xbf" + data,
    "comments": lambda data: b": hello\n\n" + data.replace(b"data:", b": ping\ndata:"),
    "ids and retries": lambda data: data.replace(b"data:", b"id: 7\nretry: 9\ndata:"),
    "empty data": lambda data: b"data:\n\ndata\n\n" + data,
    "several lines": lambda data: data.replace(b'", "', b'",\ndata: "'),
    "no blank after the colon": lambda data: data.replace(b"data: ", b"data:"),
    "no blank line at the end": lambda data: data.rstrip(b"\n"),
}


@pytest.mark.parametrize("framed", FRAMES.values(), ids=FRAMES)
@each_wire
def test_events_are_read_however_they_are_framed(wire: WireName, framed: Any) -> None:
    assert answer(wire, stream(framed(whole(wire)))).text == "Yes."


def block(kind: str, index: int, **fields: Any) -> bytes:
    return event({"type": f"content_block_{kind}", "index": index, **fields})


def test_blocks_of_messages_may_interleave_and_unknown_ones_are_skipped() -> None:
    start, *_, delta, stop = messages("").steps
    tool = {"type": "tool_use", "id": "call_1", "name": "read", "input": {}}
    fragments = [{"type": "input_json_delta", "partial_json": part} for part in ('{"a"', ": 1}")]
    steps = (
        block("delta", 9, delta={"type": "text_delta", "text": "from nowhere"}),
        block("start", 0, content_block={"type": "text", "text": ""}),
        block("start", 1, content_block=tool),
        block("delta", 1, delta=fragments[0]),
        block("delta", 0, delta={"type": "text_delta", "text": "Yes."}),
        block("delta", 1, delta=fragments[1]),
        block("delta", 0, delta=fragments[0]),
        block("stop", 1),
        block("stop", 1),
    )
    said = answer(MESSAGES, stream(start, start, *steps, delta, delta, stop, stop))
    assert said.content == (Text("Yes."), ToolCall("call_1", "read", '{"a": 1}'))


def test_items_of_responses_may_interleave_and_repeat() -> None:
    created, added, words, done, completed = responses("Yes.").steps
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "read"}
    whole_call = {**call, "arguments": '{"a": 1}'}
    place = {"output_index": 1, "item_id": "fc_1"}
    arguments = {"type": "response.function_call_arguments.delta", **place}
    steps = (
        event({"type": "response.output_item.added", **place, "item": {**call, "arguments": ""}}),
        added,
        event({**arguments, "delta": '{"a"', "sequence_number": 9}),
        words,
        event({**arguments, "delta": ": 1}", "sequence_number": 3}),
        done,
        done,
        event({"type": "response.output_item.done", **place, "item": whole_call}),
    )
    said = answer(RESPONSES, stream(created, created, *steps, completed, completed))
    assert said.text == "Yes."
    assert [(one.name, one.arguments) for one in said.calls] == [("read", '{"a": 1}')]


def test_calls_of_chat_may_come_out_of_order_and_the_end_twice() -> None:
    second = [fragment(part, index=1, id="b", name="two") for part in ('{"a"', ": 2}")]
    first = [fragment(part, index=0, id="a", name="one") for part in ('{"a"', ": 1}")]
    reply = deltas(second[0], first[0], second[1], first[1], finish="tool_calls")
    end = reply.steps[-2:]
    said = answer(CHAT, stream(*reply.steps, *end, *end))
    assert {one.name: one.arguments for one in said.calls} == {
        "one": '{"a": 1}',
        "two": '{"a": 2}',
    }


@each_wire
def test_pings_alone_are_no_answer(wire: WireName) -> None:
    pings = [b": ping\n\n", event({"type": "ping"}), event({"choices": []})]
    with Far(stream(*pings * 20)) as far:
        failure = fail(at(far, wire), user("Hi."))
    assert type(failure) is BrokenStream


@each_wire
@pytest.mark.parametrize("usage", [None, {}, [], "12", {"input_tokens": None}, {"x": -1}], ids=str)
def test_an_answer_without_counts_is_an_answer(wire: WireName, usage: object) -> None:
    def unbilled(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: usage if k == "usage" else unbilled(v) for k, v in value.items()}
        return value

    steps = WHOLE[wire]("Yes.").steps
    events = [json.loads(s[6:]) for s in steps if isinstance(s, bytes) and b"[DONE]" not in s]
    said = answer(wire, stream(*(event(unbilled(one)) for one in events)))
    assert (said.text, said.usage) == ("Yes.", Usage())


DOCUMENTS = {
    MESSAGES: {"type": "message", "content": [{"type": "text", "text": "Yes."}]},
    RESPONSES: {"object": "response", "status": "completed", "output": []},
    CHAT: {"object": "chat.completion", "choices": [{"message": {"content": "Yes."}}]},
}


@each_wire
def test_an_answer_in_one_piece_is_named_as_that_and_asked_for_once(
    home: Path, work: Path, wire: WireName
) -> None:
    with Far(refusal(200, DOCUMENTS[wire]), WHOLE[wire]("Never.")) as far:
        done = execute(home, work, far, wire=wire)
    assert (done.returncode, done.stdout) == (69, "")
    assert "answered in one piece" in done.stderr
    assert len(far.requests) == 1
