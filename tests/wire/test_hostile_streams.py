"""Nothing an endpoint can send does more harm than an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.core.message import Chunk, Delta
from ownkey.wire.refusals import refusal
from tests.wire.taped import TAPES, WIRES, chunks, decoded, decoder, model, payloads

many = settings(max_examples=settings().max_examples, deadline=None)
"""As many as the profile says: `make fuzz` has a hundred thousand for each decoder."""

NO_JSON = {"chat-no-json-by-the-letter"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)


def tapes_of(wire: str) -> set[str]:
    return {name for name in TAPES if name.startswith(f"{wire}-")}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every object or list in `value` with each of its keys, at any depth."""
    keys: Any = value if isinstance(value, dict) else range(len(value))
    inner = [value[key] for key in keys if isinstance(value[key], dict | list)]
    return [(value, key) for key in keys] + [place for one in inner for place in places(one)]


@pytest.mark.parametrize("wire", WIRES)
@many
@given(st.data())
def test_fields_left_out_or_of_any_other_type_do_no_harm(wire: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(tapes_of(wire) - NO_JSON)))
    events = [json.loads(one) for one in payloads(name) if one.startswith(b"{")]
    for _ in range(data.draw(st.integers(1, 4))):
        holder, key = data.draw(st.sampled_from(places(events) or [([None], 0)]))
        if data.draw(st.booleans()):
            holder[key] = data.draw(JSON)
        else:
            del holder[key]
    stream = b"".join(b"data: %s\n\n" % json.dumps(event).encode() for event in events)
    assert decoded(name, stream)


@pytest.mark.parametrize("name", WIRES)
@many
@given(values=st.lists(JSON.map(json.dumps), max_size=5))
def test_arbitrary_json_does_no_harm(name: str, values: list[str]) -> None:
    assert decoded(name, "".join(f"data: {value}\n\n" for value in values).encode())


@pytest.mark.parametrize("name", WIRES)
@many
@given(first=st.binary(max_size=200), second=st.binary(max_size=200))
def test_arbitrary_bytes_do_no_harm(name: str, first: bytes, second: bytes) -> None:
    assert decoded(name, first, b"data: ", second)


CALL = b'{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":%s}}]}}]}'
BLOCK = b'{"type":"content_block_start","content_block":{"type":"tool_use","input":%s}}'


@pytest.mark.parametrize("name", WIRES)
@pytest.mark.parametrize("depths", [range(800, 1001), [10_000], [1_000_000]], ids=str)
def test_nesting_of_any_depth_does_no_harm(name: str, depths: Iterable[int]) -> None:
    """Python's own limit is a thousand, of which the caller takes a part."""
    for depth in depths:
        nested = b'{"error":' * depth + b"1" + b"}" * depth
        assert decoded(name, b"data: %s\n\n" % nested)
        for outside in (CALL, BLOCK):
            assert decoded(name, b"data: %s\n\n" % (outside % nested))


WISH = b'"Please try again in %sh1m1s."' % (b"9" * 5000)


@pytest.mark.parametrize(
    "error",
    [b'{"code":%s}' % (b"4" * 5000), b'{"code":4e999}', b'{"message":%s}' % WISH, b'"\\ud800"'],
)
@pytest.mark.parametrize("name", WIRES)
def test_an_error_of_any_kind_is_one_of_ours(name: str, error: bytes) -> None:
    kind, _ = decoded(name, b'data: {"type":"error","error":%s}\n\n' % error)
    assert isinstance(kind, str)


def held(kept: list[Chunk]) -> int:
    """Characters that the chunks hold, together."""
    return sum(len(repr(one.part)) for one in kept if isinstance(one, Delta))


@pytest.mark.parametrize(
    "name",
    [
        "anthropic-signature-in-fragments",
        "chat-reasoning-details-merged",
        "chat-reasoning-details-alone",
        "chat-whitespace-after-whole-arguments",
        "chat-one-index-for-all",
        "responses-summary-paragraphs",
        "responses-encrypted-only-in-completed",
    ],
)
def test_what_is_held_grows_no_faster_than_what_came(name: str) -> None:
    """Each event but the last comes a thousand times."""
    *growing, last = payloads(name)
    stream = b"".join(b"data: %s\n\n" % one for one in growing for _ in range(1000))
    came = chunks(decoder(name), stream, b"data: %s\n\n" % last)
    assert held(came) < 2 * len(stream)


@pytest.mark.parametrize(
    "body", [b"[" * 5000, b'{"error":' * 5000, b'{"error":"\xff"}', b'{"error":%s}' % WISH]
)
def test_a_document_of_any_kind_is_one_of_ours(body: bytes) -> None:
    error = refusal.from_response(400, {}, body, url="http://127.0.0.1:9", model=model("chat"))
    assert error.what
