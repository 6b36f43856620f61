"""How clients ask the Messages API to cache: where each puts its markers.

Each takes a request body without any, and gives one with its own. They are what the clients
did in 2026 as far as their sources show; the rest of the request is ours for all of them, so
that nothing but the markers is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Body = dict[str, Any]
Policy = Callable[[Body], Body]

MARKER = {"type": "ephemeral"}


def bare(body: Body) -> Body:
    """The request without markers, all content in blocks."""
    plain = deepcopy(body)
    plain["system"] = _blocks(plain["system"])
    for message in plain["messages"]:
        message["content"] = _blocks(message["content"])
    for block in _all(plain):
        block.pop("cache_control", None)
    return plain


def none(body: Body) -> Body:
    return body


def moving_tail(body: Body) -> Body:
    """pi and kimi's kosong: the last tool, the system prompt, the last block."""
    return _marked(body, body["tools"][-1], body["system"][-1], body["messages"][-1]["content"][-1])


def last_two_messages(body: Body) -> Body:
    """crush: the last tool, the system prompt, the last two messages."""
    tails = [message["content"][-1] for message in body["messages"][-2:]]
    return _marked(body, body["tools"][-1], body["system"][-1], *tails)


def system_and_last_two(body: Body) -> Body:
    """opencode: the first two blocks of the system prompt, the last two messages."""
    tails = [message["content"][-1] for message in body["messages"][-2:]]
    return _marked(body, *body["system"][:2], *tails)


def last_prompt(body: Body) -> Body:
    """opencode's newer package: the last tool, the system prompt, the user's last message."""
    said = [
        message["content"][-1]
        for message in body["messages"]
        if message["role"] == "user" and message["content"][-1]["type"] == "text"
    ]
    return _marked(body, body["tools"][-1], body["system"][-1], said[-1])


def automatic(body: Body) -> Body:
    """pydantic-ai: one marker for the whole request, which the server puts at its end."""
    return body | {"cache_control": MARKER}


def clock_in_the_prompt(body: Body) -> Body:
    """As `moving_tail`, with the time of day in the system prompt: what pi did before it kept
    to the date."""
    turns = sum(
        message["role"] == "user" and message["content"][-1]["type"] == "text"
        for message in body["messages"]
    )
    body["system"][0]["text"] += f"\nIt is 10:{turns:02}."
    return moving_tail(body)


POLICIES: dict[str, Policy] = {
    "no markers": none,
    "moving tail, time of day in the system prompt": clock_in_the_prompt,
    "tools, system, last prompt (opencode llm)": last_prompt,
    "automatic (pydantic-ai)": automatic,
    "system, last two messages (opencode)": system_and_last_two,
    "tools, system, moving tail (pi, kimi)": moving_tail,
    "tools, system, last two messages (crush)": last_two_messages,
}


def _marked(body: Body, *blocks: dict[str, Any]) -> Body:
    for block in blocks:
        block["cache_control"] = MARKER
    return body


def _blocks(content: Any) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _all(body: Body) -> Iterator[dict[str, Any]]:
    yield from body["tools"]
    yield from body["system"]
    for message in body["messages"]:
        yield from message["content"]
