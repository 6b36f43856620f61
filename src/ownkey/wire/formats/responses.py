"""OpenAI's Responses: the prompt out. Nothing is stored there; all state travels."""

from __future__ import annotations

from collections.abc import Iterator
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
from ownkey.wire.formats.effort import settle
from ownkey.wire.formats.parts import data_url, images_of, json_text, schema_of, words_of
from ownkey.wire.formats.responses_stream import Decoder
from ownkey.wire.formats.settled import NOTHING, Settled

path = "/responses"

headers: dict[str, str] = {}

LEAST_OUTPUT = 16
"""`max_output_tokens` below this is refused."""

Json = dict[str, Any]


def encode(model: Model, prompt: Prompt, settled: Settled = NOTHING) -> Json:
    quirks = model.quirks
    effort, _ = settle(model, prompt.effort)
    body: Json = {"model": model.name, "stream": True, "store": False}
    if model.max_output:
        body["max_output_tokens"] = max(model.max_output, LEAST_OUTPUT)
    if effort:
        body["reasoning"] = _reasoning(effort)
    if quirks.sealed_reasoning or effort not in (None, "none"):
        body["include"] = ["reasoning.encrypted_content"]
    if quirks.cache in ("key", "breakpoint") and prompt.session:
        body["prompt_cache_key"] = prompt.session
    if prompt.tools:
        body["tools"] = [_tool(spec, model) for spec in prompt.tools]
    body["input"] = [*settled.items, *items(prompt.messages[settled.count :], model)]
    if prompt.system and quirks.cache == "breakpoint":
        body["input"].insert(0, _shared(prompt.system))
    elif prompt.system:
        body["instructions"] = prompt.system
    return body


def decoder(model: Model, tools: tuple[Spec, ...] = ()) -> Decoder:
    del tools
    return Decoder(model.max_output)


def _reasoning(effort: Effort) -> Json:
    return {"effort": effort} if effort == "none" else {"effort": effort, "summary": "auto"}


def _shared(system: str) -> Json:
    """The system prompt where it can carry a breakpoint: with the tools before it, it is what
    all conversations have in common."""
    text = {"type": "input_text", "text": system, "prompt_cache_breakpoint": {"mode": "explicit"}}
    return {"role": "developer", "content": [text]}


def _tool(spec: Spec, model: Model) -> Json:
    """`strict` is said, since left out it means true here, and LM Studio takes no null."""
    return {
        "type": "function",
        "name": spec.name,
        "description": spec.description,
        "parameters": schema_of(spec, model),
        "strict": False,
    }


def items(messages: tuple[Message, ...], model: Model) -> Iterator[Json]:
    del model
    for message in messages:
        yield from _items(message)


def _items(message: Message) -> Iterator[Json]:
    match message:
        case User():
            yield {"role": "user", "content": [_shown(part) for part in message.content]}
        case Assistant():
            for part in message.content:
                yield from _said(part)
        case Result():
            yield {
                "type": "function_call_output",
                "call_id": message.call,
                "output": _output(message),
            }


def _shown(part: Text | Image) -> Json:
    if isinstance(part, Text):
        return {"type": "input_text", "text": part.text}
    return {"type": "input_image", "detail": "auto", "image_url": data_url(part)}


def _said(part: Part) -> Iterator[Json]:
    """Words and calls go without the ids the server gave them: it stores none, and an id
    makes it look for the items that once stood beside (wire-facts 1B). Reasoning goes as
    it came, for its id is not optional."""
    match part:
        case Text():
            # llama.cpp knows no message of a model without its type.
            said = {"type": "message", "role": "assistant", "content": part.text}
            yield said | (part.opaque or {})
        case ToolCall():
            yield {
                "type": "function_call",
                "call_id": part.id,
                "name": part.name,
                "arguments": json_text(part.arguments),
            }
        case Thinking(opaque={"item": item}):
            yield item


def _output(result: Result) -> str | list[Json]:
    if images_of(result.content):
        return [_shown(part) for part in result.content]
    return words_of(result.content)
