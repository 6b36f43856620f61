"""Every tape folds to one message, however its bytes are cut."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import external_file

from ownkey.core.errors import BrokenStream, Overloaded, ProviderError
from ownkey.core.message import Assistant, Draft, Usage
from ownkey.core.model import Model, Secret, WireName
from ownkey.wire import sse
from ownkey.wire.request import wire_of
from tests.wire.tapes import TAPES, Tape, chat

WIRES: tuple[WireName, ...] = ("anthropic", "openai", "generic-chat-completion-api")


def model(wire: WireName) -> Model:
    return Model(
        id="custom:Far-0",
        name="far-1",
        wire=wire,
        base_url="http://127.0.0.1:9",
        display_name="Far",
        key=Secret("test-key-not-real-1"),
    )


def decoded(wire: WireName, *pieces: bytes) -> tuple[Assistant, bool]:
    """The message that the pieces make, and whether it has its end."""
    asked = model(wire)
    decoder = wire_of(wire).decoder(asked)
    draft = Draft(asked.origin)
    events = sse.Events()
    for piece in pieces:
        for data in events.feed(piece):
            for chunk in decoder.feed(data):
                draft.add(chunk)
    for data in events.close():
        for chunk in decoder.feed(data):
            draft.add(chunk)
    return draft.message(), decoder.complete


def test_every_tape_folds_to_this_message() -> None:
    told = {}
    for tape in TAPES:
        message, complete = decoded(tape.wire, tape.body)
        assert complete, tape.fact
        facts = json.loads(msgspec.json.encode(message))
        del facts["origin"], facts["role"]
        told[f"{tape.wire}: {tape.fact}"] = facts
    assert told == external_file("folded.json")


@pytest.mark.parametrize("tape", TAPES, ids=[tape.fact for tape in TAPES])
def test_no_cut_makes_a_difference(tape: Tape) -> None:
    whole = decoded(tape.wire, tape.body)
    for at in range(1, len(tape.body)):
        assert decoded(tape.wire, tape.body[:at], tape.body[at:]) == whole


@given(st.sampled_from(TAPES), st.data())
def test_nor_do_many(tape: Tape, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(tape.body) - 1), max_size=40)))
    pieces = [tape.body[a:b] for a, b in zip([0, *cuts], [*cuts, len(tape.body)], strict=True)]
    assert decoded(tape.wire, *pieces) == decoded(tape.wire, tape.body)


@pytest.mark.parametrize("tape", TAPES, ids=[tape.fact for tape in TAPES])
def test_a_stream_that_stops_before_its_end_is_not_complete(tape: Tape) -> None:
    ends = ("message_stop", "response.completed", "response.incomplete")
    cut = [
        one
        for one in tape.events
        if one != "[DONE]"
        and not (isinstance(one, dict) and one.get("type") in ends)
        and "finish_reason" not in json.dumps(one).replace('"finish_reason": null', "")
    ]
    assert decoded(tape.wire, tape._replace(events=tuple(cut)).body)[1] is False


ERRORS: list[tuple[WireName, Any]] = [
    ("anthropic", {"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}}),
    (
        "openai",
        {
            "type": "response.failed",
            "response": {"error": {"code": "server_error", "message": "Busy."}},
        },
    ),
    ("openai", {"type": "error", "code": "server_error", "message": "Busy."}),
    ("generic-chat-completion-api", {"error": {"code": 503, "message": "Busy."}}),
    (
        "generic-chat-completion-api",
        {
            "error": {"code": 503, "message": "Busy."},
            "choices": [{"delta": {"content": ""}, "finish_reason": "error"}],
        },
    ),
    ("generic-chat-completion-api", {"choices": [{"delta": {}, "finish_reason": "network_error"}]}),
]


@pytest.mark.parametrize(("wire", "event"), ERRORS)
def test_an_error_in_the_stream_is_raised_as_what_it_is(wire: WireName, event: Any) -> None:
    with pytest.raises(Overloaded) as caught:
        decoded(wire, Tape(wire, "", (event,)).body)
    assert "Busy." in caught.value.said or "network_error" in caught.value.said


@pytest.mark.parametrize("wire", WIRES)
def test_what_is_no_json_is_a_broken_stream(wire: WireName) -> None:
    with pytest.raises(BrokenStream, match="cannot be read"):
        decoded(wire, b"data: {broken\n\n")


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("payload", ["[]", "null", "7", '"text"', "{}", "[DONE]", "NaN", "1e999"])
def test_what_is_no_event_is_passed_over(wire: WireName, payload: str) -> None:
    message, complete = decoded(wire, f"data: {payload}\n\n".encode())
    assert (message.content, complete) == ((), False)


@pytest.mark.parametrize("figure", [-1, True, 2**53, 9.5, "9", None, [9], {"9": 9}], ids=repr)
def test_a_figure_that_is_no_count_counts_for_nothing(figure: Any) -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": figure, "cached_tokens": figure}
    tape = chat("", {"content": "A"}, usage=usage)
    assert decoded(tape.wire, tape.body)[0].usage == Usage(input=7)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def distorted(value: Any, draw: Any) -> Any:
    """`value` with some of it left out or replaced by anything at all."""
    fate = draw(st.integers(0, 30))
    if fate == 0:
        return draw(JUNK)
    if isinstance(value, dict):
        return {k: distorted(v, draw) for k, v in value.items() if draw(st.integers(0, 30))}
    if isinstance(value, list | tuple):
        return [distorted(one, draw) for one in value]
    return value


@settings(max_examples=400)
@given(st.sampled_from(TAPES), st.data())
def test_nothing_an_endpoint_makes_up_does_harm(tape: Tape, data: st.DataObject) -> None:
    events = tuple(distorted(event, data.draw) for event in tape.events)
    try:
        message, _ = decoded(tape.wire, tape._replace(events=events).body)
    except ProviderError:
        return
    assert isinstance(message, Assistant)


@given(st.sampled_from(WIRES), st.binary(max_size=400))
def test_nor_do_arbitrary_bytes(wire: WireName, noise: bytes) -> None:
    try:
        decoded(wire, b"data: " + noise + b"\n\n")
    except ProviderError:
        return
