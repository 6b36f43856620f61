"""Anthropic's Messages: `POST /v1/messages`, the prompt out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, takewhile
from typing import Any

from ownkey.core.message import (
    Assistant,
    Image,
    Message,
    Part,
    Result,
    Text,
    Thinking,
    ToolCall,
    User,
)
from ownkey.core.model import Effort, Model, Prompt, Spec
from ownkey.wire.formats.anthropic_stream import Decoder
from ownkey.wire.formats.effort import settle
from ownkey.wire.formats.markers import marker, tails
from ownkey.wire.formats.parts import base64_of, json_object, schema_of
from ownkey.wire.formats.settled import NOTHING, Settled

path = "/messages"

headers = {"anthropic-version": "2023-06-01"}

MAX_TOKENS = 32_000
"""The field is required. Every Claude since 3.7 takes this much; a model that takes less
says so in its error, and `maxOutputTokens` then says it to us."""

BUDGETS: dict[Effort, int] = {
    "minimal": 1_024,
    "low": 4_096,
    "medium": 12_288,
    "high": 24_576,
    "xhigh": 32_768,
    "max": 49_152,
}
"""Thinking tokens by effort, for models that take a budget and no effort."""

LEAST_BUDGET = 1_024

Json = dict[str, Any]


def encode(model: Model, prompt: Prompt, settled: Settled = NOTHING) -> Json:
    limit = model.max_output or MAX_TOKENS
    body: Json = {"model": model.name, "max_tokens": limit, "stream": True}
    body |= _thinking(model, prompt, limit)
    if prompt.tools:
        body["tools"] = [_tool(spec, model) for spec in prompt.tools]
    if prompt.system:
        body["system"] = [{"type": "text", "text": prompt.system}]
    said = list(items(prompt.messages[settled.count :], model))
    if model.quirks.cache == "markers":
        _mark(body, said, model)
    body["messages"] = [*settled.items, *said]
    return body


def decoder(model: Model, tools: tuple[Spec, ...] = ()) -> Decoder:
    del model, tools
    return Decoder()


def _thinking(model: Model, prompt: Prompt, limit: int) -> Json:
    """Nothing unless asked for; off is the default, and some models refuse to hear it."""
    effort, _ = settle(model, prompt.effort)
    if effort in (None, "none"):
        return {}
    if model.quirks.thinking == "adaptive":
        return {
            "thinking": {"type": "adaptive", "display": "summarized"},
            "output_config": {"effort": effort},
        }
    budget = min(BUDGETS[effort], limit * 3 // 4)  # thinking counts as output; leave room
    if budget < LEAST_BUDGET or _taken_over(model, prompt.messages):
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": budget}}


def _taken_over(model: Model, messages: tuple[Message, ...]) -> bool:
    """Whether another model had a part in the turn that is still open. Thinking with a
    budget wants a turn to begin with signed thinking, and its was left behind (wire-facts
    4.2)."""
    turn = takewhile(lambda message: not isinstance(message, User), reversed(messages))
    return any(isinstance(one, Assistant) and one.origin != model.origin for one in turn)


def _tool(spec: Spec, model: Model) -> Json:
    schema = schema_of(spec, model)
    return {"name": spec.name, "description": spec.description, "input_schema": schema}


def items(messages: tuple[Message, ...], model: Model) -> Iterator[Json]:
    """All results of one message in one user message: strict clones refuse them split."""
    del model
    for results, group in groupby(messages, key=lambda message: isinstance(message, Result)):
        if results:
            blocks = [_result(one) for one in group if isinstance(one, Result)]
            yield {"role": "user", "content": blocks}
            continue
        for message in group:
            match message:
                case User():
                    yield {"role": "user", "content": [_shown(part) for part in message.content]}
                case Assistant():
                    blocks = [block for part in message.content if (block := _said(part))]
                    yield {"role": "assistant", "content": blocks}


def _shown(part: Text | Image) -> Json:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    source = {"type": "base64", "media_type": part.mime, "data": base64_of(part)}
    return {"type": "image", "source": source}


def _said(part: Part) -> Json | None:
    match part:
        case Text():
            return {"type": "text", "text": part.text}
        case ToolCall():
            given = json_object(part.arguments)
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": given}
        case Thinking(opaque={"redacted": data}):
            return {"type": "redacted_thinking", "data": data}
        case Thinking(opaque={"signature": signature}):
            return {"type": "thinking", "thinking": part.text, "signature": signature}
        case Thinking():
            return None  # unsigned: the API would refuse it


def _result(result: Result) -> Json:
    block: Json = {
        "type": "tool_result",
        "tool_use_id": result.call,
        "content": [_shown(part) for part in result.content],
    }
    return block | {"is_error": True} if result.failed else block


def _mark(body: Json, said: list[Json], model: Model) -> None:
    """At most four markers: on the tools, the system prompt and the two tails."""
    blocks = [body[name][-1] for name in ("tools", "system") if name in body]
    blocks += [message["content"][-1] for message in tails(said)]
    for block in blocks:
        block["cache_control"] = marker(model.cache_ttl)
