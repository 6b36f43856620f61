"""OpenAI's Chat Completions, as some thirty hosts and servers speak it: the prompt out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from ownkey.wire.chat_stream import Decoder
from ownkey.wire.parts import NO_OUTPUT, data_url, images_of, json_text

Json = dict[str, Any]

path = "/chat/completions"

IMAGES_OF_RESULTS = "Images from the tool results above:"

EFFORT_FIELDS: dict[str, Callable[[str], Json]] = {
    "reasoning_effort": lambda effort: {"reasoning_effort": effort},
    "reasoning": lambda effort: {"reasoning": {"effort": effort}},
    "none": lambda effort: {},
}
"""How an effort level is said, by `quirks.effort`."""


def headers(model: Model) -> dict[str, str]:
    if not model.key:
        return {}
    key = model.key.reveal()
    bearer = model.quirks.auth == "bearer"
    return {"authorization": f"Bearer {key}"} if bearer else {"x-api-key": key}


def encode(model: Model, prompt: Prompt) -> Json:
    quirks = model.quirks
    body: Json = {"model": model.name, "stream": True}
    if quirks.stream_usage:
        body["stream_options"] = {"include_usage": True}
    if model.max_output:
        body[quirks.max_tokens] = model.max_output
    if prompt.effort:
        body |= EFFORT_FIELDS[quirks.effort](prompt.effort)
    if quirks.cache == "key" and prompt.session:
        body["prompt_cache_key"] = prompt.session
    if prompt.tools:
        body["tools"] = [_tool(spec) for spec in prompt.tools]
    system = [{"role": "system", "content": prompt.system}] if prompt.system else []
    body["messages"] = [*system, *_messages(prompt.messages, model)]
    if quirks.cache == "markers":
        _mark(body["messages"])
    return body


def decoder(model: Model) -> Decoder:
    del model
    return Decoder()


def _tool(spec: Spec) -> Json:
    function = {"name": spec.name, "description": spec.description, "parameters": spec.schema}
    return {"type": "function", "function": function}


def _messages(messages: tuple[Message, ...], model: Model) -> Iterator[Json]:
    for results, group in groupby(messages, key=lambda message: isinstance(message, Result)):
        if results:
            yield from _results([one for one in group if isinstance(one, Result)])
            continue
        for message in group:
            match message:
                case User():
                    yield {"role": "user", "content": _shown(message.content)}
                case Assistant():
                    yield _said(message, model)


def _shown(parts: tuple[Text | Image, ...]) -> str | list[Json]:
    """Words alone go as a plain string: lists of text trip up many servers."""
    if any(isinstance(part, Image) for part in parts):
        return [_part(part) for part in parts]
    return "\n\n".join(part.text for part in parts if isinstance(part, Text))


def _part(part: Text | Image) -> Json:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    return {"type": "image_url", "image_url": {"url": data_url(part)}}


def _said(message: Assistant, model: Model) -> Json:
    """Its content is a string, and null where there are only calls."""
    said: Json = {"role": "assistant", "content": message.text or None}
    for part in message.content:
        if isinstance(part, Thinking) and part.opaque and model.quirks.echo == "field":
            said |= _reasoning(part)
    if message.calls:
        said["tool_calls"] = [_call(call) for call in message.calls]
    return said


def _reasoning(part: Thinking) -> Json:
    """Back where it came from: servers read it under the name they wrote it."""
    opaque = part.opaque or {}
    if details := opaque.get("details"):
        return {"reasoning_details": details}
    return {opaque["field"]: part.text} if "field" in opaque else {}


def _call(call: ToolCall) -> Json:
    """Gemini wants its signature back in `extra_content` (wire-facts 6.15)."""
    function = {"name": call.name, "arguments": json_text(call.arguments)}
    return {"id": call.id, "type": "function", "function": function, **(call.opaque or {})}


def _results(results: list[Result]) -> Iterator[Json]:
    """Tool messages hold text only; images follow all of them, never between them."""
    for result in results:
        text = _text(result) or NO_OUTPUT
        yield {"role": "tool", "tool_call_id": result.call, "content": text}
    images = [image for result in results for image in images_of(result)]
    if images:
        words = _part(Text(IMAGES_OF_RESULTS))
        yield {"role": "user", "content": [words, *(_part(image) for image in images)]}


def _text(result: Result) -> str:
    text = result.text
    return text or ("(see the image below)" if images_of(result) else "")


def _mark(messages: list[Json]) -> None:
    """Anthropic's markers in Chat's clothes, as OpenRouter takes them: on parts of content,
    at the system prompt, the tail of the previous request and the tail now."""
    said = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    for at in {0, len(messages) - 1, *([said[-1] - 1] if said else [])}:
        message = messages[at]
        content = message["content"]
        if isinstance(content, str):
            content = message["content"] = [{"type": "text", "text": content}]
        if content and message["role"] != "assistant":
            content[-1]["cache_control"] = {"type": "ephemeral"}
