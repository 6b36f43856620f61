"""What each house says of its models, over a real socket, and what cannot be read there."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ownkey.core.figure import Claims
from ownkey.core.model import Model, Secret, WireName
from ownkey.core.price import Rates
from ownkey.wire import claims
from ownkey.wire.client import Client
from ownkey.wire.memory import Dialect, Memory, today
from ownkey.wire.page import LARGEST
from ownkey.wire.transport import Transport
from tests.far import Act, Far, Reply, refusal, reply

ON = date(2026, 11, 23)
OTHER = {"id": "other", "context_length": 1024, "supports_image_in": True}


def model(url: str, name: str, wire: WireName = "generic-chat-completion-api") -> Model:
    return Model(
        id="custom:Far-0",
        name=name,
        wire=wire,
        base_url=url,
        display_name="Far",
        key=Secret("test-key-not-real-1"),
        source="settings.json:3:5",
    )


def ask(far: Far, name: str = "m", wire: WireName = "generic-chat-completion-api") -> Any:
    async def question() -> tuple[Claims, ...]:
        transport = Transport()
        try:
            return await claims.ask(transport, model(far.url, name, wire), ON)
        finally:
            await transport.aclose()

    return asyncio.run(question())


def told(document: Any, name: str) -> dict[str, Any]:
    """The claims that a list makes, without where and when."""
    with Far(facts={"/v1/models": refusal(200, document)}) as far:
        (said,) = ask(far, name)
        assert far.looks[0].headers["authorization"] == "Bearer test-key-not-real-1"
    assert (said.source, said.on) == (f"{far.url}/v1/models", ON)
    kept = msgspec.structs.asdict(said)
    return {name: kept[name] for name in kept if kept[name] and name not in ("source", "on")} | {
        name: False for name in ("images", "tools", "reasoning") if kept[name] is False
    }


OPENROUTER = {
    "id": "z-ai/glm-5",
    "name": "Z.AI: GLM 5",
    "context_length": 202_752,
    "architecture": {"modality": "text->text", "input_modalities": ["text"]},
    "pricing": {
        "prompt": "0.0000008",
        "completion": "0.00000256",
        "request": "0",
        "input_cache_read": "0.00000016",
        "input_cache_write": "0.000001",
    },
    "top_provider": {"context_length": 200_000, "max_completion_tokens": 131_072},
    "supported_parameters": ["max_tokens", "reasoning", "tools"],
}
HOUSES: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "OpenRouter": (
        {"data": [OTHER, OPENROUTER]},
        "z-ai/glm-5",
        {
            "window": 200_000,
            "max_output": 131_072,
            "rates": Rates(input=0.8, output=2.56, cache_read=0.16, cache_write=1),
            "tools": True,
            "reasoning": True,
            "images": False,
        },
    ),
    "Groq": (
        {"data": [{"id": "llama-9", "context_window": 131_072, "max_completion_tokens": 8192}]},
        "llama-9",
        {"window": 131_072, "max_output": 8192},
    ),
    "Together": (
        [
            OTHER,
            {
                "id": "moonshotai/Kimi-K2",
                "type": "chat",
                "context_length": 262_144,
                "pricing": {"hourly": 0, "input": 0.5, "output": 2.8, "base": 0},
            },
        ],
        "moonshotai/Kimi-K2",
        {"window": 262_144, "rates": Rates(input=0.5, output=2.8)},
    ),
    "DeepInfra": (
        {
            "data": [
                {
                    "id": "vendor/model-a",
                    "metadata": {
                        "context_length": 163_840,
                        "max_tokens": 16_384,
                        "pricing": {
                            "input_tokens": 0.1,
                            "output_tokens": 0.3,
                            "cache_read_tokens": 0.02,
                        },
                    },
                }
            ]
        },
        "vendor/model-a",
        {
            "window": 163_840,
            "max_output": 16_384,
            "rates": Rates(input=0.1, output=0.3, cache_read=0.02),
        },
    ),
    "Fireworks": (
        {
            "data": [
                {
                    "id": "accounts/fireworks/models/kimi-k3",
                    "context_length": 262_144,
                    "supports_image_input": True,
                    "supports_tools": True,
                }
            ]
        },
        "accounts/fireworks/models/kimi-k3",
        {"window": 262_144, "images": True, "tools": True},
    ),
    "Mistral": (
        {
            "data": [
                {
                    "id": "devstral-2512",
                    "aliases": ["devstral-latest"],
                    "max_context_length": 262_144,
                    "capabilities": {"function_calling": True, "vision": False},
                }
            ]
        },
        "devstral-latest",
        {"window": 262_144, "tools": True, "images": False},
    ),
    "Moonshot": (
        {
            "data": [
                {
                    "id": "kimi-k3",
                    "context_length": 1_048_576,
                    "supports_image_in": True,
                    "supports_reasoning": True,
                }
            ]
        },
        "kimi-k3",
        {"window": 1_048_576, "images": True, "reasoning": True},
    ),
    "Vercel": (
        {
            "data": [
                {
                    "id": "openai/gpt-9",
                    "context_window": 400_000,
                    "max_tokens": 128_000,
                    "tags": ["tool-use", "vision"],
                    "pricing": {
                        "input": "0.00000125",
                        "output": "0.00001",
                        "input_cache_read": "0.000000125",
                    },
                }
            ]
        },
        "openai/gpt-9",
        {
            "window": 400_000,
            "max_output": 128_000,
            "rates": Rates(input=1.25, output=10, cache_read=0.125),
            "images": True,
            "tools": True,
        },
    ),
    "xAI": (
        {
            "data": [
                {
                    "id": "grok-9",
                    "context_length": 256_000,
                    "input_modalities": ["text", "image"],
                    "prompt_text_token_price": 30_000,
                    "cached_prompt_text_token_price": 7500,
                    "completion_text_token_price": 150_000,
                }
            ]
        },
        "grok-9",
        {
            "window": 256_000,
            "rates": Rates(input=3, output=15, cache_read=0.75),
            "images": True,
        },
    ),
    "vLLM": (
        {"data": [{"id": "Qwen/Qwen3", "owned_by": "vllm", "max_model_len": 40_960}]},
        "Qwen/Qwen3",
        {"window": 40_960},
    ),
    "llama.cpp": (
        {"data": [{"id": "m.gguf", "meta": {"n_ctx": 8192, "n_ctx_train": 131_072}}]},
        "m.gguf",
        {"window": 8192},
    ),
    "LiteLLM": (
        {"data": [{"id": "gpt", "max_input_tokens": 128_000, "max_output_tokens": 16_384}]},
        "gpt",
        {"window": 128_000, "max_output": 16_384},
    ),
}


@pytest.mark.parametrize("house", HOUSES)
def test_each_house_is_understood(house: str) -> None:
    document, name, expected = HOUSES[house]
    assert told(document, name) == expected


def test_anthropic_knows_its_models_by_their_short_names_too() -> None:
    one = {
        "type": "model",
        "id": "claude-sonnet-9-20261001",
        "max_input_tokens": 1_000_000,
        "max_tokens": 64_000,
        "capabilities": {"image_input": {"supported": True}, "thinking": {"supported": False}},
    }
    with Far(facts={"/v1/models/claude-sonnet-9": refusal(200, one)}) as far:
        (said,) = ask(far, "claude-sonnet-9", "anthropic")
    assert said == Claims(
        source=f"{far.url}/v1/models/claude-sonnet-9",
        on=ON,
        window=1_000_000,
        max_output=64_000,
        images=True,
        reasoning=False,
    )


def test_a_list_is_found_with_and_without_v1() -> None:
    with Far(
        facts={"/models": refusal(200, {"data": [{"id": "m", "max_model_len": 8192}]})}
    ) as far:
        (said,) = ask(far)
    assert said.source == f"{far.url}/models"


def test_who_only_imitates_messages_is_asked_for_its_list() -> None:
    listed = refusal(200, {"data": [{"id": "vendor/m", "context_length": 65_536}]})
    with Far(facts={"/v1/models": listed}) as far:
        (said,) = ask(far, "vendor/m", "anthropic")
    assert said.window == 65_536
    assert [look.path for look in far.looks[:2]] == ["/v1/models/vendor%2Fm", "/v1/models"]


def ollama(show: Any) -> dict[str, Reply]:
    listed = {"data": [{"id": "qwen3:8b", "object": "model", "owned_by": "library"}]}
    return {
        "/v1/models": refusal(200, listed),
        "/api/version": refusal(200, {"version": "0.40.1"}),
        "/api/show": refusal(200, show),
    }


def test_ollama_says_what_a_model_can_and_not_what_it_was_trained_for() -> None:
    show = {
        "capabilities": ["completion", "tools", "thinking"],
        "model_info": {"qwen3.context_length": 40_960},
        "parameters": 'stop    "<|im_end|>"\nnum_ctx    16384\ntop_k 20',
    }
    with Far(facts=ollama(show)) as far:
        (said,) = ask(far, "qwen3:8b")
        assert far.looks[-1].json == {"model": "qwen3:8b"}
    assert (said.images, said.tools, said.reasoning) == (False, True, True)
    assert said.window == 16_384
    with Far(facts=ollama({**show, "parameters": ""})) as far:
        (said,) = ask(far, "qwen3:8b")
    assert said.window is None


def test_what_runs_on_ollamas_cloud_has_its_whole_length() -> None:
    show = {
        "capabilities": ["completion", "vision"],
        "model_info": {"general.architecture": "glm", "glm.context_length": 202_752},
        "remote_host": "https://ollama.com:443",
    }
    with Far(facts=ollama(show)) as far:
        (said,) = ask(far, "glm-5:cloud")
    assert said.window == 202_752
    assert said.source == f"{far.url}/api/show"


def test_no_other_server_is_sent_ollamas_question() -> None:
    with Far(facts={"/v1/models": refusal(200, {"data": [OTHER]})}) as far:
        ask(far)
    assert far.requests == []


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        "m",
        [],
        [["m"]],
        {"data": None},
        {"data": {"id": "m"}},
        {"data": [None, 7, {"id": ["m"]}]},
        {"data": [OTHER]},
        {"data": [{"id": "m"}]},
        {"data": [{"id": "m", "context_length": "lots", "pricing": [], "capabilities": 3}]},
    ],
    ids=json.dumps,
)
@pytest.mark.parametrize("wire", ["generic-chat-completion-api", "anthropic"])
def test_who_says_nothing_of_it_makes_no_claims(document: Any, wire: WireName) -> None:
    answer = refusal(200, document)
    with Far(facts={"/v1/models": answer, "/v1/models/m": answer}) as far:
        assert ask(far, "m", wire) == ()


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404),
        refusal(401, {"error": "no"}),
        refusal(200, "<html>"),
        refusal(200, "[" * 100_000),
        reply(200, b"\xff\xfe"),
        refusal(200, "x" * (LARGEST + 1)),
        reply(200, b'{"data": [{"id": "m", "context_length": 65536}', Act.RESET),
        reply(200, Act.HANG_UP),
        refusal(302, location="http://127.0.0.1:9/v1/models"),
    ],
    ids=["none", "refused", "a page", "deep", "bytes", "endless", "reset", "cut", "elsewhere"],
)
def test_what_cannot_be_read_is_no_claim(answer: Reply) -> None:
    with Far(facts={"/v1/models": answer}) as far:
        assert ask(far) == ()


def test_a_key_that_cannot_be_sent_is_not_sent() -> None:
    async def look(url: str) -> None:
        client = Client()
        key = Secret("test-key\nnot-real-1")
        await client.look(msgspec.structs.replace(model(url, "m"), key=key))
        await client.aclose()

    with Far(facts={"/v1/models": refusal(200, {"data": [OTHER]})}) as far:
        asyncio.run(look(far.url))
    assert far.connections == 0


def test_who_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "PATIENCE", 0.2)
    with Far(facts={"/v1/models": reply(200, b'{"data": [', Act.STALL)}) as far:
        begun = time.monotonic()
        assert ask(far) == ()
        assert time.monotonic() - begun < 5
        assert far.stalled.is_set()


def test_what_was_said_is_kept_until_it_is_old(tmp_path: Path) -> None:
    file = tmp_path / "dialects.json"
    document, name, _ = HOUSES["OpenRouter"]

    async def look(url: str) -> None:
        client = Client(memory=Memory(file))
        try:
            await client.look(model(url, name))
        finally:
            await client.aclose()

    with Far(facts={"/v1/models": refusal(200, document)}) as far:
        asyncio.run(look(far.url))
    target = model(far.url, name)
    (said,) = Memory(file).claims(target)
    assert (said.window, said.on) == (200_000, today())
    asyncio.run(look(far.url))  # nobody is there any more
    assert Memory(file).claims(target) == (said,)
    old = msgspec.structs.replace(said, on=date.fromordinal(said.on.toordinal() - 31))
    Memory(file).keep(target, Dialect(claims=(old,)))
    assert Memory(file).claims(target) == ()


def test_a_window_that_was_found_out_goes_before_what_lists_say(tmp_path: Path) -> None:
    target = model("http://127.0.0.1:9", "m")
    listed = Claims(source="far", on=today(), window=65_536)
    found = Claims(source="a refusal", on=today(), window=32_768)
    memory = Memory(tmp_path / "dialects.json")
    memory.keep(target, Dialect(measured=found, claims=(listed,)))
    assert Memory(memory.file).claims(target) == (found, listed)


def test_an_older_ownkeys_window_is_forgotten_and_its_quirks_are_not(tmp_path: Path) -> None:
    target = model("http://127.0.0.1:9", "m")
    file = tmp_path / "dialects.json"
    entry = {"without": ["store"], "window": 9000}
    file.write_text(json.dumps({f"{target.wire} 127.0.0.1:9 m": entry}))
    assert Memory(file).recall(target) == Dialect(without=("store",))
