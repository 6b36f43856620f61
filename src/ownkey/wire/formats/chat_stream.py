"""Chat Completions: the stream in, with all that hosts make of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ownkey.core.message import Chunk, Delta, End, Stop, Text, Thinking, ToolCall, Usage
from ownkey.wire import loose
from ownkey.wire.formats.chat_calls import Calls
from ownkey.wire.formats.tags import Reader
from ownkey.wire.refusals import refusal

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

THINKING, TEXT = 0, 1
"""Where the parts of a message stand, before the calls. The format has one reasoning and
one text, in no order; sealed reasoning may come last and still belongs first."""

Json = dict[str, Any]


class Decoder:
    """The chunks of one answer. `reader` finds what its text holds that is no text."""

    def __init__(self, reader: Reader | None = None) -> None:
        self.complete = False
        self._begun = False
        self._reader = reader
        self._calls = Calls(TEXT + 1)
        self._field = ""
        """The one of `REASONING` that reasoning came in."""
        self._details: list[Json] = []

    def feed(self, data: bytes) -> list[Chunk]:
        if loose.is_done(data):
            # Some never give a finish_reason; this line too is an end, if of something.
            return self._finish() if self._begun else []
        event = loose.event(data, late=self.complete)
        choice = next(iter(loose.rows(event.get("choices"))), {})
        if not self.complete and (error := _error(event, choice)):
            raise refusal.in_stream(error)
        delta = choice.get("delta")
        chunks = self._delta(loose.table(choice.get("message") if delta is None else delta))
        usage = event.get("usage") or choice.get("usage")
        usage = usage or loose.table(event.get("x_groq")).get("usage")
        reason = loose.text(choice.get("finish_reason"))
        if reason or usage:
            chunks.append(self._end(reason, loose.table(usage)))
        return [*chunks, *self._finish()] if reason else chunks

    def _delta(self, delta: Json) -> list[Chunk]:
        if not delta:
            return []
        chunks = self._reasoning(delta)
        content = delta.get("content") or delta.get("refusal")
        if isinstance(content, str):
            chunks += self._text(content)
        elif content:
            chunks += self._blocks(loose.rows(content))
        legacy = loose.table(delta.get("function_call"))
        for call in loose.rows(delta.get("tool_calls")) or (
            [{"function": legacy}] if legacy else []
        ):
            self._begun = True
            chunks += self._calls.add(call)
        return chunks

    def _text(self, content: str) -> list[Chunk]:
        if self._reader is None:
            return self._words(Text(content))
        self._begun = True
        return self._pieces(self._reader.feed(content))

    def _pieces(self, pieces: Iterable[Text | Thinking | ToolCall]) -> list[Chunk]:
        chunks: list[Chunk] = []
        for piece in pieces:
            chunks += self._calls.take(piece) if isinstance(piece, ToolCall) else self._words(piece)
        return chunks

    def _words(self, part: Text | Thinking) -> list[Chunk]:
        """More of the one text, or of the one reasoning, that a message has."""
        if not part.text:
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
        if not self.complete:
            for row in details:
                self._gather(row)
        for field in (self._field, *REASONING) if self._field else REASONING:
            if words := loose.text(delta.get(field)):
                return self._reasoned(field, words)
        if not details:
            return []
        words = "".join(loose.text(row.get("text") or row.get("summary")) for row in details)
        return self._words(Thinking(words))

    def _reasoned(self, field: str, words: str) -> list[Chunk]:
        if self._field:
            return self._words(Thinking(words))
        self._field = field
        if self._reader is not None:
            self._reader.thinks_elsewhere()
        return self._words(Thinking(words, {"field": field}))

    def _gather(self, row: Json) -> None:
        """Fragments of a text or summary make one entry; sealed entries stay apart."""
        self._begun = True
        last = self._details[-1] if self._details else {}
        same = last.get("type") == row.get("type") and last.get("index") == row.get("index")
        if not same or row.get("type") == "reasoning.encrypted":
            self._details.append(dict(row))
            return
        for name, value in row.items():
            if name in ("text", "summary") and isinstance(value, str):
                last[name] = loose.text(last.get(name)) + value
            elif value is not None:
                last[name] = value

    def _finish(self) -> list[Chunk]:
        """The terminal marker has come: what could not be told before."""
        self.complete = True
        chunks: list[Chunk] = []
        if self._reader is not None:
            chunks += self._pieces(self._reader.close(calls_came=bool(self._calls)))
        if self._details:
            chunks.append(Delta(THINKING, Thinking("", {"details": self._details})))
            self._details = []
        return chunks

    def _end(self, reason: str, usage: Json) -> End:
        if reason in BREAKDOWNS:
            words = f"the answer ended with finish_reason {reason!r}"
            raise refusal.in_stream({"code": 503, "message": words})
        used = _usage(usage)
        # A closing chunk of zeros says nothing against the figures that came before it.
        return End(
            stop=STOPS.get(reason, "end") if reason else None,
            usage=used if used != Usage() else None,
        )


def _error(event: Json, choice: Json) -> Any:
    """The error a chunk reports. Some are nothing else: a `message` and no choices (vLLM,
    DashScope, Mistral)."""
    bare = event if "choices" not in event and loose.text(event.get("message")) else None
    return event.get("error") or choice.get("error") or bare


def _usage(usage: Json) -> Usage:
    """`prompt_tokens` includes what was read from and written to the cache, and
    `completion_tokens` the reasoning, save where the numbers show that they do not: xAI
    and DeepInfra leave out the reasoning, xAI at times the cache."""
    read = loose.found(usage, *CACHE_READ)
    write = loose.found(usage, *CACHE_WRITE)
    prompt = loose.found(usage, "prompt_tokens")
    output = loose.found(usage, "completion_tokens")
    reasoning = loose.found(usage, "completion_tokens_details.reasoning_tokens")
    total = loose.found(usage, "total_tokens")
    apart = reasoning > output or total == prompt + output + reasoning
    return Usage(
        input=prompt - read - write if read + write <= prompt else prompt,
        output=output + reasoning if apart else output,
        cache_read=read,
        cache_write=write,
        reasoning=reasoning,
        cost=loose.dollars(usage.get("cost")),
    )
