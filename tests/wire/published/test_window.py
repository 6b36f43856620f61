"""What servers say of their context, each in its own place, and what is made of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from ownkey.core.model import Model, Secret
from ownkey.wire.client import Client
from ownkey.wire.published.look import LARGEST
from ownkey.wire.published.window import SMALL, Window, warning
from tests.far import Far, Reply, refusal

OTHER = {"id": "other", "name": "other", "max_model_len": 1, "context_length": 1}


def model(base_url: str, name: str = "far-1") -> Model:
    return Model(
        id="custom:Far-0",
        name=name,
        wire="generic-chat-completion-api",
        base_url=base_url,
        display_name="Far",
        key=Secret("test-key-not-real-1"),
        source="settings.json:3:5",
    )


def ask(far: Far, name: str = "far-1") -> Window | None:
    async def question() -> Window | None:
        client = Client()
        try:
            return await client.window(model(far.url, name))
        finally:
            await client.aclose()

    return asyncio.run(question())


def found(path: str, document: Any, name: str = "far-1") -> Window | None:
    with Far(facts={path: refusal(200, document)}) as far:
        return ask(far, name)


@pytest.mark.parametrize(
    ("path", "document", "name", "cure"),
    [
        (
            "/v1/models",
            {"data": [OTHER, {"id": "far-1", "max_model_len": 8192}]},
            "far-1",
            "--max-model-len",
        ),
        (
            "/props",
            {"default_generation_settings": {"n_ctx": 8192}},
            "far-1",
            "start llama-server with -c",
        ),
        (
            "/api/ps",
            {"models": [OTHER, {"name": "qwen3:8b", "context_length": 8192}]},
            "qwen3:8b",
            "OLLAMA_CONTEXT_LENGTH",
        ),
        (
            "/api/ps",
            {"models": [{"name": "qwen3:latest", "context_length": 8192}]},
            "qwen3",
            "OLLAMA_CONTEXT_LENGTH",
        ),
        (
            "/api/v0/models",
            {"data": [{"id": "far-1", "loaded_context_length": 8192, "max_context_length": 99999}]},
            "far-1",
            "lms load far-1 --context-length",
        ),
    ],
)
def test_each_server_says_it_in_its_own_place(
    path: str, document: Any, name: str, cure: str
) -> None:
    said = found(path, document, name)
    assert said is not None
    assert said.tokens == 8192
    assert said.source.endswith(path)
    assert cure in said.cure


def test_a_model_that_is_not_loaded_has_no_window_yet() -> None:
    said = found("/api/ps", {"models": []})
    assert said is not None
    assert said.tokens == 0
    assert warning(said, model("http://localhost")) is None


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "8192",
        {"data": None},
        {"data": {"far-1": 1}},
        {"data": [None, 7, {"id": ["far-1"]}]},
        {"data": [{"id": "far-1"}]},
        {"data": [{"id": "far-1", "max_model_len": "8192"}]},
        {"data": [{"id": "far-1", "max_model_len": True}]},
        {"data": [{"id": "far-1", "max_model_len": -1}]},
        {"data": [OTHER]},
    ],
    ids=json.dumps,
)
def test_what_is_no_figure_is_none(document: Any) -> None:
    assert found("/v1/models", document) is None


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n", (b"<html>",), chunked=False),
        refusal(200, "x" * (LARGEST + 1)),
        refusal(401),
        refusal(500),
    ],
    ids=["a page", "too much", "refused", "broken"],
)
def test_what_cannot_be_read_is_none(reply: Reply) -> None:
    paths = ("/v1/models", "/props", "/api/ps", "/api/v0/models")
    with Far(facts=dict.fromkeys(paths, reply)) as far:
        assert ask(far) is None


def test_a_redirect_is_not_followed_with_the_key() -> None:
    listed = refusal(200, {"data": [{"id": "far-1", "max_model_len": 8192}]})
    with Far(facts={"/v1/models": listed}) as elsewhere:
        onward = Reply(
            f"HTTP/1.1 302 Found\r\nlocation: {elsewhere.url}/v1/models\r\n"
            "content-length: 0\r\n\r\n".encode(),
            (),
            chunked=False,
        )
        with Far(facts={"/v1/models": onward}) as far:
            assert ask(far) is None
            assert far.looks[0].headers["authorization"] == "Bearer test-key-not-real-1"
        assert elsewhere.looks == []


def test_only_a_small_window_is_worth_a_word() -> None:
    far = model("http://localhost")
    assert warning(Window(SMALL, "http://localhost/props", "do"), far) is None
    words = warning(Window(SMALL - 1, "http://localhost/props", "do this"), far)
    assert words is not None
    assert "32767 tokens" in words
    assert "do this" in words
    assert "settings.json:3:5" in words
