"""What real providers sent, read where it lies: it is not part of this repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.core.message import Assistant, Thinking, Usage
from ownkey.core.model import WireName
from ownkey.wire.refusals import refusal
from tests.wire.test_decoding import decoded, model

FOLDER = Path(__file__).parents[2].parent / "shared" / "captures"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no recorded bodies at {FOLDER}")

NAMES: dict[str, WireName] = {
    "anthropic-messages": "anthropic",
    "openai-responses": "openai",
    "openai-chat": "generic-chat-completion-api",
}
LOCAL = {"messages": "anthropic-messages", "responses": "openai-responses", "chat": "openai-chat"}
"""The second word of a file that the index leaves out, and what it stands for."""


def recorded(ending: str) -> dict[str, dict[str, Any]]:
    if not FOLDER.is_dir():
        return {}
    rows = json.loads((FOLDER / "index.json").read_text("utf-8"))
    for path in sorted((FOLDER / "local").iterdir()):
        wire = LOCAL[path.name.split("-")[1]]
        status = 400 if "-error-" in path.name else 200
        rows.append({"file": f"local/{path.name}", "wire": wire, "status": status})
    return {row["file"]: row for row in rows if row["file"].endswith(ending)}


STREAMS = {name: row for name, row in recorded(".sse").items() if row.get("status") in (None, 200)}


def body(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def folded(name: str, *pieces: bytes) -> tuple[Assistant, bool]:
    wire = NAMES[STREAMS[name]["wire"]]
    return decoded(wire, *(pieces or (body(name),)))


@pytest.mark.parametrize("name", STREAMS)
def test_every_stream_makes_a_whole_message(name: str) -> None:
    message, complete = folded(name)
    assert complete
    assert message.text or message.calls
    assert message.usage.output > 0 or b'"usage"' not in body(name)
    assert all(call.id and call.name for call in message.calls)


@settings(max_examples=25)
@given(st.data())
@pytest.mark.parametrize("name", STREAMS)
def test_no_cut_makes_a_difference(name: str, data: st.DataObject) -> None:
    whole = body(name)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=30)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert folded(name, *pieces) == folded(name)


HELLO = "Hello! How can I assist you today?"
GLAD = "I'm glad to make your acquaintance. I'm a creative"
LISTED = ("list_files", '{"path": "src/files/list_files"}')

# Read in the bodies by hand: how the text begins, the calls, the figures.
FIGURES: list[tuple[str, str, list[tuple[str, str]], Usage]] = [
    (
        "anthropic/tool-search-stream.sse",
        "Let me search for a tool that can provide current ",
        [("get_exchange_rate", '{"from_currency": "USD", "to_currency": "EUR"}')],
        Usage(1591, 175),
    ),
    (
        "anthropic/llm-tools-0.sse",
        "",
        [("pelican_name_generator", ""), ("pelican_name_generator", "")],
        Usage(542, 62),
    ),
    (
        "anthropic/server-code-exec-stream.sse",
        "I'll calculate that expression for you",
        [],
        Usage(4714, 304),
    ),
    (
        "openai-responses/function-call-stream.sse",
        "",
        [("get_capital", '{"country":"France"}')],
        Usage(255, 16),
    ),
    ("openai-responses/text-stream.sse", "The capital of France is Paris.", [], Usage(278, 9)),
    ("openai-responses/phase-final-stream.sse", "The capital of PotatoLand is", [], Usage(147, 16)),
    (
        "openai-responses/web-search-cached-stream.sse",
        "San Francisco weather today",
        [],
        Usage(1143, 582, 8320, 0, 512),
    ),
    (
        "openai-responses/reasoning-summary-stream.sse",
        "I'm not a road safety",
        [],
        Usage(13, 1680, 0, 0, 1408),
    ),
    (
        "deepseek/responses-text-stream.sse",
        "The current temperature in Tokyo is",
        [],
        Usage(56, 14, 384),
    ),
    (
        "openai-chat/two-tools-stream.sse",
        "",
        [("get_country", "{}"), ("get_product_name", "{}")],
        Usage(364, 40),
    ),
    (
        "openai-chat/parallel-tools-stream.sse",
        "",
        [("get_weather", '{"city":"Mexico City"}')],
        Usage(423, 15),
    ),
    (
        "openai-chat/llm-tools-streaming-variant-a-0.sse",
        "",
        [("llm_version", "{}")],
        Usage(57, 17, cost=7.159e-05),
    ),
    (
        "groq/tool-call-stream.sse",
        "",
        [("get_something_by_name", '{"name":"example"}')],
        Usage(304, 49, 0, 0, 23),
    ),
    (
        "openrouter/comments-cost-stream.sse",
        "I'm Grok, an AI built by xAI.",
        [],
        Usage(8, 187, 679, 0, 118, cost=0.00333825),
    ),
    (
        "openrouter/reasoning-details-stream.sse",
        "2 + 2 = 4",
        [],
        Usage(43, 36, 0, 0, 13, cost=0.000669),
    ),
    ("huggingface/text-stream.sse", "Paris", [], Usage(40, 2)),
    ("openrouter/cache-e2e-stream.sse", "Hello!", [], Usage(254, 5, cost=0.000837)),
    ("local/litellm-chat-over-anthropic.sse", HELLO, [], Usage(1, 10, 21)),
    ("local/litellm-messages-over-llamacpp.sse", "Hello! How can I help", [], Usage(1, 10, 21)),
    ("local/litellm-responses-over-anthropic.sse", HELLO, [], Usage(1, 10, 21)),
    ("local/llamacpp-chat-text.sse", GLAD, [], Usage(22, 12)),
    ("local/llamacpp-messages-text.sse", GLAD, [], Usage(1, 12, 21)),
    ("local/llamacpp-responses-text.sse", GLAD, [], Usage(1, 12, 21)),
    ("local/llamacpp-chat-tool-auto.sse", "", [LISTED], Usage(1, 37, 549)),
    ("local/llamacpp-messages-tool-auto.sse", "", [LISTED], Usage(1, 37, 549)),
    ("local/llamacpp-responses-tool-auto.sse", "", [LISTED], Usage(1, 37, 549)),
]


@pytest.mark.parametrize(("name", "text", "calls", "usage"), FIGURES, ids=[r[0] for r in FIGURES])
def test_a_stream_says_what_was_read_in_it(
    name: str, text: str, calls: list[tuple[str, str]], usage: Usage
) -> None:
    message, _ = folded(name)
    assert message.text.startswith(text)
    assert [(call.name, call.arguments) for call in message.calls] == calls
    assert message.usage == usage


@pytest.mark.parametrize(
    "name", ["openrouter/reasoning-details-stream.sse", "groq/tool-call-stream.sse"]
)
def test_reasoning_comes_with_what_takes_it_back(name: str) -> None:
    thoughts = [part for part in folded(name)[0].content if isinstance(part, Thinking)]
    assert [bool(part.text and part.opaque) for part in thoughts] == [True]


REFUSALS = [
    ("anthropic/error-400.json", "bad-request"),
    ("anthropic/error-404-model.json", "unknown-model"),
    ("anthropic/count-tokens-error.json", "unknown-model"),
    ("openai-chat/error-404-model.json", "unknown-model"),
    ("openai-responses/error-400-model.json", "unknown-model"),
    ("openai-responses/error-400-reasoning-item.json", "bad-request"),
    ("deepseek/responses-error-400.json", "bad-request"),
    ("groq/error-400-tool-use-failed.json", "bad-call"),
    ("openrouter/error-429-upstream.json", "rate-limited"),
    ("local/llamacpp-chat-error-overflow.json", "too-long"),
    ("local/llamacpp-messages-error-overflow.json", "too-long"),
    ("local/llamacpp-messages-error-overflow-stream.sse", "too-long"),
]


@pytest.mark.parametrize(("name", "kind"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_is_named(name: str, kind: str) -> None:
    status = recorded(name)[name]["status"]
    asked = model("generic-chat-completion-api")
    error = refusal.from_response(status, {}, body(name), url="http://127.0.0.1:9/v1", model=asked)
    assert (error.kind, bool(error.said), bool(error.hint)) == (kind, True, True)


@pytest.mark.parametrize("name", STREAMS)
def test_a_third_of_a_stream_is_part_of_a_message(name: str) -> None:
    whole, _ = folded(name)
    events = body(name).split(b"\n\n")
    part, complete = folded(name, b"\n\n".join(events[: len(events) // 3]) + b"\n\n")
    assert not complete
    assert whole.text.startswith(part.text)
