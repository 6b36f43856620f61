"""Anthropic Messages, as a strict provider takes and gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from ownkey.rehearsal.cache import Bill, Caching, Segment
from ownkey.rehearsal.conversation import Call, Conversation, Item, Result, Told, Turn
from ownkey.rehearsal.formats import (
    Check,
    Problem,
    bearer,
    canonical,
    decode,
    event,
    seal,
    shreds,
    unseal,
    words,
    written,
)

LIFETIMES = {"5m": 300.0, "1h": 3600.0}
MARKERS = 4

Id = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_-]+$", max_length=64)]
Name = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_-]+$", max_length=128)]
BLANK = "text content blocks must be non-empty"


class Marker(msgspec.Struct, forbid_unknown_fields=True):
    type: Literal["ephemeral"]
    ttl: Literal["5m", "1h"] = "5m"


class _Block(msgspec.Struct, tag_field="type", forbid_unknown_fields=True, kw_only=True):
    pass


class Words(_Block, tag="text"):
    text: str
    cache_control: Marker | None = None

    def __post_init__(self) -> None:
        _refuse_blank(self.text)


class Picture(_Block, tag="image"):
    source: dict[str, Any]
    cache_control: Marker | None = None


class Thinking(_Block, tag="thinking"):
    thinking: str
    signature: str


class ToolUse(_Block, tag="tool_use"):
    id: Id
    name: Name
    input: dict[str, Any]
    cache_control: Marker | None = None


class ToolResult(_Block, tag="tool_result"):
    tool_use_id: Id
    content: str | list[Words | Picture] = ""
    is_error: bool = False
    cache_control: Marker | None = None


class _Message(msgspec.Struct, tag_field="role", forbid_unknown_fields=True):
    # No pattern for the text: msgspec 0.22 frees the pattern of a union with a list as if it
    # were the list's type, and the process dies at its end (msgspec issue 717).
    content: str | list[Any]

    def __post_init__(self) -> None:
        _refuse_blank(self.content)


class User(_Message, tag="user"):
    content: str | list[Words | Picture | ToolResult]


class Assistant(_Message, tag="assistant"):
    content: str | list[Words | Thinking | ToolUse]


def _refuse_blank(content: str | list[Any]) -> None:
    if not content or (isinstance(content, str) and content.isspace()):
        raise ValueError(BLANK)


class Tool(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    input_schema: dict[str, Any]
    description: str = ""
    cache_control: Marker | None = None
    eager_input_streaming: bool = False


class Enabled(msgspec.Struct, tag="enabled", tag_field="type", forbid_unknown_fields=True):
    budget_tokens: Annotated[int, Meta(ge=1024)]
    display: Literal["summarized", "omitted"] = "summarized"


class Adaptive(msgspec.Struct, tag="adaptive", tag_field="type", forbid_unknown_fields=True):
    display: Literal["summarized", "omitted"] = "omitted"


class Disabled(msgspec.Struct, tag="disabled", tag_field="type", forbid_unknown_fields=True):
    pass


class Request(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    model: str
    max_tokens: Annotated[int, Meta(ge=1)]
    messages: Annotated[list[User | Assistant], Meta(min_length=1)]
    stream: Literal[True]
    system: str | list[Words] = ""
    tools: list[Tool] = []
    tool_choice: dict[str, Any] | None = None
    thinking: Enabled | Adaptive | Disabled | None = None
    output_config: dict[str, Any] | None = None
    cache_control: Marker | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop_sequences: list[str] = []
    metadata: dict[str, Any] | None = None
    service_tier: str | None = None


TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class Messages:
    path: ClassVar[str] = "/v1/messages"
    caching: ClassVar[Caching] = "marked"

    def __init__(self, body: dict[str, Any], *, strict: bool) -> None:
        request = decode(body, Request, CHECKS, strict)
        self.model = self.scope = request.model
        self.segments = tuple(_segments(body))
        self.conversation = Conversation(
            items=tuple(_items(request.messages)),
            tools=frozenset(tool.name for tool in request.tools),
            system=_text(request.system),
        )
        self.reasons = isinstance(request.thinking, Enabled | Adaptive)
        self._shows = self.reasons and getattr(request.thinking, "display", "") == "summarized"

    @staticmethod
    def authorised(headers: Mapping[str, str]) -> bool:
        return bool(headers.get("x-api-key")) or bearer(headers)

    @staticmethod
    def refusal(problem: Problem) -> tuple[int, dict[str, Any]]:
        error = {
            "type": TYPES.get(problem.status, "api_error"),
            "message": problem.messages or problem.message,
        }
        return problem.status, {"type": "error", "error": error, "request_id": "req_rehearsal"}

    @staticmethod
    def failure(problem: Problem) -> bytes:
        return event(Messages.refusal(problem)[1], "error")

    def stream(self, turn: Turn, bill: Bill, serial: int) -> Iterator[bytes]:
        for data in self._events(turn, bill, serial):
            yield event(data, data["type"])

    def _events(self, turn: Turn, bill: Bill, serial: int) -> Iterator[dict[str, Any]]:
        usage = {
            "input_tokens": bill.uncached,
            "cache_creation_input_tokens": bill.write,
            "cache_read_input_tokens": bill.read,
            "output_tokens": 1,
        }
        message: dict[str, Any] = {
            "id": f"msg_{serial}",
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }
        yield {"type": "message_start", "message": message}
        yield {"type": "ping"}
        for index, (start, deltas) in enumerate(self._blocks(turn)):
            yield {"type": "content_block_start", "index": index, "content_block": start}
            for delta in deltas:
                yield {"type": "content_block_delta", "index": index, "delta": delta}
            yield {"type": "content_block_stop", "index": index}
        yield {
            "type": "message_delta",
            "delta": {"stop_reason": _stop(turn), "stop_sequence": None},
            "usage": usage | {"output_tokens": bill.output},
        }
        yield {"type": "message_stop"}

    def _blocks(self, turn: Turn) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Each block as it starts, and its deltas."""
        if turn.thinking:
            shown = words(turn.thinking) if self._shows else []
            thoughts: list[dict[str, Any]] = [
                {"type": "thinking_delta", "thinking": word} for word in shown
            ]
            signed = {"type": "signature_delta", "signature": seal(turn.thinking)}
            yield {"type": "thinking", "thinking": "", "signature": ""}, [*thoughts, signed]
        if turn.text:
            said = [{"type": "text_delta", "text": word} for word in words(turn.text)]
            yield {"type": "text", "text": ""}, said
        for call in turn.calls:
            start = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
            pieces = ["", *shreds(written(call.arguments))] if call.arguments else [""]
            yield start, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]


