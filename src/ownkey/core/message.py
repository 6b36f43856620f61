"""What a conversation is made of, and how a streamed message is folded together.

Every type is a frozen struct that is JSON: the journal, `--output-format json` and
the tests all use this one encoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Literal

import msgspec

from ownkey.core.errors import Failure

Stop = Literal["end", "tools", "length", "refused", "aborted", "failed"]
"""Why a message ended: `end` the model was done, `tools` it wants its calls run,
`length` the output limit, `refused` the provider's filter, `aborted` the user,
`failed` an error that is kept beside it."""

Opaque = dict[str, Any]
"""What the maker of a part wants back unchanged: a signature, an encrypted item,
the field the text came in. Shown to nobody, sent to nobody but its origin."""


class Text(msgspec.Struct, frozen=True, tag="text", tag_field="type", omit_defaults=True):
    """Words for the reader, from either side."""

    text: str
    opaque: Opaque | None = None


class Thinking(msgspec.Struct, frozen=True, tag="thinking", tag_field="type", omit_defaults=True):
    """A model's reasoning. `text` may be empty while `opaque` still matters."""

    text: str = ""
    opaque: Opaque | None = None


class Image(msgspec.Struct, frozen=True, tag="image", tag_field="type"):
    """A picture, as the file's own bytes."""

    mime: str
    data: bytes


class ToolCall(msgspec.Struct, frozen=True, tag="tool_call", tag_field="type", omit_defaults=True):
    """A model's request to run a tool. `arguments` is the raw JSON text as it came,
    so a broken call is kept, and a good one is replayed byte for byte."""

    id: str
    name: str
    arguments: str = ""
    opaque: Opaque | None = None


Part = Text | Thinking | ToolCall
"""What an assistant's message may hold."""


class Usage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tokens of one or more model calls, normalised over the three conventions.

    The four counts that are paid for do not overlap: `input` is the uncached part of
    the prompt, `cache_read` and `cache_write` the rest of it, `output` all that the
    model wrote. `reasoning` is the part of `output` spent on thinking, `cache_write_1h`
    the part of `cache_write` that is kept for an hour.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0
    cache_write_1h: int = 0
    cost: float | None = None
    """US dollars, where the provider itself says what it takes (OpenRouter's `usage.cost`)."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.reasoning + other.reasoning,
            self.cache_write_1h + other.cache_write_1h,
            None if self.cost is None is other.cost else (self.cost or 0) + (other.cost or 0),
        )

    @property
    def prompt(self) -> int:
        """All tokens of the prompt, however they were paid for."""
        return self.input + self.cache_read + self.cache_write


class Origin(msgspec.Struct, frozen=True):
    """Who made a message: opaque state travels back only to an equal origin."""

    wire: str
    host: str
    model: str


class User(msgspec.Struct, frozen=True, tag="user", tag_field="role"):
    """What the user, or ownkey in the user's place, told the model."""

    content: tuple[Text | Image, ...]

    @property
    def text(self) -> str:
        """What the person wrote: the last text. What stands before it are the surroundings."""
        texts = [part.text for part in self.content if isinstance(part, Text)]
        return texts[-1].strip() if texts else ""


class Assistant(msgspec.Struct, frozen=True, tag="assistant", tag_field="role", omit_defaults=True):
    """One message of a model, complete or cut off."""

    content: tuple[Part, ...]
    origin: Origin
    stop: Stop = "end"
    usage: Usage = Usage()
    error: Failure | None = None

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return tuple(part for part in self.content if isinstance(part, ToolCall))

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.content if isinstance(part, Text))


class Result(msgspec.Struct, frozen=True, tag="result", tag_field="role", omit_defaults=True):
    """What running one tool call gave. `detail` is for people (a diff, an exit code)
    and is never sent to a model."""

    call: str
    name: str
    content: tuple[Text | Image, ...]
    failed: bool = False
    detail: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.content if isinstance(part, Text))


