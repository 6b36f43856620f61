"""What the agent tells whoever listens, and what it asks.

The transcript is a function of `Added` alone; everything else only fills the time
between one `Added` and the next. So replaying the messages of a session is resuming it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Literal

import msgspec

from ownkey.core.call import Call
from ownkey.core.errors import Failure
from ownkey.core.message import Compaction, Message, Part, Stop, ToolCall, Usage


class TurnStarted(msgspec.Struct, frozen=True, tag="turn_started", tag_field="type"):
    model: str


class Streaming(msgspec.Struct, frozen=True, tag="streaming", tag_field="type"):
    """A fragment of the message being made; see `message.Delta`."""

    index: int
    part: Part
    whole: bool = False


class Added(msgspec.Struct, frozen=True, tag="added", tag_field="type"):
    """The conversation grew by `message`, finally and for good."""

    message: Message


class Compacted(msgspec.Struct, frozen=True, tag="compacted", tag_field="type"):
    """What models are sent of the conversation is shorter from now on. The transcript
    stays as it is."""

    compaction: Compaction
    before: int
    """Tokens of the next prompt as it would have been."""
    after: int
    """As it is now: an estimate, since no model has counted it yet."""
    cost: Decimal | None = None
    """US dollars, of the summary. None: unknown."""


class ToolStarted(msgspec.Struct, frozen=True, tag="tool_started", tag_field="type"):
    call: ToolCall
    effect: str


class ToolOutput(msgspec.Struct, frozen=True, tag="tool_output", tag_field="type"):
    """Live output of a running call, for eyes only."""

    call: str
    text: str


class Retrying(msgspec.Struct, frozen=True, tag="retrying", tag_field="type"):
    """The message being made is discarded and asked for again in `delay` seconds."""

    delay: float
    reason: Failure


class Called(msgspec.Struct, frozen=True, tag="called", tag_field="type"):
    """A model was asked: what that used. Comes before the `Added` of its answer."""

    call: Call


class Notice(msgspec.Struct, frozen=True, tag="notice", tag_field="type"):
    """Something the person should know that is neither answer nor error."""

    text: str


class TurnEnded(msgspec.Struct, frozen=True, tag="turn_ended", tag_field="type"):
    stop: Stop | Literal["steps", "budget"]
    usage: Usage
    steps: int
    """Model calls made."""
    error: Failure | None = None


Event = (
    TurnStarted
    | Streaming
    | Called
    | Added
    | Compacted
    | ToolStarted
    | ToolOutput
    | Retrying
    | Notice
    | TurnEnded
)

Emit = Callable[[Event], None]
"""Synchronous; must not block. Listeners are composed by calling each in turn."""


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """A call that no rule allows by itself."""

    call: ToolCall
    effect: str
    needs: str
    """The level that would allow it: `medium`."""
    why: str
    """Why it is asked."""
    by_level: bool = True
    """Whether a higher level would do; else a rule has to change."""
    always: str
    """What leave for the whole session would allow, in words; empty: there can be none."""
    diff: str = ""
    """What would change, unified and whole."""
    after: tuple[Permission, ...] = ()
    """What the same reply asks leave for after this, as it looks before this has run."""


class Answer(msgspec.Struct, frozen=True):
    choice: Literal["once", "session", "never"]
    told: str = ""
    """What the model shall hear in place of a plain no."""
    command: str = ""
    """What shall run in place of the command, as the person changed it."""
    all: bool = False
    """Whether those `after` it have leave too, as far as they still look as they were shown."""


Ask = Callable[[Permission], Awaitable[Answer]]
