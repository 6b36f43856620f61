"""OpenAI's Chat Completions, as some thirty hosts and servers speak it: the prompt out."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import groupby
from typing import Any

from ownkey.core.message import (
    Assistant,
    Image,
    Message,
    Result,
    Text,
    Thinking,
    ToolCall,
    User,
)
from ownkey.core.model import Model, Prompt, Spec
from ownkey.core.quirks import Quirks
from ownkey.wire.formats.chat_stream import Decoder
from ownkey.wire.formats.effort import STYLES, settle
from ownkey.wire.formats.markers import marker, tails
from ownkey.wire.formats.parts import data_url, images_of, json_text, merge, schema_of, words_of
from ownkey.wire.formats.settled import NOTHING, Settled
from ownkey.wire.formats.tags import Reader, tagged

Json = dict[str, Any]

path = "/chat/completions"

headers: dict[str, str] = {}

SEE_BELOW = "(see the image below)"
IMAGES_OF_RESULTS = "Images from the tool results above:"

UNSIGNED = {"google": {"thought_signature": "skip_thought_signature_validator"}}
"""Google's own word for a call that Gemini did not make; without one, it is refused
(ai.google.dev, "Thought signatures")."""

BRIDGE: Json = {"role": "assistant", "content": "Noted."}
"""What the model says between a result and the user where nothing may follow a result but
its own words: Mistral's "Unexpected role 'user' after role 'tool'"."""


def encode(model: Model, prompt: Prompt, settled: Settled = NOTHING) -> Json:
    quirks = model.quirks
    effort, _ = settle(model, prompt.effort)
    body: Json = {"model": model.name, "stream": True, **deepcopy(quirks.body)}
    if quirks.stream_usage:
        body["stream_options"] = {"include_usage": True}
    if model.max_output:
        body[quirks.max_tokens] = model.max_output
    if effort:
        body = merge(body, STYLES[quirks.effort](effort))
    if quirks.cache in ("key", "breakpoint") and prompt.session:
        body["prompt_cache_key"] = prompt.session
    if prompt.tools or (quirks.tools_always and _has_calls(prompt.messages)):
        body["tools"] = [_tool(spec, model) for spec in prompt.tools]
    system = [{"role": "system", "content": prompt.system}] if prompt.system else []
    said = list(items(prompt.messages[settled.count :], model))
    if quirks.cache == "markers":
        _mark([*system, *tails(said)], model)
    body["messages"] = [*system, *settled.items, *said]
    return body


def decoder(model: Model, tools: tuple[Spec, ...] = ()) -> Decoder:
    quirks = model.quirks
    return Decoder(Reader(tools, calls=quirks.text_calls, think=quirks.think_tags))


def _has_calls(messages: tuple[Message, ...]) -> bool:
    return any(isinstance(message, Result) for message in messages)


def _tool(spec: Spec, model: Model) -> Json:
    schema = schema_of(spec, model)
    function = {"name": spec.name, "description": spec.description, "parameters": schema}
    return {"type": "function", "function": function}


def items(messages: tuple[Message, ...], model: Model) -> Iterator[Json]:
    said = _messages(messages, model)
    return _bridged(said) if model.quirks.bridge else said


def _messages(messages: tuple[Message, ...], model: Model) -> Iterator[Json]:
    for results, group in groupby(messages, key=lambda message: isinstance(message, Result)):
        if results:
            yield from _results([one for one in group if isinstance(one, Result)], model)
            continue
        for message in group:
            match message:
                case User():
                    yield {"role": "user", "content": _shown(message.content)}
                case Assistant():
                    yield _said(message, model)


def _shown(parts: tuple[Text | Image, ...]) -> str | list[Json]:
    """Words alone go as a plain string: lists of text trip up many servers."""
    return [_part(part) for part in parts] if images_of(parts) else words_of(parts)


def _part(part: Text | Image) -> Json:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    return {"type": "image_url", "image_url": {"url": data_url(part)}}


def _said(message: Assistant, model: Model) -> Json:
    """Its content is a string, and null where there are only calls."""
    content = _tagged(message, model.quirks) + message.text
    said: Json = {"role": "assistant", "content": content or None}
    said |= _reasoning(message, model.quirks)
    if message.calls:
        said["tool_calls"] = [_call(call) for call in message.calls]
        if model.quirks.signed_calls:
            said["tool_calls"][0].setdefault("extra_content", UNSIGNED)
    return said


def _reasoning(message: Assistant, quirks: Quirks) -> Json:
    """Back where it came from: servers read it under the name they wrote it."""
    if quirks.echo in ("never", "tags"):
        return {}
    for part in message.content:
        match part:
            case Thinking(opaque={"details": details}):
                return {"reasoning_details": details}
            case Thinking(text, {"field": field}):
                return {field: text}
    return {"reasoning_content": ""} if quirks.echo == "required" else {}


def _tagged(message: Assistant, quirks: Quirks) -> str:
    """Reasoning that goes back in the content, where it came so or the host wants it so."""
    for part in message.content:
        match part, quirks.echo:
            case (Thinking(text), "tags") | (Thinking(text, {"tagged": True}), "field"):
                return tagged(text)
    return ""


def _call(call: ToolCall) -> Json:
    """Gemini wants its signature back in `extra_content` (wire-facts 6.15)."""
    function = {"name": call.name, "arguments": json_text(call.arguments)}
    return {"id": call.id, "type": "function", "function": function, **(call.opaque or {})}


def _results(results: list[Result], model: Model) -> Iterator[Json]:
    """Tool messages hold text only; images follow all of them, never between them."""
    for result in results:
        text = words_of(result.content) or SEE_BELOW
        name = {"name": result.name} if model.quirks.named_results else {}
        yield {"role": "tool", "tool_call_id": result.call, **name, "content": text}
    images = [image for result in results for image in images_of(result.content)]
    if images:
        words = _part(Text(IMAGES_OF_RESULTS))
        yield {"role": "user", "content": [words, *(_part(image) for image in images)]}


def _bridged(messages: Iterator[Json]) -> Iterator[Json]:
    before = ""
    for message in messages:
        if (before, message["role"]) == ("tool", "user"):
            yield dict(BRIDGE)
        before = message["role"]
        yield message


def _mark(messages: list[Json], model: Model) -> None:
    """Anthropic's markers in Chat's clothes, as OpenRouter takes them: on parts of content."""
    for message in messages:
        content = message["content"]
        parts = [_part(Text(content))] if isinstance(content, str) else content
        parts[-1]["cache_control"] = marker(model.cache_ttl)
        message["content"] = parts