def _stop(turn: Turn) -> str:
    return "tool_use" if turn.calls else "end_turn"


def _blocks(message: User | Assistant) -> list[Any]:
    content = message.content
    return [Words(text=content)] if isinstance(content, str) else list(content)


def _text(content: str | list[Any]) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block.text for block in content if isinstance(block, Words))


def _items(messages: Iterable[User | Assistant]) -> Iterator[Item]:
    for message in messages:
        blocks = _blocks(message)
        if isinstance(message, Assistant):
            uses = [block for block in blocks if isinstance(block, ToolUse)]
            calls = tuple(Call(use.name, use.input, use.id) for use in uses)
            yield Turn(text=_text(blocks), calls=calls)
            continue
        for block in blocks:
            if isinstance(block, ToolResult):
                yield Result(block.tool_use_id, _text(block.content), block.is_error)
        if told := _text(blocks):
            yield Told(told)


def _segments(body: dict[str, Any]) -> Iterator[Segment]:
    """The prompt block by block. Markers are instructions, not content: they may move
    without changing what is cached."""
    rows = [("tool", tool) for tool in body.get("tools", [])]
    rows += [("system", block) for block in _raw(body.get("system", []))]
    for message in body["messages"]:
        rows += [(message["role"], block) for block in _raw(message["content"])]
    last = len(rows) - 1
    for index, (place, block) in enumerate(rows):
        marker = block.get("cache_control") or (index == last and body.get("cache_control"))
        bare = {key: value for key, value in block.items() if key != "cache_control"}
        lifetime = LIFETIMES[marker.get("ttl", "5m")] if marker else None
        yield Segment(canonical([place, bare]), lifetime)


def _raw(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _order(request: Request) -> str | None:
    if isinstance(request.messages[0], Assistant):
        return "messages: first message must use the user role"
    if isinstance(request.messages[-1], Assistant):
        return "messages: the conversation must end with a user message"
    return None


def _answered(request: Request) -> str | None:
    """Calls are answered in the next message, all of them, before anything else."""
    open_calls: list[str] = []
    for number, message in enumerate(request.messages):
        blocks = _blocks(message)
        given = [block.tool_use_id for block in blocks if isinstance(block, ToolResult)]
        if missing := [call for call in open_calls if call not in given]:
            return (
                f"messages.{number}: `tool_use` ids were found without `tool_result` blocks "
                f"immediately after: {', '.join(missing)}"
            )
        if sorted(given) != sorted(open_calls):
            return f"messages.{number}: unexpected `tool_result` block: {', '.join(given)}"
        if not all(isinstance(block, ToolResult) for block in blocks[: len(given)]):
            return f"messages.{number}: `tool_result` blocks must come before other content"
        open_calls = [block.id for block in blocks if isinstance(block, ToolUse)]
    return None


def _signed(request: Request) -> str | None:
    for number, message in enumerate(request.messages):
        for block in _blocks(message):
            if isinstance(block, Thinking):
                thinking = unseal(block.signature)
                if thinking is None or block.thinking not in ("", thinking):
                    return f"messages.{number}: Invalid `signature` in `thinking` block"
    return None


def _marked(request: Request) -> str | None:
    system = request.system if isinstance(request.system, list) else []
    blocks = [block for message in request.messages for block in _blocks(message)]
    holders = [request, *request.tools, *system, *blocks]
    count = sum(getattr(holder, "cache_control", None) is not None for holder in holders)
    if count > MARKERS:
        return f"A maximum of {MARKERS} blocks with cache_control may be provided. Found {count}."
    return None


def _equipped(request: Request) -> str | None:
    names = [tool.name for tool in request.tools]
    if len(set(names)) < len(names):
        return "tools: Tool names must be unique."
    if any(tool.input_schema.get("type") != "object" for tool in request.tools):
        return "tools: input_schema.type must be 'object'"
    used = any(isinstance(b, ToolUse) for message in request.messages for b in _blocks(message))
    return "tools: must be defined where messages hold tool_use" if used and not names else None


def _budgeted(request: Request) -> str | None:
    thinking = request.thinking
    if isinstance(thinking, Enabled) and thinking.budget_tokens >= request.max_tokens:
        return "`max_tokens` must be greater than `thinking.budget_tokens`"
    if isinstance(thinking, Enabled | Adaptive) and request.temperature not in (None, 1):
        return "`temperature` may only be set to 1 when thinking is enabled"
    return None


CHECKS: tuple[Check[Request], ...] = (_order, _answered, _signed, _marked, _equipped, _budgeted)
