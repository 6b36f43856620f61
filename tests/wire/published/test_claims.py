"""What hosts say of their models, each in fields of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.figure import Claims
from ownkey.core.model import Secret, WireName
from ownkey.core.price import Rates
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory
from ownkey.wire.published import claims
from ownkey.wire.published.claims import read
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
                    "context_length": 8_192,
                    "pricing": {"prompt": "-1", "completion": "-1"},
                }
            ]
        },
        Claims(source="s", window=8_192),
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
    (
        "OpenRouter, whose first provider reads less",
        {"data": [{**OPENROUTER, "top_provider": {"context_length": 131_072}}]},
        Claims(
            source="s",
            window=131_072,
            images=True,
            tools=True,
            reasoning=True,
            rates=Rates(input=0.3, output=1.2, cache_read=0.03),
        ),
    ),
    (
        "xAI",
        {
            "data": [
                {
                    "id": "big-1-0309",
                    "aliases": ["big-1"],
                    "context_length": 256_000,
                    "input_modalities": ["text", "image"],
                    "prompt_text_token_price": 30_000,
                    "cached_prompt_text_token_price": 7500,
                    "completion_text_token_price": 150_000,
                }
            ]
        },
        Claims(
            source="s",
            window=256_000,
            images=True,
            rates=Rates(input=3, output=15, cache_read=0.75),
        ),
    ),
    (
        "LiteLLM",
        {"data": [{"id": "big-1", "max_input_tokens": 128_000, "max_output_tokens": 16_384}]},
        Claims(source="s", window=128_000, max_output=16_384),
    ),
    (
        "llama.cpp",
        {"data": [{"id": "big-1", "meta": {"n_ctx": 8192, "n_ctx_train": 131_072}}]},
        Claims(source="s", window=8192),
    ),
    (
        "vLLM",
        {"data": [{"id": "big-1", "owned_by": "vllm", "max_model_len": 40_960}]},
        Claims(source="s", window=40_960),
    ),
]


@pytest.mark.parametrize(
    ("document", "expected"), [row[1:] for row in HOUSES], ids=[row[0] for row in HOUSES]
)
def test_each_house_says_it_in_its_own_way(document: Any, expected: Claims) -> None:
    assert read(document, "big-1", "s") == expected


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


def ask(far: Far, memory: Memory, wire: WireName = CHAT) -> Claims | None:
    async def asked() -> Claims | None:
        client = Client(memory=memory)
        try:
            return await client.claims(model(wire, f"{far.url}/v1", "big-1"))
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


def ollama(show: Any) -> dict[str, Reply]:
    return {
        "/v1/models": listing({"data": [{"id": "big-1", "owned_by": "library"}]}),
        "/api/version": refusal(200, {"version": "0.40.1"}),
        "/api/show": refusal(200, show),
    }


def test_an_ollama_is_asked_what_its_model_can_and_is_set_to_read() -> None:
    shown = {
        "capabilities": ["completion", "tools"],
        "model_info": {"qwen3.context_length": 40_960},
    }
    with Far(facts=ollama(shown)) as far:
        said = ask(far, Memory())
    assert said is not None
    assert (said.tools, said.images, said.reasoning, said.window) == (True, False, False, None)
    assert far.looks[-1].path == "/api/show"
    assert far.looks[-1].json == {"model": "big-1"}
    parameters = 'stop    "<|im_end|>"\nnum_ctx    16384\ntop_k 20'
    with Far(facts=ollama({**shown, "parameters": parameters})) as far:
        said = ask(far, Memory())
    assert said is not None
    assert said.window == 16_384


def test_what_runs_on_ollamas_cloud_reads_all_that_it_was_made_for() -> None:
    shown = {
        "model_info": {"general.architecture": "glm", "glm.context_length": 202_752},
        "remote_host": "https://ollama.com:443",
    }
    with Far(facts=ollama(shown)) as far:
        said = ask(far, Memory())
    assert said is not None
    assert said.window == 202_752


def test_no_other_server_is_sent_ollamas_question() -> None:
    with Far(facts={"/v1/models": listing({"data": [{"id": "big-1"}]})}) as far:
        assert ask(far, Memory()) is None
    assert far.requests == []


def test_a_list_is_found_with_and_without_v1() -> None:
    with Far(facts={"/models": listing({"data": [OPENROUTER]})}) as far:
        said = ask(far, Memory())
    assert said is not None
    assert f"{far.url}/models, 20" in said.source


def test_anthropic_is_asked_for_the_model_by_its_name() -> None:
    """Its list has the dated names alone, and is long."""
    one = {"type": "model", "id": "big-1-20261001", "max_input_tokens": 1_000_000}
    with Far(facts={"/v1/models/big-1": refusal(200, one)}) as far:
        said = ask(far, Memory(), MESSAGES)
    assert said is not None
    assert said.window == 1_000_000


def test_who_imitates_messages_is_asked_for_its_list() -> None:
    with Far(facts={"/v1/models": listing({"data": [OPENROUTER]})}) as far:
        assert ask(far, Memory(), MESSAGES) is not None
    assert [look.path for look in far.looks][-2:] == ["/v1/models/big-1", "/v1/models"]


def test_who_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "PATIENCE", 0.2)
    with Far(facts={"/v1/models": reply(200, b'{"data": [', Act.STALL)}) as far:
        assert ask(far, Memory()) is None
        assert far.stalled.is_set()


def test_a_key_that_cannot_be_sent_is_not_sent() -> None:
    async def look(url: str) -> Claims | None:
        client = Client()
        key = Secret("test-key\nnot-real-1")
        asked = msgspec.structs.replace(model(CHAT, url, "big-1"), key=key)
        try:
            return await client.claims(asked)
        finally:
            await client.aclose()

    with Far(facts={"/v1/models": listing({"data": [OPENROUTER]})}) as far:
        assert asyncio.run(look(far.url)) is None
    assert far.connections == 0


def test_what_was_said_long_ago_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "dialects.json"
    asked = model(MESSAGES)
    name = f"{asked.wire} {asked.origin.host} {asked.name}"
    old = f'{{"{name}": {{"claims": {{"source": "s", "window": 9000}}, "claimed": "2025-01-01"}}}}'
    file.write_text(old)
    assert Memory(file).claims(asked) is None
