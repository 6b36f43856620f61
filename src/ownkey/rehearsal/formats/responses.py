"""OpenAI Responses, as a strict provider takes and gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest
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
    seal,
    shreds,
    unseal,
    words,
    written,
)
from ownkey.rehearsal.formats.openai import OpenAI

Name = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_-]+$", max_length=64)]
Key = Annotated[str, Meta(min_length=1, max_length=64)]


MessageId = Annotated[str, Meta(pattern=r"^msg_\w*[^_]$", max_length=64)]
ReasoningId = Annotated[str, Meta(pattern=r"^rs_\w*[^_]$", max_length=64)]
CallId = Annotated[str, Meta(pattern=r"^fc_\w*[^_]$", max_length=64)]


class _Block(msgspec.Struct, tag_field="type", forbid_unknown_fields=True, kw_only=True):
    pass


class InputText(_Block, tag="input_text"):
    text: str


class InputImage(_Block, tag="input_image"):
    image_url: str
    detail: Literal["auto", "low", "high", "original"] = "auto"


class OutputText(_Block, tag="output_text"):
    text: str
    annotations: list[Any] = []
    logprobs: list[Any] | None = None


class Message(_Block, tag="message"):
    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[InputText | InputImage | OutputText]
    id: MessageId | None = None
    status: str | None = None
    phase: Literal["commentary", "final_answer"] | None = None


class Reasoning(_Block, tag="reasoning"):
    summary: list[dict[str, Any]]
    encrypted_content: str
    """Required here: this server stores nothing it could look up by id."""
    id: ReasoningId | None = None
    content: list[Any] | None = None
    status: str | None = None


class FunctionCall(_Block, tag="function_call"):
    call_id: Key
    name: Name
    arguments: str
    id: CallId | None = None
    status: str | None = None


class FunctionOutput(_Block, tag="function_call_output"):
    call_id: Key
    output: str | Annotated[list[InputText | InputImage], Meta(min_length=1)]
    id: str | None = None
    status: str | None = None


class Tool(_Block, tag="function"):
    name: Name
    parameters: dict[str, Any]
    strict: bool | None = None
    description: str | None = None


class Effort(msgspec.Struct, forbid_unknown_fields=True):
    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None


AnyItem = Message | Reasoning | FunctionCall | FunctionOutput


class Request(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    model: str
    input: str | Annotated[list[AnyItem], Meta(min_length=1)]
    stream: Literal[True]
    instructions: str | None = None
    tools: list[Tool] = []
    tool_choice: Any = "auto"
    parallel_tool_calls: bool = True
    reasoning: Effort | None = None
    include: list[str] = []
    store: bool | None = None
    max_output_tokens: Annotated[int, Meta(ge=16)] | None = None
    prompt_cache_key: Key | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    temperature: float | None = None
    top_p: float | None = None
    text: dict[str, Any] | None = None
    truncation: Literal["auto", "disabled"] | None = None
    metadata: dict[str, str] | None = None
    safety_identifier: str | None = None
    service_tier: str | None = None
    user: str | None = None


class Responses(OpenAI):
    path: ClassVar[str] = "/v1/responses"
    caching: ClassVar[Caching] = "automatic"

    def __init__(self, body: dict[str, Any], *, strict: bool) -> None:
        items = _raw(body.get("input"))
        request = decode(body | {"input": items}, Request, CHECKS, strict)
        reasoning = request.reasoning or Effort()
        self.model = request.model
        self.scope = f"{request.model} {request.prompt_cache_key or ''}"
        prompt = [*body.get("tools", []), body.get("instructions"), *items]
        self.segments = tuple(Segment(canonical(part)) for part in prompt if part)
        self.conversation = Conversation(
            items=tuple(_items(_list(request))),
            tools=frozenset(tool.name for tool in request.tools),
            system=_told(request),
        )
        self.reasons = reasoning.effort != "none"
        self._shows = bool(reasoning.summary)

    @staticmethod
    def failure(problem: Problem) -> bytes:
        data = {
            "type": "error",
            "code": problem.code or "server_error",
            "message": problem.message,
            "param": None,
            "sequence_number": 0,
        }
        return event(data, "error")

    def stream(self, turn: Turn, bill: Bill, serial: int) -> Iterator[bytes]:
        for number, data in enumerate(self._events(turn, bill, serial)):
            yield event(data | {"sequence_number": number}, data["type"])

    def _events(self, turn: Turn, bill: Bill, serial: int) -> Iterator[dict[str, Any]]:
        response = {
            "id": f"resp_{serial}",
            "object": "response",
            "created_at": 0,
            "status": "in_progress",
            "model": self.model,
            "output": [],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": None,
            "error": None,
            "incomplete_details": None,
        }
        yield {"type": "response.created", "response": response}
        yield {"type": "response.in_progress", "response": response}
        output = []
        for index, (start, done, between) in enumerate(self._output(turn, serial)):
            place = {"output_index": index}
            yield {"type": "response.output_item.added", **place, "item": start}
            for data in between:
                yield {**data, **place, "item_id": done["id"]}
            yield {"type": "response.output_item.done", **place, "item": done}
            output.append(done)
        finished = {"status": "completed", "output": output, "usage": _usage(bill)}
        yield {"type": "response.completed", "response": response | finished}

    def _output(self, turn: Turn, serial: int) -> Iterator[_Streamed]:
        if turn.thinking:
            yield _reasoning(turn.thinking, f"rs_{serial}", self._shows)
        if turn.text:
            yield _message(turn, f"msg_{serial}")
        for number, call in enumerate(turn.calls):
            yield _call(call, f"fc_{serial}_{number}")


_Streamed = tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]
"""An output item as it is added, as it is done, and the events between."""


def _reasoning(thinking: str, name: str, shown: bool) -> _Streamed:
    item = {"type": "reasoning", "id": name, "summary": [], "encrypted_content": seal("")}
    done = item | {"encrypted_content": seal(thinking)}
    if not shown:
        return item, done, []
    part = {"type": "summary_text", "text": thinking}
    at = {"summary_index": 0}
    kind = "response.reasoning_summary"
    between = [
        {"type": f"{kind}_part.added", **at, "part": part | {"text": ""}},
        *({"type": f"{kind}_text.delta", **at, "delta": word} for word in words(thinking)),
        {"type": f"{kind}_text.done", **at, "text": thinking},
        {"type": f"{kind}_part.done", **at, "part": part},
    ]
    return item, done | {"summary": [part]}, between


def _message(turn: Turn, name: str) -> _Streamed:
    part = {"type": "output_text", "text": turn.text, "annotations": [], "logprobs": []}
    at: dict[str, Any] = {"content_index": 0}
    said = {"type": "response.output_text.delta", **at, "logprobs": []}
    item = {
        "type": "message",
        "id": name,
        "role": "assistant",
        "status": "in_progress",
        "content": [],
        "phase": "commentary" if turn.calls else "final_answer",
    }
    between = [
        {"type": "response.content_part.added", **at, "part": part | {"text": ""}},
        *(said | {"delta": word} for word in words(turn.text)),
        {"type": "response.output_text.done", **at, "text": turn.text, "logprobs": []},
        {"type": "response.content_part.done", **at, "part": part},
    ]
    return item, item | {"status": "completed", "content": [part]}, between


def _call(call: Call, name: str) -> _Streamed:
    whole = written(call.arguments)
    item = {
        "type": "function_call",
        "id": name,
        "call_id": call.id,
        "name": call.name,
        "arguments": "",
        "status": "in_progress",
    }
    kind = "response.function_call_arguments"
    between = [
        *({"type": f"{kind}.delta", "delta": piece} for piece in shreds(whole)),
        {"type": f"{kind}.done", "name": call.name, "arguments": whole},
    ]
    return item, item | {"arguments": whole, "status": "completed"}, between


def _usage(bill: Bill) -> dict[str, Any]:
    return {
        "input_tokens": bill.prompt,
        "input_tokens_details": {"cached_tokens": bill.read},
        "output_tokens": bill.output,
        "output_tokens_details": {"reasoning_tokens": bill.reasoning},
        "total_tokens": bill.prompt + bill.output,
    }


def _raw(given: Any) -> Any:
    """Input items with the one type that may be left out."""
    if isinstance(given, str):
        return [{"type": "message", "role": "user", "content": given}]
    if not isinstance(given, list):
        return given
    return [
        {"type": "message", **item} if isinstance(item, dict) and "role" in item else item
        for item in given
    ]


def _told(request: Request) -> str:
    """What the developer says: in its own field, or in messages, where LiteLLM puts it."""
    said = (one for one in _list(request) if isinstance(one, Message))
    texts = (_text(one.content) for one in said if one.role in ("system", "developer"))
    return "\n".join(filter(None, (request.instructions, *texts)))


def _list(request: Request) -> list[AnyItem]:
    return [] if isinstance(request.input, str) else request.input


def _text(content: str | Iterable[InputText | InputImage | OutputText]) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.text for part in content if not isinstance(part, InputImage))


def _items(items: Iterable[AnyItem]) -> Iterator[Item]:
    """The coder's own items are gathered into turns, its calls' results follow."""
    for own, group in groupby(items, key=_own):
        if own:
            yield _turn(list(group))
            continue
        for item in group:
            if isinstance(item, FunctionOutput):
                yield Result(item.call_id, _text(item.output))
            elif isinstance(item, Message) and item.role == "user":
                yield Told(_text(item.content))


def _own(item: AnyItem) -> bool:
    said = isinstance(item, Message) and item.role == "assistant"
    return said or isinstance(item, Reasoning | FunctionCall)


def _turn(items: list[AnyItem]) -> Turn:
    return Turn(
        text="".join(_text(item.content) for item in items if isinstance(item, Message)),
        calls=tuple(
            Call(item.name, arguments(item.arguments), item.call_id)
            for item in items
            if isinstance(item, FunctionCall)
        ),
    )


def _answered(request: Request) -> str | None:
    items = _list(request)
    called = [item.call_id for item in items if isinstance(item, FunctionCall)]
    given = [item.call_id for item in items if isinstance(item, FunctionOutput)]
    for call in called:
        if call not in given:
            return f"No tool output found for function call {call}."
    for call in given:
        if call not in called:
            return f"No tool call found for function call output with call_id {call}."
    if len(set(given)) < len(given):
        return "Duplicate function call output in input."
    return None


def _reasoned(request: Request) -> str | None:
    """A reasoning item comes back whole, and with the item it led to."""
    items = _list(request)
    for item, after in zip_longest(items, items[1:]):
        if not isinstance(item, Reasoning):
            continue
        if unseal(item.encrypted_content) is None:
            return f"The encrypted content for item {item.id} could not be verified."
        if after is None or not _own(after):
            return (
                f"Item '{item.id}' of type 'reasoning' was provided without its required "
                "following item."
            )
    return None


def _sided(request: Request) -> str | None:
    """Each side speaks in its own kind of part."""
    for number, item in enumerate(_list(request)):
        if not isinstance(item, Message) or isinstance(item.content, str):
            continue
        if any(isinstance(part, OutputText) != _own(item) for part in item.content):
            return f"input[{number}]: invalid content part for role {item.role!r}."
    return None


def _strict(request: Request) -> str | None:
    for tool in request.tools:
        schema = tool.parameters
        closed = schema.get("additionalProperties") is False
        if tool.strict and not (
            closed and set(schema.get("required", [])) == set(schema.get("properties", {}))
        ):
            return f"Invalid schema for function {tool.name!r}: it is not strict."
    return None


CHECKS: tuple[Check[Request], ...] = (_answered, _reasoned, _sided, _strict)
