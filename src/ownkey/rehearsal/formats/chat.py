"""OpenAI Chat Completions with reasoning, as a strict provider takes and gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from ownkey.rehearsal.cache import Bill, Caching, Segment
from ownkey.rehearsal.conversation import Call, Conversation, Item, Result, Told, Turn
from ownkey.rehearsal.formats import (
    Check,
    Problem,
    arguments,
    canonical,
    decode,
    event,
    shreds,
    words,
    written,
)
from ownkey.rehearsal.formats.openai import OpenAI

Name = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_-]+$", max_length=64)]


class TextPart(msgspec.Struct, tag="text", tag_field="type", forbid_unknown_fields=True):
    text: str


class ImagePart(msgspec.Struct, tag="image_url", tag_field="type", forbid_unknown_fields=True):
    image_url: dict[str, str]


class Invocation(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    arguments: str


class ToolCall(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, Meta(min_length=1, max_length=40)]
    type: Literal["function"]
    function: Invocation


class _Message(msgspec.Struct, tag_field="role", forbid_unknown_fields=True, kw_only=True):
    pass


class System(_Message, tag="system"):
    content: str | list[TextPart]


class User(_Message, tag="user"):
    content: str | Annotated[list[TextPart | ImagePart], Meta(min_length=1)]


class Assistant(_Message, tag="assistant"):
    content: str | list[TextPart] | None = None
    tool_calls: Annotated[list[ToolCall], Meta(min_length=1)] | None = None
    reasoning_content: str | None = None


class ToolMessage(_Message, tag="tool"):
    tool_call_id: str
    content: str | list[TextPart]
    name: str | None = None


AnyMessage = System | User | Assistant | ToolMessage


class Function(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    description: str = ""
    parameters: dict[str, Any] = {}
    strict: bool = False


class Tool(msgspec.Struct, forbid_unknown_fields=True):
    type: Literal["function"]
    function: Function


class StreamOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    include_usage: bool = False


class Request(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    model: str
    messages: Annotated[list[AnyMessage], Meta(min_length=1)]
    stream: Literal[True]
    stream_options: StreamOptions = StreamOptions()
    tools: Annotated[list[Tool], Meta(min_length=1)] | None = None
    tool_choice: Any = "auto"
    parallel_tool_calls: bool = True
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = (
        None
    )
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    prompt_cache_key: Annotated[str, Meta(max_length=64)] | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    response_format: dict[str, Any] | None = None
    metadata: dict[str, str] | None = None
    user: str | None = None


class Chat(OpenAI):
    path: ClassVar[str] = "/v1/chat/completions"
    caching: ClassVar[Caching] = "automatic"

    def __init__(self, body: dict[str, Any], *, strict: bool) -> None:
        request = decode(body, Request, CHECKS, strict)
        self.model = request.model
        self.scope = f"{request.model} {request.prompt_cache_key or ''}"
        self.reasons = request.reasoning_effort != "none"
        prompt = [*body.get("tools", []), *body["messages"]]
        self.segments = tuple(Segment(canonical(part)) for part in prompt)
        self.conversation = Conversation(
            items=tuple(_items(request.messages)),
            tools=frozenset(tool.function.name for tool in request.tools or []),
            system="\n".join(_text(m.content) for m in request.messages if isinstance(m, System)),
        )
        self._reports = request.stream_options.include_usage

    @staticmethod
    def failure(problem: Problem) -> bytes:
        return event(OpenAI.refusal(problem)[1])

    def stream(self, turn: Turn, bill: Bill, serial: int) -> Iterator[bytes]:
        for data in self._events(turn, bill, serial):
            yield event(data)
        yield event("[DONE]")

    def _events(self, turn: Turn, bill: Bill, serial: int) -> Iterator[dict[str, Any]]:
        chunk: dict[str, Any] = {
            "id": f"chatcmpl-{serial}",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": self.model,
        }
        if self._reports:
            chunk["usage"] = None
        for delta in _deltas(turn):
            yield chunk | {"choices": [_choice(delta)]}
        yield chunk | {"choices": [_choice({}, "tool_calls" if turn.calls else "stop")]}
        if self._reports:
            yield chunk | {"choices": [], "usage": _usage(bill)}


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _deltas(turn: Turn) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": None}
    for word in words(turn.thinking):
        yield {"reasoning_content": word}
    for word in words(turn.text):
        yield {"content": word}
    for index, call in enumerate(turn.calls):
        function = {"name": call.name, "arguments": ""}
        first = {"index": index, "id": call.id, "type": "function", "function": function}
        yield {"tool_calls": [first]}
        for piece in shreds(written(call.arguments)):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _usage(bill: Bill) -> dict[str, Any]:
    return {
        "prompt_tokens": bill.prompt,
        "completion_tokens": bill.output,
        "total_tokens": bill.prompt + bill.output,
        "prompt_tokens_details": {"cached_tokens": bill.read},
        "completion_tokens_details": {"reasoning_tokens": bill.reasoning},
    }


def _text(content: str | Iterable[TextPart | ImagePart] | None) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(part.text for part in content if isinstance(part, TextPart))


def _items(messages: Iterable[AnyMessage]) -> Iterator[Item]:
    for message in messages:
        if isinstance(message, User):
            yield Told(_text(message.content))
        elif isinstance(message, ToolMessage):
            yield Result(message.tool_call_id, _text(message.content))
        elif isinstance(message, Assistant):
            calls = tuple(
                Call(call.function.name, arguments(call.function.arguments), call.id)
                for call in message.tool_calls or []
            )
            yield Turn(text=_text(message.content), calls=calls)


def _answered(request: Request) -> str | None:
    """Nothing stands between an assistant's calls and their results."""
    open_calls: list[str] = []
    for number, message in enumerate([*request.messages, None]):
        if isinstance(message, ToolMessage):
            if message.tool_call_id not in open_calls:
                return (
                    f"messages.[{number}]: messages with role 'tool' must be a response to a "
                    "preceding message with 'tool_calls'."
                )
            open_calls.remove(message.tool_call_id)
        elif open_calls:
            return (
                "An assistant message with 'tool_calls' must be followed by tool messages "
                "responding to each 'tool_call_id'. The following tool_call_ids did not have "
                f"response messages: {', '.join(open_calls)}"
            )
        elif isinstance(message, Assistant):
            open_calls = [call.id for call in message.tool_calls or []]
    return None


def _said(request: Request) -> str | None:
    for number, message in enumerate(request.messages):
        if isinstance(message, Assistant) and not (message.content or message.tool_calls):
            return f"messages.[{number}]: an assistant message needs content or tool_calls."
    return None


def _limited(request: Request) -> str | None:
    if request.max_tokens and request.max_completion_tokens:
        return "Set only one of 'max_tokens' and 'max_completion_tokens'."
    return None


def _equipped(request: Request) -> str | None:
    names = [tool.function.name for tool in request.tools or []]
    return "Tool names must be unique." if len(set(names)) < len(names) else None


CHECKS: tuple[Check[Request], ...] = (_said, _answered, _limited, _equipped)
