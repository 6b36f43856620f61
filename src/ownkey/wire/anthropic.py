"""Anthropic's Messages: `POST /v1/messages`, a prompt out and an event stream in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, takewhile
from typing import Any

import msgspec

from ownkey.core.message import (
    Assistant,
    Chunk,
    Delta,
    End,
    Image,
    Message,
    Part,
    Result,
    Stop,
    Text,
    Thinking,
    ToolCall,
    Usage,
    User,
)
from ownkey.core.model import Effort, Model, Prompt, Spec
from ownkey.wire import loose, refusal
from ownkey.wire.markers import MARKER, tails
from ownkey.wire.parts import base64_of, json_object

path = "/messages"

headers = {"anthropic-version": "2023-06-01"}

MAX_TOKENS = 32_000
"""The field is required. Every Claude since 3.7 takes this much; a model that takes less
says so in its error, and `maxOutputTokens` then says it to us."""

EFFORTS: dict[Effort, str] = {"minimal": "low"}
"""Levels that `output_config.effort` calls otherwise."""

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

STOPS: dict[str, Stop] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "pause_turn": "end",
    "tool_use": "tools",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
    "sensitive": "refused",
}

Json = dict[str, Any]


def encode(model: Model, prompt: Prompt) -> Json:
    limit = model.max_output or MAX_TOKENS
    body: Json = {"model": model.name, "max_tokens": limit, "stream": True}
    body |= _thinking(model, prompt, limit)
    if prompt.tools:
        body["tools"] = [_tool(spec) for spec in prompt.tools]
    if prompt.system:
        body["system"] = [{"type": "text", "text": prompt.system}]
    body["messages"] = list(_messages(prompt.messages))
    if model.quirks.cache == "markers":
        _mark(body)
    return body


def decoder(model: Model) -> Decoder:
    del model
    return Decoder()


class Decoder:
    """The events of one message."""

    def __init__(self) -> None:
        self.complete = False
        self._kinds: dict[int, str] = {}
        """Of the blocks so far. What has no kind here is skipped."""
        self._signatures: dict[int, str] = {}
        self._given: dict[int, str] = {}
        """Arguments that came whole with the start of a block, until fragments do."""
        self._counts: dict[str, int] = {}

    def feed(self, data: bytes) -> list[Chunk]:
        if data == loose.DONE:
            return []
        event = loose.event(data)
        match event.get("type"):
            case "content_block_delta":
                return self._delta(_index(event), loose.table(event.get("delta")))
            case "content_block_start":
                return self._start(_index(event), loose.table(event.get("content_block")))
            case "content_block_stop":
                return self._stop(_index(event))
            case "message_start":
                return [self._end({}, loose.table(event.get("message")).get("usage"))]
            case "message_delta":
                return [self._end(loose.table(event.get("delta")), event.get("usage"))]
            case "message_stop":
                self.complete = True
            case "error":
                raise refusal.in_stream(event.get("error") or event)
            case _ if "error" in event:
                raise refusal.in_stream(event["error"])
        return []

    def _start(self, index: int, block: Json) -> list[Chunk]:
        kind = loose.text(block.get("type"))
        part: Part
        match kind:
            case "text":
                part = Text(loose.text(block.get("text")))
            case "thinking":
                signature = self._signatures[index] = loose.text(block.get("signature"))
                opaque = {"signature": signature} if signature else None
                part = Thinking(loose.text(block.get("thinking")), opaque)
            case "redacted_thinking":
                part = Thinking("", {"redacted": loose.text(block.get("data"))})
            case "tool_use":
                part = ToolCall(loose.text(block.get("id")), loose.text(block.get("name")))
                if given := block.get("input"):
                    self._given[index] = msgspec.json.encode(given).decode()
            case _:
                return []
        self._kinds[index] = kind
        return [Delta(index, part)]

    def _delta(self, index: int, delta: Json) -> list[Chunk]:
        """Deltas that do not fit their block are skipped, as are those of unknown kinds."""
        match delta.get("type"), self._kinds.get(index):
            case "text_delta", "text":
                part: Part = Text(loose.text(delta.get("text")))
            case "thinking_delta", "thinking":
                part = Thinking(loose.text(delta.get("thinking")))
            case "signature_delta", "thinking":
                self._signatures[index] += loose.text(delta.get("signature"))
                part = Thinking("", {"signature": self._signatures[index]})
            case "input_json_delta", "tool_use":
                fragment = loose.text(delta.get("partial_json"))
                if fragment:
                    self._given.pop(index, None)
                part = ToolCall("", "", fragment)
            case _:
                return []
        return [Delta(index, part)]

    def _stop(self, index: int) -> list[Chunk]:
        given = self._given.pop(index, "")
        return [Delta(index, ToolCall("", "", given))] if given else []

    def _end(self, delta: Json, usage: Any) -> End:
        """Counters are cumulative, and some proxies send zeros first or last."""
        for field, name in COUNTERS.items():
            self._counts[field] = max(self._counts.get(field, 0), loose.found(usage, name))
        reason = delta.get("stop_reason")
        return End(
            stop=STOPS.get(loose.text(reason), "end") if reason else None,
            usage=Usage(**self._counts),
        )


COUNTERS = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_input_tokens",
    "cache_write": "cache_creation_input_tokens",
    "reasoning": "output_tokens_details.thinking_tokens",
}
"""Fields of `Usage` by their names here; of those that are paid for none includes another."""


def _index(event: Json) -> int:
    index = event.get("index")
    return index if isinstance(index, int) else 0


def _thinking(model: Model, prompt: Prompt, limit: int) -> Json:
    """Nothing unless asked for; off is the default, and some models refuse to hear it."""
    effort = prompt.effort
    if effort in (None, "none"):
        return {}
    if model.quirks.thinking == "adaptive":
        return {
            "thinking": {"type": "adaptive", "display": "summarized"},
            "output_config": {"effort": EFFORTS.get(effort, effort)},
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


def _tool(spec: Spec) -> Json:
    return {"name": spec.name, "description": spec.description, "input_schema": spec.schema}


def _messages(messages: tuple[Message, ...]) -> Iterator[Json]:
    """All results of one message in one user message: strict clones refuse them split."""
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


def _mark(body: Json) -> None:
    """At most four markers: on the tools, the system prompt and the two tails."""
    blocks = [body[name][-1] for name in ("tools", "system") if name in body]
    blocks += [message["content"][-1] for message in tails(body["messages"])]
    for block in blocks:
        block["cache_control"] = MARKER
