"""Messages: the event stream in, block by block."""

from __future__ import annotations

from typing import Any

from ownkey.core.message import Chunk, Delta, End, Part, Stop, Text, Thinking, ToolCall, Usage
from ownkey.wire import loose
from ownkey.wire.refusals import refusal

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
"""Every other reason is an end."""

COUNTERS = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_input_tokens",
    "cache_write": "cache_creation_input_tokens",
    "reasoning": "output_tokens_details.thinking_tokens",
    "cache_write_1h": "cache_creation.ephemeral_1h_input_tokens",
}
"""Fields of `Usage` by their names here; of those that are paid for none includes another."""

Json = dict[str, Any]


class Decoder:
    """The events of one message."""

    def __init__(self) -> None:
        self.complete = False
        self._blocks: dict[int, _Block] = {}
        """The last one that began at each index."""
        self._begun = 0
        self._counts: dict[str, int] = {}
        self._cost: float | None = None

    def feed(self, data: bytes) -> list[Chunk]:
        event = {} if loose.is_done(data) else loose.event(data, late=self.complete)
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
                return [chunk for index in self._blocks for chunk in self._stop(index)]
            case "error":
                return self._fail(event)
        return self._fail(event) if event.get("error") else []

    def _fail(self, event: Json) -> list[Chunk]:
        """An error takes nothing from an answer that has its end."""
        if self.complete:
            return []
        raise refusal.in_stream(event.get("error") or event)

    def _start(self, index: int, given: Json) -> list[Chunk]:
        chunks = self._stop(index)
        block = _Block(self._begun, loose.text(given.get("type")))
        self._begun += 1
        self._blocks[index] = block
        part: Part
        match block.kind:
            case "text":
                part = Text(loose.text(given.get("text")))
            case "thinking":
                part = Thinking(loose.text(given.get("thinking")))
                block.signature = loose.text(given.get("signature"))
            case "redacted_thinking":
                part = Thinking("", {"redacted": loose.text(given.get("data"))})
            case "tool_use":
                identity = loose.text(given.get("id")) or f"call_{block.at}"
                part = ToolCall(identity, loose.text(given.get("name")))
                block.arguments = loose.arguments(given.get("input") or None)
            case _:
                return chunks
        return [*chunks, Delta(block.at, part)]

    def _delta(self, index: int, delta: Json) -> list[Chunk]:
        """Deltas that do not fit their block are skipped, as are those of unknown kinds."""
        block = self._blocks.get(index)
        if block is None:
            return []
        part: Part
        match delta.get("type"), block.kind:
            case "text_delta", "text":
                part = Text(loose.text(delta.get("text")))
            case "thinking_delta", "thinking":
                part = Thinking(loose.text(delta.get("thinking")))
            case "input_json_delta", "tool_use":
                part = ToolCall("", "", loose.arguments(delta.get("partial_json")))
                block.arguments = "" if part.arguments else block.arguments
            case "signature_delta", "thinking":
                block.signature += loose.text(delta.get("signature"))
                return []
            case _:
                return []
        return [Delta(block.at, part)]

    def _stop(self, index: int) -> list[Chunk]:
        """What could only be told at the end of a block, and its end may be left out."""
        block = self._blocks.get(index)
        if block is None:
            return []
        chunks: list[Chunk] = []
        if block.signature:
            chunks.append(Delta(block.at, Thinking("", {"signature": block.signature})))
        if block.arguments:
            chunks.append(Delta(block.at, ToolCall("", "", block.arguments)))
        block.signature = block.arguments = ""
        return chunks

    def _end(self, delta: Json, usage: Any) -> End:
        """Counters are cumulative, and some proxies send zeros first or last."""
        for field, name in COUNTERS.items():
            self._counts[field] = max(self._counts.get(field, 0), loose.found(usage, name))
        cost = loose.dollars(loose.table(usage).get("cost"))
        self._cost = self._cost if cost is None else cost
        reason = delta.get("stop_reason")
        return End(
            stop=STOPS.get(loose.text(reason), "end") if reason else None,
            usage=Usage(**self._counts, cost=self._cost),
        )


class _Block:
    """A block of content being streamed."""

    def __init__(self, at: int, kind: str) -> None:
        self.at = at
        self.kind = kind
        self.signature = ""
        """Comes in pieces; only the whole means anything."""
        self.arguments = ""
        """Those that came with the start, which hold unless pieces follow."""


def _index(event: Json) -> int:
    index = event.get("index")
    return index if isinstance(index, int) else 0
