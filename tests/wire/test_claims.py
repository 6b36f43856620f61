"""What hosts say of their models, each in fields of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.figure import Claims
from ownkey.core.price import Rates
from ownkey.wire.claims import read
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory
from tests.far import Act, Far, Reply, refusal, reply
from tests.wire.conversations import CHAT, MESSAGES, model

OPENROUTER = {
    "id": "big-1",
    "context_length": 262_144,
    "architecture": {"input_modalities": ["text", "image"]},
    "top_provider": {"max_completion_tokens": 65_536},
    "pricing": {
        "prompt": "0.0000003",
        "completion": "0.0000012",
        "input_cache_read": "0.00000003",
        "input_cache_write": "0",
    },
    "supported_parameters": ["tools", "reasoning", "temperature"],
}

HOUSES: list[tuple[str, Any, Claims]] = [
    (
        "OpenRouter",
        {"data": [{"id": "other"}, OPENROUTER]},
        Claims(
            source="s",
            window=262_144,
            max_output=65_536,
            images=True,
            tools=True,
            reasoning=True,
            rates=Rates(input=0.3, output=1.2, cache_read=0.03),
        ),
    ),
    (
        "OpenRouter, free",
        {"data": [{"id": "big-1", "pricing": {"prompt": "0", "completion": "0"}}]},
        Claims(source="s", rates=Rates(input=0, output=0)),
    ),
    (
        "OpenRouter, a router",
        {
            "data": [
                {
                    "id": "big-1",
                    "context_length": 9,
                    "pricing": {"prompt": "-1", "completion": "-1"},
                }
            ]
        },
        Claims(source="s", window=9),
    ),
    (
        "Groq",
        {"data": [{"id": "big-1", "context_window": 131_072, "max_completion_tokens": 32_768}]},
        Claims(source="s", window=131_072, max_output=32_768),
    ),
    (
        "Together",
        [{"id": "big-1", "context_length": 8_192, "pricing": {"input": 0.6, "output": 1.7}}],
        Claims(source="s", window=8_192, rates=Rates(input=0.6, output=1.7)),
    ),
    (
        "DeepInfra",
        {
            "data": [
                {
                    "id": "big-1",
                    "metadata": {
                        "context_length": 40_960,
                        "max_tokens": 40_000,
                        "pricing": {
                            "input_tokens": 0.1,
                            "output_tokens": 0.4,
                            "cache_read_tokens": 0.05,
                        },
                    },
                }
            ]
        },
        Claims(
            source="s",
            window=40_960,
            max_output=40_000,
            rates=Rates(input=0.1, output=0.4, cache_read=0.05),
        ),
    ),
    (
        "Vercel",
        {
            "data": [
                {
                    "id": "big-1",
                    "context_window": 200_000,
                    "max_tokens": 64_000,
                    "pricing": {
                        "input": "0.000003",
                        "output": "0.000015",
                        "input_cache_read": "0.0000003",
                        "input_cache_write": "0.00000375",
                    },
                }
            ]
        },
        Claims(
            source="s",
            window=200_000,
            max_output=64_000,
            rates=Rates(input=3, output=15, cache_read=0.3, cache_write=3.75),
        ),
    ),
    (
        "Fireworks",
        {
            "data": [
                {
                    "id": "big-1",
                    "context_length": 1_048_576,
                    "supports_image_input": False,
                    "supports_tools": True,
                }
            ]
        },
        Claims(source="s", window=1_048_576, images=False, tools=True),
    ),
    (
        "Mistral",
        {
            "data": [
                {
                    "id": "big-1",
                    "max_context_length": 131_072,
                    "capabilities": {"vision": True, "function_calling": True},
                }
            ]
        },
        Claims(source="s", window=131_072, images=True, tools=True),
    ),
    (
        "Moonshot",
        {
            "data": [
                {
                    "id": "big-1",
                    "context_length": 262_144,
                    "supports_image_in": True,
                    "supports_reasoning": False,
                }
            ]
        },
        Claims(source="s", window=262_144, images=True, reasoning=False),
    ),
    (
        "Anthropic",
        {
            "data": [
                {
                    "id": "big-1",
                    "max_input_tokens": 1_000_000,
                    "max_tokens": 128_000,
                    "capabilities": {
                        "image_input": {"supported": True},
                        "thinking": {"supported": True},
                    },
                }
            ]
        },
        Claims(source="s", window=1_000_000, max_output=128_000, images=True, reasoning=True),
    ),
]


@pytest.mark.parametrize(
    ("document", "claims"), [row[1:] for row in HOUSES], ids=[row[0] for row in HOUSES]
)
def test_each_house_says_it_in_its_own_way(document: Any, claims: Claims) -> None:
    assert read(document, "big-1", "s") == claims


@pytest.mark.parametrize("document", [None, [], {}, {"data": [{"id": "big-1"}]}, "big-1", 7])
def test_a_list_that_says_nothing_claims_nothing(document: Any) -> None:
    assert read(document, "big-1", "s") is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "data", "pricing", "prompt", "completion", "metadata", "x"]),
            inner,
            max_size=5,
        )
    ),
)


@given(anything)
def test_no_list_can_break_it(document: Any) -> None:
    read(document, "big-1", "s")
    read({"data": [{"id": "big-1", "pricing": document, "context_length": document}]}, "big-1", "s")


def ask(far: Far, memory: Memory) -> Claims | None:
    async def asked() -> Claims | None:
        client = Client(memory=memory)
        try:
            return await client.claims(model(CHAT, f"{far.url}/v1", "big-1"))
        finally:
            await client.aclose()

    return asyncio.run(asked())


def listing(body: Any) -> Reply:
    return refusal(200, body)


def test_what_was_said_is_kept_with_its_day(tmp_path: Path) -> None:
    file = tmp_path / "dialects.json"
    with Far(facts={"/v1/models": listing({"data": [OPENROUTER]})}) as far:
        said = ask(far, Memory(file))
        kept = Memory(file).claims(model(CHAT, f"{far.url}/v1", "big-1"))
        (looked,) = far.looks
    assert said is not None
    assert said == kept
    assert "/v1/models, 20" in said.source
    assert looked.headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize(
    "answer",
    [refusal(404), refusal(200, "<html>"), refusal(302, location="http://127.0.0.1:1/"), None],
)
def test_an_endpoint_without_a_list_claims_nothing(tmp_path: Path, answer: Reply | None) -> None:
    broken = reply(200, b'{"data": [', Act.RESET)
    with Far(facts={"/v1/models": answer or broken}) as far:
        assert ask(far, Memory(tmp_path / "dialects.json")) is None


def test_an_ollama_is_asked_what_its_model_can(tmp_path: Path) -> None:
    shown = {
        "capabilities": ["completion", "tools"],
        "model_info": {"qwen3.context_length": 40_960},
    }
    with Far(
        refusal(200, shown), facts={"/v1/models": listing({"data": [{"id": "big-1"}]})}
    ) as far:
        said = ask(far, Memory(tmp_path / "dialects.json"))
    assert said is not None
    assert (said.tools, said.images, said.reasoning, said.window) == (True, False, False, None)
    assert far.requests[0].path == "/api/show"
    assert far.requests[0].json == {"model": "big-1"}


def test_what_was_said_long_ago_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "dialects.json"
    asked = model(MESSAGES)
    name = f"{asked.wire} {asked.origin.host} {asked.name}"
    old = f'{{"{name}": {{"claims": {{"source": "s", "window": 9000}}, "claimed": "2025-01-01"}}}}'
    file.write_text(old)
    assert Memory(file).claims(asked) is None
