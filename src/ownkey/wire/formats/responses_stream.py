"""Responses: the event stream in, item by item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ownkey.core.message import Chunk, Delta, End, Part, Stop, Text, Thinking, ToolCall, Usage
from ownkey.wire import loose
from ownkey.wire.refusals import refusal

INCOMPLETE: dict[str, Stop] = {"max_output_tokens": "length", "content_filter": "refused"}

KEPT_OF_REASONING = ("id", "type", "summary", "content", "encrypted_content")
"""What a reasoning item is sent back with; `status` is the server's to say."""

Json = dict[str, Any]


class Decoder:
    """The events of one response. `limit` is the output limit that was asked for."""

    def __init__(self, limit: int | None) -> None:
        self.complete = False
        self._limit = limit
        self._slots = _Slots()
        self._called: set[str] = set()
        """The ids of calls that are whole."""

    def feed(self, data: bytes) -> list[Chunk]:
        if loose.is_done(data):
            return []
        event = loose.event(data, late=self.complete)
        kind = loose.text(event.get("type"))
        if growing := GROWING.get(kind):
            return self._grow(event, growing)
        if late := GROWN.get(kind):
            return self._late(event, *late)
        match kind:
            case "response.output_item.added":
                return self._added(event, loose.table(event.get("item")))
            case "response.output_item.done":
                return self._done(event, loose.table(event.get("item")))
            case "response.reasoning_summary_part.added":
                return self._paragraph(event)
            case "response.completed" | "response.incomplete":
                return self._finish(loose.table(event.get("response")))
            case "response.failed" | "error":
                inside = loose.table(event.get("response")).get("error")
                raise refusal.in_stream(inside or event.get("error") or event)
            case _ if event.get("error"):
                raise refusal.in_stream(event["error"])
        return []

    def _grow(self, event: Json, kind: str) -> list[Chunk]:
        fragment = loose.text(event.get("delta"))
        if not fragment:
            return []
        slot = self._slots.of(kind, event.get("item_id"), event.get("output_index"))
        slot.size += len(fragment)
        return [Delta(slot.at, _fragment(kind, fragment))]

    def _added(self, event: Json, item: Json) -> list[Chunk]:
        kind = loose.text(item.get("type"))
        if kind not in WHOLE:
            return []
        slot = self._slots.begin(kind, item.get("id"), event.get("output_index"))
        return [Delta(slot.at, _named(item))] if kind == "function_call" else []

    def _done(self, event: Json, item: Json) -> list[Chunk]:
        """The finished item is the truth about it, save where it left its text out."""
        kind = loose.text(item.get("type"))
        if kind not in WHOLE:
            return []
        slot = self._slots.of(kind, item.get("id"), event.get("output_index"))
        self._slots.close(slot)
        part = WHOLE[kind](item)
        if isinstance(part, ToolCall):
            self._called.add(part.id)
        said = part.arguments if isinstance(part, ToolCall) else part.text
        if slot.size and not said:
            return [Delta(slot.at, part)]
        if kind == "message" and not said:
            return []
        return [Delta(slot.at, part, whole=True)]

    def _late(self, event: Json, kind: str, field: str) -> list[Chunk]:
        """Some send arguments and texts only here, at the end."""
        given = loose.arguments(event.get(field))
        slot = self._slots.of(kind, event.get("item_id"), event.get("output_index"))
        if slot.size or not given:
            return []
        slot.size = len(given)
        return [Delta(slot.at, _fragment(kind, given))]

    def _paragraph(self, event: Json) -> list[Chunk]:
        slot = self._slots.of("reasoning", event.get("item_id"), event.get("output_index"))
        return [Delta(slot.at, Thinking("\n\n"))] if slot.size else []

    def _finish(self, response: Json) -> list[Chunk]:
        if error := response.get("error"):
            raise refusal.in_stream(error)
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
        for place, item in enumerate(output):
            slot = self._slots.find(loose.text(item.get("type")), item.get("id"), place)
            if slot is None and loose.text(item.get("call_id")) in self._called:
                continue  # under another id and place; run once
            if slot is None or not slot.done or item.get("encrypted_content"):
                chunks += self._done({"output_index": place}, item)
        return chunks


class _Slot:
    """An item of the output, and the part it becomes."""

    def __init__(self, at: int, kind: str) -> None:
        self.at = at
        self.kind = kind
        self.size = 0
        """Characters streamed."""
        self.done = False


class _Slots:
    """The items of the output. Events name theirs by id and by place; llama.cpp gives no
    place, and behind some gateways ids change from event to event."""

    def __init__(self) -> None:
        self._by_id: dict[str, _Slot] = {}
        self._by_place: dict[int, _Slot] = {}
        self._open: dict[str, _Slot] = {}
        """The last one of each kind that is not done."""
        self._free = 0
        """The first place that nothing stands at or after."""

    def find(self, kind: str, identity: Any, place: Any) -> _Slot | None:
        for slot in (self._by_id.get(loose.text(identity)), self._by_place.get(_place(place))):
            if slot is not None and slot.kind == kind:
                return slot
        return None

    def of(self, kind: str, identity: Any, place: Any) -> _Slot:
        """The item that an event speaks of; one that names none speaks of the open one."""
        slot = self.find(kind, identity, place)
        if slot is None and not loose.text(identity) and _place(place) < 0:
            slot = self._open.get(kind)
        return slot or self._begin(kind, identity, place)

    def begin(self, kind: str, identity: Any, place: Any) -> _Slot:
        """The item that an event announces: a new one, unless its id is known."""
        return self.find(kind, identity, None) or self._begin(kind, identity, place)

    def close(self, slot: _Slot) -> None:
        slot.done = True
        if self._open.get(slot.kind) is slot:
            del self._open[slot.kind]

    def _begin(self, kind: str, identity: Any, place: Any) -> _Slot:
        at = _place(place)
        if at < 0 or at in self._by_place:
            at = self._free
        self._free = max(self._free, at + 1)
        slot = self._by_place[at] = self._open[kind] = _Slot(at, kind)
        if isinstance(identity, str):
            self._by_id[identity] = slot
        return slot


def _place(value: Any) -> int:
    """Of an item in the output; negative where there is none."""
    return value if isinstance(value, int) else -1


GROWING = {
    "response.output_text.delta": "message",
    "response.refusal.delta": "message",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.reasoning_text.delta": "reasoning",
    "response.function_call_arguments.delta": "function_call",
}
"""Events that bring more of an item of that kind."""

GROWN = {
    "response.function_call_arguments.done": ("function_call", "arguments"),
    "response.output_text.done": ("message", "text"),
}
"""Events that repeat what has grown, and in which field."""


def _fragment(kind: str, text: str) -> Part:
    match kind:
        case "function_call":
            return ToolCall("", "", text)
        case "reasoning":
            return Thinking(text)
        case _:
            return Text(text)


def _named(item: Json) -> ToolCall:
    identity = loose.text(item.get("call_id")) or loose.text(item.get("id"))
    return ToolCall(identity, loose.text(item.get("name")))


def _message(item: Json) -> Text:
    content = loose.rows(item.get("content"))
    words = "".join(loose.text(row.get("text") or row.get("refusal")) for row in content)
    phase = loose.text(item.get("phase"))
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
    return ToolCall(named.id, named.name, loose.arguments(item.get("arguments")))


WHOLE: dict[str, Callable[[Json], Text | Thinking | ToolCall]] = {
    "message": _message,
    "reasoning": _reasoning,
    "function_call": _call,
}
"""Items that become parts; calls of the server's own tools do not."""


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
        cost=loose.dollars(usage.get("cost")),
    )
