"""Chat Completions: the stream in, with all that hosts make of it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from ownkey.core.message import Chunk, Delta, End, Part, Stop, Text, Thinking, ToolCall, Usage
from ownkey.wire import loose, refusal

REASONING = ("reasoning_content", "reasoning", "reasoning_text")
"""Where reasoning comes: the first that holds any, for some send the same text in two."""

STOPS: dict[str, Stop] = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "model_context_window_exceeded": "length",
    "tool_calls": "tools",
    "function_call": "tools",
    "content_filter": "refused",
    "sensitive": "refused",
}
"""Every other reason is an end: hosts have many words for it."""

BREAKDOWNS = ("error", "network_error", "insufficient_system_resource")
"""Finish reasons that are errors: OpenRouter, Z.ai, DeepSeek."""

CACHE_READ = (
    "prompt_tokens_details.cached_tokens",
    "prompt_cache_hit_tokens",  # DeepSeek
    "cached_tokens",  # Moonshot
    "num_cached_tokens",  # Mistral
    "prompt_token_details.cached_tokens",  # Mistral, spelled so
    "cache_read_input_tokens",  # LiteLLM
)
CACHE_WRITE = (
    "prompt_tokens_details.cache_write_tokens",  # OpenAI since 5.6, OpenRouter
    "prompt_tokens_details.cache_creation_input_tokens",  # DashScope
    "cache_creation_input_tokens",  # LiteLLM
)
"""Counts that `prompt_tokens` includes, by the names hosts give them (wire-facts 1C)."""

THINKING, TEXT, FIRST_CALL = 0, 1, 2
"""Where the parts of a message stand. The format has one reasoning and one text, in no
order; sealed reasoning may come last and still belongs first."""

Json = dict[str, Any]


class Decoder:
    """The chunks of one answer."""

    def __init__(self) -> None:
        self.complete = False
        self._begun = False
        self._calls: list[_Call] = []
        self._field = ""
        self._details: list[Json] = []

    def feed(self, data: bytes) -> list[Chunk]:
        if data == loose.DONE:
            # Some never give a finish_reason; this line too is an end, if of something.
            self.complete = self.complete or self._begun
            return []
        event = loose.event(data)
        if error := event.get("error"):
            raise refusal.in_stream(error)
        choice = next(iter(loose.rows(event.get("choices"))), {})
        chunks = self._delta(loose.table(choice.get("delta") or choice.get("message")))
        usage = event.get("usage") or choice.get("usage")
        usage = usage or loose.table(event.get("x_groq")).get("usage")
        reason = choice.get("finish_reason")
        if reason or usage:
            chunks.append(self._end(loose.text(reason), loose.table(usage)))
        return chunks

    def _delta(self, delta: Json) -> list[Chunk]:
        if not delta:
            return []
        chunks: list[Chunk] = []
        chunks += self._reasoning(delta)
        content = delta.get("content")
        if isinstance(content, str):
            chunks += self._words(Text(content))
        else:
            chunks += self._blocks(loose.rows(content))
        for call in loose.rows(delta.get("tool_calls")):
            chunks += self._call(call)
        return chunks

    def _words(self, part: Text | Thinking) -> list[Chunk]:
        """More of the one text, or of the one reasoning, that a message has."""
        if not part.text and part.opaque is None:
            return []
        self._begun = True
        return [Delta(TEXT if isinstance(part, Text) else THINKING, part)]

    def _blocks(self, blocks: list[Json]) -> list[Chunk]:
        """Content as a list: Mistral, with its thinking in it."""
        chunks: list[Chunk] = []
        for block in blocks:
            if "thinking" in block:
                inner = loose.rows(block["thinking"])
                thought = "".join(loose.text(row.get("text")) for row in inner)
                chunks += self._words(Thinking(thought or loose.text(block["thinking"])))
            else:
                chunks += self._words(Text(loose.text(block.get("text"))))
        return chunks

    def _reasoning(self, delta: Json) -> list[Chunk]:
        details = loose.rows(delta.get("reasoning_details"))
        self._gather(details)
        field = next((name for name in REASONING if loose.text(delta.get(name))), "")
        if field:
            self._field = self._field or field
            opaque = {"field": self._field} if self._field == field else None
            if self._field == field:
                return self._kept(Thinking(delta[field], opaque))
        words = "".join(loose.text(row.get("text") or row.get("summary")) for row in details)
        return self._kept(Thinking(words)) if details and not field else []

    def _kept(self, part: Thinking) -> list[Chunk]:
        opaque = part.opaque
        if self._details:
            opaque = {**(opaque or {}), "details": [dict(row) for row in self._details]}
        return self._words(Thinking(part.text, opaque))

    def _gather(self, details: list[Json]) -> None:
        """Fragments of a text or summary make one entry; sealed entries stay apart."""
        for row in details:
            last = self._details[-1] if self._details else {}
            same = last.get("type") == row.get("type") and last.get("index") == row.get("index")
            if same and row.get("type") != "reasoning.encrypted":
                for name, value in row.items():
                    joins = name in ("text", "summary") and isinstance(value, str)
                    last[name] = loose.text(last.get(name)) + value if joins else value
            else:
                self._details.append(dict(row))

    def _call(self, given: Json) -> list[Chunk]:
        function = loose.table(given.get("function"))
        name = loose.text(function.get("name"))
        identity = loose.text(given.get("id"))
        fragment = _fragment(function.get("arguments"))
        call = self._find(given.get("index"), identity, name)
        if call is None:
            self._begun = True
            at = FIRST_CALL + len(self._calls)
            call = _Call(at, given.get("index"), identity or f"call_{at}", name)
            self._calls.append(call)
            start: Part = ToolCall(call.id, name)
            chunks: list[Chunk] = [Delta(call.at, start)]
        elif name and not call.name:
            call.name = name
            chunks = [Delta(call.at, ToolCall("", name))]
        else:
            chunks = []
        if fragment and not (fragment.isspace() and call.whole):
            call.arguments += fragment
            chunks.append(Delta(call.at, ToolCall("", "", fragment)))
        if extra := loose.table(given.get("extra_content")):
            chunks.append(Delta(call.at, ToolCall("", "", "", {"extra_content": extra})))
        return chunks

    def _find(self, index: Any, identity: str, name: str) -> _Call | None:
        """The call a fragment belongs to: by index, else by id, else the last one. An id
        may change on the way; a new id with a name after whole arguments is a new call."""
        if isinstance(index, int):
            call = next((one for one in reversed(self._calls) if one.index == index), None)
        elif identity:
            call = next((one for one in self._calls if one.id == identity), None)
        else:
            call = self._calls[-1] if self._calls else None
        if call and name and identity not in ("", call.id) and call.whole:
            return None
        if call and name and not identity and not isinstance(index, int) and call.whole:
            return None
        return call

    def _end(self, reason: str, usage: Json) -> End:
        if reason in BREAKDOWNS:
            words = f"the answer ended with finish_reason {reason!r}"
            raise refusal.in_stream({"code": 503, "message": words})
        self.complete = self.complete or bool(reason)
        return End(
            stop=STOPS.get(reason, "end") if reason else None,
            usage=_usage(usage) if usage else None,
        )


class _Call:
    """A tool call being streamed."""

    def __init__(self, at: int, index: Any, identity: str, name: str) -> None:
        self.at = at
        self.index = index
        self.id = identity
        self.name = name
        self.arguments = ""

    @property
    def whole(self) -> bool:
        """Whether its arguments are an object already."""
        if not self.arguments.rstrip().endswith("}"):
            return False
        try:
            msgspec.json.decode(self.arguments)
        except msgspec.DecodeError:
            return False
        return True


def _fragment(arguments: Any) -> str:
    """Arguments are text; some send an object, or null."""
    if isinstance(arguments, dict):
        return json.dumps(arguments, ensure_ascii=False)
    return loose.text(arguments)


def _usage(usage: Json) -> Usage:
    """`prompt_tokens` includes what was read from and written to the cache; reasoning is a
    part of `completion_tokens`, save where it is the larger of the two (xAI, DeepInfra)."""
    read = loose.found(usage, *CACHE_READ)
    write = loose.found(usage, *CACHE_WRITE)
    output = loose.found(usage, "completion_tokens")
    reasoning = loose.found(usage, "completion_tokens_details.reasoning_tokens")
    return Usage(
        input=max(0, loose.found(usage, "prompt_tokens") - read - write),
        output=output + reasoning if reasoning > output else output,
        cache_read=read,
        cache_write=write,
        reasoning=reasoning,
    )
