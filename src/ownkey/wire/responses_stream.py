"""Responses: the event stream in, item by item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ownkey.core.message import Chunk, Delta, End, Part, Stop, Text, Thinking, ToolCall, Usage
from ownkey.wire import loose, refusal

INCOMPLETE: dict[str, Stop] = {"max_output_tokens": "length", "content_filter": "refused"}

KEPT_OF_REASONING = ("id", "type", "summary", "content", "encrypted_content")
"""What a reasoning item is sent back with; `status` is the server's to say."""

Json = dict[str, Any]


class Decoder:
    """The events of one response. `limit` is the output limit that was asked for."""

    def __init__(self, limit: int | None) -> None:
        self.complete = False
        self._limit = limit
        self._slots: dict[object, _Slot] = {}

    def feed(self, data: bytes) -> list[Chunk]:
        if data == loose.DONE:
            return []
        event = loose.event(data)
        kind = loose.text(event.get("type"))
        if grow := GROWING.get(kind):
            return self._grow(event, grow)
        match kind:
            case "response.output_item.added":
                return self._item(event, loose.table(event.get("item")), done=False)
            case "response.output_item.done":
                return self._item(event, loose.table(event.get("item")), done=True)
            case "response.function_call_arguments.done":
                return self._arguments(event)
            case "response.reasoning_summary_part.added":
                return self._paragraph(event)
            case "response.completed" | "response.incomplete":
                return self._finish(loose.table(event.get("response")))
            case "response.failed" | "error" | "":
                if error := _error(event):
                    raise refusal.in_stream(error)
        return []

    def _grow(self, event: Json, kind: str) -> list[Chunk]:
        fragment = loose.text(event.get("delta"))
        if not fragment:
            return []
        slot = self._slot(event, kind)
        slot.size += len(fragment)
        return [Delta(slot.at, _fragment(slot.kind, fragment))]

    def _item(self, event: Json, item: Json, *, done: bool) -> list[Chunk]:
        """An item that starts, or the finished one, which is the truth about it."""
        kind = loose.text(item.get("type"))
        if kind not in WHOLE:
            return []
        slot = self._slot({**event, "item_id": item.get("id")}, kind)
        if not done:
            return [Delta(slot.at, _named(item))] if kind == "function_call" else []
        slot.done = True
        part = WHOLE[kind](item)
        said = part.arguments if isinstance(part, ToolCall) else part.text
        if slot.size and not said:
            # The finished item left its text out; what was streamed stands.
            return [Delta(slot.at, _unsaid(part))]
        return [Delta(slot.at, part, whole=True)]

    def _arguments(self, event: Json) -> list[Chunk]:
        """Some send the arguments only here, at the end."""
        slot = self._slot(event, "function_call")
        given = loose.text(event.get("arguments"))
        if slot.size or not given:
            return []
        slot.size = len(given)
        return [Delta(slot.at, ToolCall("", "", given))]

    def _paragraph(self, event: Json) -> list[Chunk]:
        slot = self._slot(event, "reasoning")
        return [Delta(slot.at, Thinking("\n\n"))] if slot.size else []

    def _finish(self, response: Json) -> list[Chunk]:
        self.complete = True
        chunks = self._missed(loose.rows(response.get("output")))
        usage = _usage(loose.table(response.get("usage")))
        reason = loose.text(loose.table(response.get("incomplete_details")).get("reason"))
        stop: Stop = "end"
        if response.get("status") == "incomplete" or reason:
            stop = INCOMPLETE.get(reason, "length")
        elif self._limit and usage.output >= self._limit:
            stop = "length"  # llama.cpp says completed all the same
        return [*chunks, End(stop, usage)]

    def _missed(self, output: list[Json]) -> list[Chunk]:
        """Items, and sealed reasoning, that only the closing event brings (Azure)."""
        chunks: list[Chunk] = []
        for at, item in enumerate(output):
            slot = next((one for one in self._slots.values() if one.id == item.get("id")), None)
            sealed = item.get("type") == "reasoning" and item.get("encrypted_content")
            if sealed or (not self._slots) or (slot is not None and not slot.done):
                where = {"output_index": at} if slot is None else {"item_id": slot.id}
                chunks += self._item(where, item, done=True)
        return chunks

    def _slot(self, event: Json, kind: str) -> _Slot:
        """The item an event speaks of: by its id, by its place, else the last one."""
        identity = event.get("item_id")
        place = event.get("output_index")
        for key in (identity, place):
            if isinstance(key, str | int) and key in self._slots:
                slot = self._slots[key]
                break
        else:
            last = next(reversed(self._slots.values()), None)
            unnamed = identity is None and place is None
            slot = last if last and unnamed else _Slot(self._places(), kind, identity)
        for key in (identity, place):
            if isinstance(key, str | int):
                self._slots[key] = slot
        self._slots.setdefault(("slot", slot.at), slot)
        return slot

    def _places(self) -> int:
        return len({slot.at for slot in self._slots.values()})


