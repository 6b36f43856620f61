"""What models print into their text that is no text: reasoning in tags, and tool calls.

Local servers leave both where they lack a parser for a model. The text is read as it
streams: only what may be the beginning of a tag is held back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from ownkey.core.message import Text, Thinking, ToolCall
from ownkey.core.model import Spec
from ownkey.wire.formats import printed

THINK, THOUGHT = "<think>", "</think>"

OPENINGS: dict[str, tuple[str, ...]] = {
    "": (),
    "hermes": ("<tool_call>",),
    "xml": ("<tool_call>", "<function="),
    "fenced": (),
}
"""How a call begins in the midst of text, by `quirks.text_calls`."""

CLOSINGS = {"<tool_call>": "</tool_call>", "<function=": "</function>"}

TRIES = 16
"""Closing tags looked at for one call: it may write some itself, into a file."""
MOST = 128
"""Openings looked at in one answer, so that no answer keeps the reader busy for long."""

FENCE = re.compile(r"```(json)?[ \t]*\r?\n\s*(?=\{)|(?=\{)")
"""How a text begins that may be a call and nothing else."""
FENCE_MAYBE = re.compile(r"`{1,2}|```(j|js|jso|json)?[ \t]*(\r|\r?\n\s*)?")

Piece = Text | Thinking | ToolCall
State = Literal["start", "think", "text", "call", "alone"]


def tagged(text: str) -> str:
    """Reasoning as its model printed it, before its words."""
    return f"{THINK}\n{text.strip()}\n{THOUGHT}\n\n"


class Reader:
    """Splits the content of one answer into text, reasoning and calls of offered tools."""

    def __init__(
        self, tools: tuple[Spec, ...] = (), *, calls: str = "", think: bool = True
    ) -> None:
        self._tools = {spec.name: spec.schema for spec in tools}
        self._form = calls if tools else ""
        self._openings = OPENINGS[self._form]
        self._may_think = think
        self._state: State = "start"
        self._trim = False
        self._held = ""
        self._opening = ""
        self._opened = 0
        self._tries = 0
        self._sought = 0
        """Up to where the held text was searched for the end of the call."""
        self._calls: list[ToolCall] = []
        self._printed: list[str] = []
        """The calls as they stood in the text, in case that they are none."""

    def thinks_elsewhere(self) -> None:
        """The server has a field for reasoning, so tags in the text are text."""
        self._may_think = False

    def feed(self, text: str) -> list[Piece]:
        if self._state == "text" and not self._openings:
            return [Text(text)]  # nothing more to look for: most text of most models
        self._held += text
        return list(self._pieces(last=False))

    def close(self, *, calls_came: bool = False) -> list[Piece]:
        """What was held back. Printed calls are calls only where none came as such."""
        pieces = list(self._pieces(last=True))
        pieces += [Text(one) for one in self._printed] if calls_came else self._calls
        self._calls, self._printed = [], []
        return pieces

    def _pieces(self, *, last: bool) -> Iterator[Piece]:
        reading = {
            "start": self._start,
            "think": self._think,
            "text": self._text,
            "call": self._call,
            "alone": self._alone,
        }
        before: tuple[State, int] | None = None
        while before != (self._state, len(self._held)):
            before = (self._state, len(self._held))
            yield from reading[self._state](last)

    def _start(self, last: bool) -> Iterator[Piece]:
        """Nothing has been said yet. Blanks are waited out: they belong to what follows."""
        text = self._held.lstrip()
        if self._may_think and text.startswith(THINK) and (last or text != THINK):
            self._go("think", text.removeprefix(THINK).removeprefix("\n"))
        elif self._form == "fenced" and FENCE.match(text):
            self._go("alone", self._held)
        elif last or not self._may_begin(text):
            trim = self._trim or text.startswith(self._openings)
            self._go("text", text if trim else self._held)
        yield from ()

    def _may_begin(self, text: str) -> bool:
        """Whether a text that has come so far may turn out to be something else."""
        tags = ((THINK,) if self._may_think else ()) + self._openings
        fenced = self._form == "fenced" and FENCE_MAYBE.fullmatch(text)
        return not text or bool(fenced) or any(tag.startswith(text) for tag in tags)

    def _think(self, last: bool) -> Iterator[Piece]:
        text, tag = self._until((THOUGHT,), last)
        if text:
            yield Thinking(text, {"tagged": True})
        if tag:
            self._resume()

    def _text(self, last: bool) -> Iterator[Piece]:
        text, tag = self._until(self._openings, last)
        if text:
            yield Text(text)
        if tag and self._opened < MOST:
            self._opening = tag
            self._opened += 1
            self._tries = self._sought = 0
            self._go("call", self._held)
        elif tag:
            self._openings = ()
            yield Text(tag)

    def _call(self, last: bool) -> Iterator[Piece]:
        """Calls are given at the end, when it is known whether any came as such."""
        closing = CLOSINGS[self._opening]
        while (end := self._held.find(closing, self._sought)) >= 0 and self._tries < TRIES:
            self._sought = end + len(closing)
            self._tries += 1
            if self._accept(self._held[:end], closing):
                self._held = self._held[self._sought :]
                self._resume()
                return
        self._sought = max(self._sought, len(self._held) - len(closing) + 1)
        if last and self._accept(self._held, ""):
            self._go("text", "")
        elif last or self._tries == TRIES:
            yield Text(self._opening)
            self._go("text", self._held)

    def _alone(self, last: bool) -> Iterator[Piece]:
        if not last:
            return
        calls = printed.alone(self._held, self._tools)
        if calls:
            self._keep(calls, self._held)
        elif self._held:
            yield Text(self._held)
        self._go("text", "")

    def _accept(self, inner: str, closing: str) -> bool:
        prefix = self._opening if self._opening == "<function=" else ""
        call = printed.call(prefix + inner, self._tools)
        if call is None:
            return False
        self._keep([call], self._opening + inner + closing)
        return True

    def _keep(self, calls: list[ToolCall], text: str) -> None:
        self._calls += calls
        self._printed.append(text)

    def _until(self, tags: tuple[str, ...], last: bool) -> tuple[str, str]:
        """What stands before the first of the tags, and the tag. Without one, all but what
        may be the beginning of one."""
        found = [(at, tag) for tag in tags if (at := self._held.find(tag)) >= 0]
        if found:
            at, tag = min(found)
            text, self._held = self._held[:at], self._held[at + len(tag) :]
            return text, tag
        size = len(self._held) - (0 if last else _dangling(self._held, tags))
        text, self._held = self._held[:size], self._held[size:]
        return text, ""

    def _resume(self) -> None:
        """As at the start, but that the blanks before what follows belong to the tag."""
        self._may_think = False
        self._trim = True
        self._go("start", self._held)

    def _go(self, state: State, held: str) -> None:
        self._state = state
        self._held = held


def _dangling(text: str, tags: tuple[str, ...]) -> int:
    """The length of the end of `text` that may be the beginning of a tag."""
    longest = max((len(tag) - 1 for tag in tags), default=0)
    sizes = range(min(longest, len(text)), 0, -1)
    return next((n for n in sizes if any(tag.startswith(text[-n:]) for tag in tags)), 0)