Message = User | Assistant | Result


class Compaction(msgspec.Struct, frozen=True, tag="compaction", tag_field="role"):
    """From here on, `summary` is sent to models in place of all that came before, save the
    last `kept` messages. It is kept as it is sent, so that it is never sent differently."""

    summary: User
    kept: int


Entry = Message | Compaction
"""What a conversation is a list of, which only ever grows."""


class Delta(msgspec.Struct, frozen=True, tag="delta", tag_field="type", omit_defaults=True):
    """A fragment of the part at `index` of the message being streamed.

    `whole` says that `part` is everything there is, replacing earlier fragments:
    some servers repeat the finished item, and the finished item is the truth.
    """

    index: int
    part: Part
    whole: bool = False
    pieces: int = 1
    """How many of the provider's fragments it is."""


class End(msgspec.Struct, frozen=True, tag="end", tag_field="type", omit_defaults=True):
    """The stream's closing facts. May come more than once; later values win."""

    stop: Stop | None = None
    usage: Usage | None = None


Chunk = Delta | End


def gathered(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The same chunks, neighbouring fragments of one part as one: what came at once is handled
    at once, however finely a provider cuts it."""
    for index, run in groupby(chunks, key=_place):
        if index is None:
            yield from run
        else:
            parts = [delta.part for delta in run if isinstance(delta, Delta)]
            yield Delta(index, _join(parts), pieces=len(parts))


def _place(chunk: Chunk) -> int | None:
    """The part that a fragment adds to."""
    return chunk.index if isinstance(chunk, Delta) and not chunk.whole else None


class Draft:
    """The message so far: fragments go in, an `Assistant` comes out at any moment."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.stop: Stop | None = None
        self.usage = Usage()
        self._parts: dict[int, list[Part]] = {}

    def __bool__(self) -> bool:
        """True once any content has come."""
        return bool(self._parts)

    def add(self, chunk: Chunk) -> None:
        if isinstance(chunk, End):
            self.stop = chunk.stop or self.stop
            self.usage = chunk.usage or self.usage
        elif chunk.whole:
            self._parts[chunk.index] = [chunk.part]
        else:
            self._parts.setdefault(chunk.index, []).append(chunk.part)

    def message(self, stop: Stop | None = None, error: Failure | None = None) -> Assistant:
        """The message as it stands; `stop` overrides what the stream said."""
        content = tuple(_join(self._parts[index]) for index in sorted(self._parts))
        return Assistant(
            content=tuple(part for part in content if not _void(part)),
            origin=self.origin,
            stop=stop or self._settled(content),
            usage=self.usage,
            error=error,
        )

    def _settled(self, content: tuple[Part, ...]) -> Stop:
        """Providers say `stop` with calls present, and `tool_calls` with none: the
        content decides (wire-facts: Gemini 3, OpenCode Zen, vLLM)."""
        called = any(isinstance(part, ToolCall) for part in content)
        if self.stop in (None, "end", "tools"):
            return "tools" if called else "end"
        return self.stop


def _join(fragments: list[Part]) -> Part:
    """One part out of its fragments. All are of the first one's kind."""
    first = fragments[0]
    opaque: Opaque | None = None
    for fragment in fragments:
        if fragment.opaque is not None:
            opaque = {**(opaque or {}), **fragment.opaque}
    if isinstance(first, ToolCall):
        calls = [fragment for fragment in fragments if isinstance(fragment, ToolCall)]
        return ToolCall(
            id=next((call.id for call in calls if call.id), ""),
            name=next((call.name for call in calls if call.name), ""),
            arguments="".join(call.arguments for call in calls),
            opaque=opaque,
        )
    text = "".join(f.text for f in fragments if not isinstance(f, ToolCall))
    return type(first)(text, opaque)


def _void(part: Part) -> bool:
    return not isinstance(part, ToolCall) and not part.text and part.opaque is None
