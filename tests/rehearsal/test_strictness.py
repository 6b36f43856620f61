"""What a strict provider refuses: each of these mistakes is answered with 400, in its words."""

from __future__ import annotations

import asyncio
import copy
import http.client
import json
from collections.abc import Callable
from typing import Any

import pytest

from ownkey.rehearsal import Rehearsal
from ownkey.rehearsal.conversation import Call, Turn, playing
from ownkey.rehearsal.formats import seal

AUTHORISED = {
    "authorization": "Bearer test-key-not-real-1",
    "anthropic-version": "2023-06-01",
    "content-type": "application/json",
}
MESSAGES, RESPONSES, CHAT = "/v1/messages", "/v1/responses", "/v1/chat/completions"


def ask(
    path: str,
    body: Any,
    headers: dict[str, str] = AUTHORISED,
    method: str = "POST",
    **options: Any,
) -> tuple[int, str]:
    """One request by the standard library's client, to a rehearsal of its own."""

    def exchange(url: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
        try:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    async def main() -> tuple[int, str]:
        async with Rehearsal(playing(Turn(text="Yes.")), **options) as far:
            return await asyncio.to_thread(exchange, far.url)

    return asyncio.run(main())


def messages() -> dict[str, Any]:
    use = {"type": "tool_use", "id": "toolu_1", "name": "read", "input": {"path": "a"}}
    thought = {"type": "thinking", "thinking": "Hm.", "signature": seal("Hm.")}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "text"}
    return {
        "model": "m",
        "max_tokens": 2000,
        "stream": True,
        "tools": [{"name": "read", "input_schema": {"type": "object"}}],
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": [thought, use]},
            {"role": "user", "content": [result]},
        ],
    }


def responses() -> dict[str, Any]:
    return {
        "model": "m",
        "stream": True,
        "tools": [{"type": "function", "name": "read", "parameters": {}, "strict": False}],
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": seal("Hm.")},
            {"type": "function_call", "call_id": "call_1", "name": "read", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "text"},
        ],
    }


def chat() -> dict[str, Any]:
    function = {"name": "read", "arguments": "{}"}
    return {
        "model": "m",
        "stream": True,
        "tools": [{"type": "function", "function": {"name": "read", "parameters": {}}}],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "hi"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": "text"},
        ],
    }


GOOD: dict[str, Callable[[], dict[str, Any]]] = {
    MESSAGES: messages,
    RESPONSES: responses,
    CHAT: chat,
}
each_path = pytest.mark.parametrize("path", GOOD)

Step = str | int


def changed(body: dict[str, Any], at: tuple[Step, ...], value: Any) -> dict[str, Any]:
    """`body` with one place set to `value`, or taken out where `value` is `...`."""
    body = copy.deepcopy(body)
    place: Any = body
    for step in at[:-1]:
        place = place[step]
    if value is ...:
        del place[at[-1]]
    else:
        place[at[-1]] = value
    return body


USER = {"role": "user", "content": "and?"}
MARKED = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}

MISTAKES: list[tuple[str, str, tuple[Step, ...], Any, str]] = [
    ("no max_tokens", MESSAGES, ("max_tokens",), ..., "max_tokens"),
    ("a system message", MESSAGES, ("messages", 0, "role"), "system", "'system'"),
    ("empty text", MESSAGES, ("messages", 0, "content"), " ", "messages[0]"),
    ("a call left open", MESSAGES, ("messages", 2), USER, "without `tool_result`"),
    ("words before results", MESSAGES, ("messages", 2, "content"),
     [{"type": "text", "text": "so"},
      {"type": "tool_result", "tool_use_id": "toolu_1"}], "must come before"),
    ("a result to nothing", MESSAGES, ("messages", 1), USER, "unexpected `tool_result`"),
    ("a foreign signature", MESSAGES, ("messages", 1, "content", 0, "signature"), "abc=",
     "Invalid `signature`"),
    ("altered thinking", MESSAGES, ("messages", 1, "content", 0, "thinking"), "Ah.",
     "Invalid `signature`"),
    ("a bad id", MESSAGES, ("messages", 1, "content", 1, "id"), "a b", "regex"),
    ("input as text", MESSAGES, ("messages", 1, "content", 1, "input"), "{}", "`str`"),
    ("calls without tools", MESSAGES, ("tools",), [], "must be defined"),
    ("five markers", MESSAGES, ("system",), [MARKED] * 5, "maximum of 4"),
    ("too small a limit", MESSAGES, ("thinking",), {"type": "enabled", "budget_tokens": 2000},
     "greater than"),
    ("the coder's word last", MESSAGES, ("messages", 2), ..., "must end with a user message"),
    ("a call left open", RESPONSES, ("input", 3), ..., "No tool output found"),
    ("a result to nothing", RESPONSES, ("input", 3, "call_id"), "call_2", "No tool"),
    ("reasoning alone", RESPONSES, ("input", 2), USER, "No tool call found"),
    ("reasoning last", RESPONSES, ("input", slice(2, 4)), ..., "required following item"),
    ("altered reasoning", RESPONSES, ("input", 1, "encrypted_content"), "abc=", "verified"),
    ("a foreign id", RESPONSES, ("input", 1, "id"), "xx_1", "regex"),
    ("the wrong side's part", RESPONSES, ("input", 0, "role"), "assistant", "invalid content"),
    ("a loose strict schema", RESPONSES, ("tools", 0, "strict"), True, "not strict"),
    ("too low a limit", RESPONSES, ("max_output_tokens",), 15, ">= 16"),
    ("a long cache key", RESPONSES, ("prompt_cache_key",), "k" * 65, "<= 64"),
    ("nested tools", RESPONSES, ("tools", 0), {"type": "function", "function": {}}, "function"),
    ("a call left open", CHAT, ("messages", 3), USER, "must be followed by tool messages"),
    ("no result at all", CHAT, ("messages", 3), ..., "must be followed by tool messages"),
    ("a result to nothing", CHAT, ("messages", 2), USER, "must be a response"),
    ("an empty message", CHAT, ("messages", 2),
     {"role": "assistant", "content": ""}, "needs content"),
    ("no tools as a list", CHAT, ("tools",), [], "tools"),
    ("an unknown role", CHAT, ("messages", 0, "role"), "boss", "'boss'"),
    ("a limit of nothing", CHAT, ("max_tokens",), 0, ">= 1"),
]  # fmt: skip