class _Slot:
    """An item of the output, and the part it becomes."""

    def __init__(self, at: int, kind: str, identity: object) -> None:
        self.at = at
        self.kind = kind
        self.id = identity
        self.size = 0
        """Characters streamed."""
        self.done = False


def _error(event: Json) -> Any:
    """The error an event reports; events without a type may be nothing but one."""
    inside = loose.table(event.get("response")).get("error")
    return inside or event.get("error") or (event if event.get("type") else None)


GROWING = {
    "response.output_text.delta": "message",
    "response.refusal.delta": "message",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.reasoning_text.delta": "reasoning",
    "response.function_call_arguments.delta": "function_call",
}
"""Events that bring more of an item of that kind."""


def _fragment(kind: str, text: str) -> Part:
    match kind:
        case "function_call":
            return ToolCall("", "", text)
        case "reasoning":
            return Thinking(text)
        case _:
            return Text(text)


def _named(item: Json) -> ToolCall:
    return ToolCall(loose.text(item.get("call_id")), loose.text(item.get("name")))


def _message(item: Json) -> Text:
    content = loose.rows(item.get("content"))
    words = "".join(loose.text(row.get("text") or row.get("refusal")) for row in content)
    phase = item.get("phase")
    return Text(words, {"phase": phase} if phase else None)


def _reasoning(item: Json) -> Thinking:
    """The item itself goes back where it can be continued from: sealed, or in the open."""
    blocks = loose.rows(item.get("summary")) or loose.rows(item.get("content"))
    words = "\n\n".join(loose.text(row.get("text")) for row in blocks)
    usable = item.get("encrypted_content") or item.get("content")
    kept = {name: item[name] for name in KEPT_OF_REASONING if item.get(name) is not None}
    return Thinking(words, {"item": {"summary": [], **kept}} if usable else None)


def _call(item: Json) -> ToolCall:
    named = _named(item)
    return ToolCall(named.id, named.name, loose.text(item.get("arguments")))


WHOLE: dict[str, Callable[[Json], Text | Thinking | ToolCall]] = {
    "message": _message,
    "reasoning": _reasoning,
    "function_call": _call,
}
"""Items that become parts; calls of the server's own tools do not."""


def _unsaid(part: Part) -> Part:
    """What a finished item adds to the text that was streamed."""
    match part:
        case ToolCall():
            return ToolCall(part.id, part.name)
        case Thinking():
            return Thinking("", part.opaque)
        case Text():
            return Text("", part.opaque)


def _usage(usage: Json) -> Usage:
    """`input_tokens` includes what was read from and written to the cache."""
    read = loose.found(usage, "input_tokens_details.cached_tokens")
    write = loose.found(usage, "input_tokens_details.cache_write_tokens")
    return Usage(
        input=max(0, loose.found(usage, "input_tokens") - read - write),
        output=loose.found(usage, "output_tokens"),
        cache_read=read,
        cache_write=write,
        reasoning=loose.found(usage, "output_tokens_details.reasoning_tokens"),
    )
