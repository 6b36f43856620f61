"""The usage objects of all providers, each counted by hand into the one `Usage`."""

from __future__ import annotations

from typing import Any

import pytest

from ownkey.core.message import End, Usage
from ownkey.core.model import WireName
from ownkey.wire.request import wire_of
from tests.far import event
from tests.wire.conversations import CHAT, MESSAGES, RESPONSES, model

# Each row's figures were put together by hand from the provider's own description of its
# fields (wire-facts 1A to 1C): what a prompt of 1,000 tokens and an answer of 100 come to.
SAID: list[tuple[str, WireName, dict[str, Any], Usage]] = [
    (
        "Anthropic, both lifetimes",
        MESSAGES,
        {
            "input_tokens": 100,
            "cache_read_input_tokens": 600,
            "cache_creation_input_tokens": 300,
            "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 100},
            "output_tokens": 100,
            "output_tokens_details": {"thinking_tokens": 40},
        },
        Usage(100, 100, 600, 300, 40, 100),
    ),
    (
        "Anthropic's clones, nulls",
        MESSAGES,
        {
            "input_tokens": 1000,
            "cache_read_input_tokens": None,
            "cache_creation_input_tokens": None,
            "output_tokens": 100,
        },
        Usage(1000, 100),
    ),
    (
        "OpenAI Responses",
        RESPONSES,
        {
            "input_tokens": 1000,
            "input_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 300},
            "output_tokens": 100,
            "output_tokens_details": {"reasoning_tokens": 40},
            "total_tokens": 1100,
        },
        Usage(100, 100, 600, 300, 40),
    ),
    (
        "Responses of a clone, no details",
        RESPONSES,
        {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100},
        Usage(1000, 100),
    ),
    (
        "OpenAI Chat",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_tokens": 1100,
            "prompt_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 300},
            "completion_tokens_details": {"reasoning_tokens": 40},
        },
        Usage(100, 100, 600, 300, 40),
    ),
    (
        "OpenRouter",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_tokens": 1100,
            "cost": 0.0125,
            "cost_details": {"upstream_inference_cost": 0.0125},
            "prompt_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 300},
        },
        Usage(100, 100, 600, 300, cost=0.0125),
    ),
    (
        "DeepSeek",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_tokens": 1100,
            "prompt_cache_hit_tokens": 600,
            "prompt_cache_miss_tokens": 400,
            "completion_tokens_details": {"reasoning_tokens": 40},
        },
        Usage(400, 100, 600, 0, 40),
    ),
    (
        "Moonshot",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_tokens": 1100,
            "cached_tokens": 600,
        },
        Usage(400, 100, 600),
    ),
    (
        "DashScope",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_tokens": 1100,
            "prompt_tokens_details": {
                "cached_tokens": 600,
                "cache_creation_input_tokens": 300,
                "cache_type": "ephemeral",
            },
        },
        Usage(100, 100, 600, 300),
    ),
    (
        "Mistral",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_tokens": 1100,
            "num_cached_tokens": 600,
        },
        Usage(400, 100, 600),
    ),
    (
        "Mistral, as it is spelled",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_tokens": 1100,
            "prompt_token_details": {"cached_tokens": 600},
        },
        Usage(400, 100, 600),
    ),
    (
        "xAI leaves out the reasoning",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 60,
            "total_tokens": 1100,
            "prompt_tokens_details": {"cached_tokens": 600},
            "completion_tokens_details": {"reasoning_tokens": 40},
        },
        Usage(400, 100, 600, 0, 40),
    ),
    (
        "xAI at times leaves out the cache",
        CHAT,
        {
            "prompt_tokens": 400,
            "completion_tokens": 100,
            "total_tokens": 500,
            "prompt_tokens_details": {"cached_tokens": 600},
        },
        Usage(400, 100, 600),
    ),
    (
        "DeepInfra's Gemini leaves out the reasoning",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 30,
            "total_tokens": 1030,
            "completion_tokens_details": {"reasoning_tokens": 70},
        },
        Usage(1000, 100, 0, 0, 70),
    ),
    (
        "Groq",
        CHAT,
        {
            "queue_time": 0.02,
            "prompt_tokens": 1000,
            "prompt_time": 0.01,
            "completion_tokens": 100,
            "completion_time": 0.1,
            "total_tokens": 1100,
            "prompt_tokens_details": {"cached_tokens": 600},
        },
        Usage(400, 100, 600),
    ),
    (
        "LiteLLM says it twice",
        CHAT,
        {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_tokens": 1100,
            "prompt_tokens_details": {"cached_tokens": 600},
            "cache_read_input_tokens": 600,
            "cache_creation_input_tokens": 300,
        },
        Usage(100, 100, 600, 300),
    ),
    (
        "Ollama, and vLLM as it comes",
        CHAT,
        {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
        Usage(1000, 100),
    ),
    (
        "nothing is what it should be",
        CHAT,
        {
            "prompt_tokens": "1000",
            "completion_tokens": -3,
            "prompt_tokens_details": None,
            "cost": "free",
        },
        Usage(),
    ),
]


def events(wire: WireName, usage: dict[str, Any]) -> list[dict[str, Any]]:
    """The end of an answer, with this usage."""
    if wire == MESSAGES:
        prompt = {name: count for name, count in usage.items() if name != "output_tokens"}
        return [
            {"type": "message_start", "message": {"usage": prompt}},
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn"},
                "usage": {name: count for name, count in usage.items() if "output" in name},
            },
            {"type": "message_stop"},
        ]
    if wire == RESPONSES:
        response = {"id": "r", "status": "completed", "output": [], "usage": usage}
        return [{"type": "response.completed", "response": response}]
    return [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": usage}]


@pytest.mark.parametrize(
    ("wire", "usage", "counted"), [row[1:] for row in SAID], ids=[row[0] for row in SAID]
)
def test_every_token_is_counted_once(wire: WireName, usage: dict[str, Any], counted: Usage) -> None:
    decoder = wire_of(wire).decoder(model(wire))
    chunks = [
        chunk
        for one in events(wire, usage)
        for chunk in decoder.feed(event(one).removeprefix(b"data: ").strip())
    ]
    ends = [chunk.usage for chunk in chunks if isinstance(chunk, End) and chunk.usage]
    assert (ends[-1] if ends else Usage()) == counted