@each_path
def test_the_good_requests_are_accepted(path: str) -> None:
    status, body = ask(path, GOOD[path]())
    assert (status, "Yes." in body) == (200, True)


@pytest.mark.parametrize(
    ("path", "at", "value", "words"),
    [row[1:] for row in MISTAKES],
    ids=[f"{path}: {name}" for name, path, *_ in MISTAKES],
)
def test_a_mistake_is_refused_in_the_providers_shape(
    path: str, at: tuple[Step, ...], value: Any, words: str
) -> None:
    status, body = ask(path, changed(GOOD[path](), at, value))
    told = json.loads(body)
    assert status == 400
    assert words in told["error"]["message"]
    assert told["error"]["type"] == "invalid_request_error"
    assert ("type" in told) == (path == MESSAGES)


@each_path
def test_an_unknown_field_is_refused_unless_told_otherwise(path: str) -> None:
    body = GOOD[path]() | {"surprise": 1}
    assert ask(path, body)[0] == 400
    assert ask(path, body, strict=False)[0] == 200


@each_path
@pytest.mark.parametrize("key", ["", "Bearer ", "Basic abc"])
def test_no_key_no_answer(path: str, key: str) -> None:
    status, body = ask(path, GOOD[path](), AUTHORISED | {"authorization": key})
    assert status == 401
    assert "API key" in body


def test_messages_wants_its_version_named() -> None:
    status, body = ask(MESSAGES, messages(), {"x-api-key": "test-key-not-real-1"})
    assert (status, "anthropic-version" in body) == (400, True)


def test_other_paths_and_methods_are_unknown() -> None:
    assert ask("/chat/completions", chat())[0] == 404
    assert ask(CHAT, b"", method="GET")[0] == 405
    assert ask(CHAT, b"[1]")[0] == 400


def test_models_are_listed_in_the_askers_own_shape() -> None:
    _, theirs = ask("/v1/models", b"", method="GET")
    _, ours = ask("/v1/models", b"", {"authorization": "Bearer x"}, method="GET")
    assert json.loads(theirs)["data"][0]["type"] == "model"
    assert json.loads(ours)["data"][0]["object"] == "model"


def test_requests_and_bills_are_kept_and_a_connection_carries_several() -> None:
    async def main() -> Rehearsal:
        async with Rehearsal(playing(Turn(calls=(Call("read", {"path": "é"}),)))) as far:
            await asyncio.to_thread(exchange, far.url)
        return far

    def exchange(url: str) -> None:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
        for body in (chat(), chat()):
            pieces = iter([json.dumps(body).encode()])
            connection.request("POST", CHAT, pieces, AUTHORISED, encode_chunked=True)
            connection.getresponse().read()
        connection.close()

    far = asyncio.run(main())
    assert [asked.body for asked in far.requests] == [chat(), chat()]
    assert far.requests[0].headers["authorization"] == AUTHORISED["authorization"]
    # Tools and messages, as compact JSON; then `read{"path":"é"}`, 16 bytes.
    prompt = [*chat()["tools"], *chat()["messages"]]
    size = sum(len(json.dumps(part, separators=(",", ":"))) for part in prompt)
    assert far.bills[0].uncached == -(-size // 4)
    assert far.bills[0].output == 4 + 1
