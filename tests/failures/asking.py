"""How these tests ask a far side, by the client or through the front door, and how it answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from ownkey.core.errors import ProviderError
from ownkey.core.message import Assistant, Draft, Message, Result, Text
from ownkey.core.model import Effort, Model, Prompt, Spec, WireName
from ownkey.wire import history, quirks
from ownkey.wire.client import Client
from tests.e2e.front_door import BASE, entry, run, settle
from tests.far import Far, Reply, chat, event, messages, refusal, responses, stream
from tests.wire.conversations import CHAT, ENDPOINTS, MESSAGES, RESPONSES, SESSION, TOOLS, model

SOON = 10.0
"""Seconds in which everything here must be over; it mostly takes milliseconds."""

Json = dict[str, Any]

WHOLE: dict[WireName, Callable[[str], Reply]] = {
    MESSAGES: messages,
    RESPONSES: responses,
    CHAT: chat,
}
"""A whole answer in each format."""


def at(
    far: Far, wire: WireName, *, like: str = "https://api.example.test/v1", **fields: Any
) -> Model:
    """A model at the far side, with the profile of one whose address is `like`."""
    name = fields.pop("name", ENDPOINTS[wire][1])
    profile = quirks.resolve(wire, like, name, {})
    return model(wire, far.url + BASE[wire], name, quirks=profile, **fields)


def ask(
    target: Model,
    *messages: Message,
    tools: tuple[Spec, ...] = TOOLS,
    effort: Effort | None = None,
) -> Assistant:
    """The answer to a conversation, asked for once. Raises `ProviderError`."""

    async def listen() -> Assistant:
        client = Client()
        prompt = Prompt(
            system="Be brief.",
            messages=history.mend(messages, target),
            tools=tools,
            effort=effort,
            session=SESSION,
        )
        draft = Draft(target.origin)
        try:
            async with asyncio.timeout(SOON), client.stream(target, prompt) as chunks:
                async for chunk in chunks:
                    draft.add(chunk)
        finally:
            await client.aclose()
        return draft.message()

    return asyncio.run(listen())


def fail(target: Model, *messages: Message) -> ProviderError:
    """Ask in vain."""
    with pytest.raises(ProviderError) as caught:
        ask(target, *messages)
    return caught.value


def answers(said: Assistant, words: str = "1") -> list[Result]:
    """A result for each call of a message."""
    return [Result(call.id, call.name, (Text(words),)) for call in said.calls]


def execute(
    home: Path,
    work: Path,
    far: Far,
    *arguments: str,
    wire: WireName = "generic-chat-completion-api",
    variables: dict[str, str] | None = None,
    **fields: Any,
) -> CompletedProcess[str]:
    """`ownkey exec ARGUMENTS` with a far side that is set up by the entry's `fields`."""
    settle(home, entry(far.url, wire, **fields))
    return run("exec", *(arguments or ("Hi.",)), cwd=work, **(variables or {}))


def deltas(*given: Json, finish: str | None = "stop", **last: Any) -> Reply:
    """A whole answer in Chat Completions, made of the `delta` of each chunk."""
    chunks = [event({"choices": [{"index": 0, "delta": delta}]}) for delta in given]
    end = event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}], **last})
    return stream(*chunks, end, event("[DONE]"))


def fragment(arguments: Any = "", **fields: Any) -> Json:
    """A delta with a fragment of one call. `name` belongs to its function."""
    function = {"arguments": arguments}
    if "name" in fields:
        function["name"] = fields.pop("name")
    return {"tool_calls": [{"type": "function", "function": function, **fields}]}


def calling(name: str, arguments: Any, identity: str = "call_1") -> Reply:
    """An answer in Chat Completions that is one call, all in one chunk."""
    given = fragment(json.dumps(arguments), index=0, id=identity, name=name)
    return deltas(given, finish="tool_calls")


def bad_request(words: str, status: int = 400, **fields: Any) -> Reply:
    """OpenAI's way of rejecting a request."""
    error = {"message": words, "type": "invalid_request_error", **fields}
    return refusal(status, {"error": error})
