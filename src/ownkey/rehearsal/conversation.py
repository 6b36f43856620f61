"""A conversation as a script sees it, whatever the wire format it came in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec


class Call(msgspec.Struct, frozen=True):
    """A tool call. A script leaves the id empty; the server gives it one."""

    name: str
    arguments: dict[str, Any]
    id: str = ""


class Turn(msgspec.Struct, frozen=True):
    """One message of the coder."""

    thinking: str = ""
    text: str = ""
    calls: tuple[Call, ...] = ()


class Told(msgspec.Struct, frozen=True):
    """What the user said."""

    text: str


class Result(msgspec.Struct, frozen=True):
    """What a call gave. Only the Messages format can say that it `failed`."""

    call: str
    text: str
    failed: bool = False


Item = Told | Turn | Result


class Conversation(msgspec.Struct, frozen=True):
    items: tuple[Item, ...]
    tools: frozenset[str] = frozenset()
    """Names of the tools on offer."""
    system: str = ""


Script = Callable[[Conversation], Turn]
"""Decides the coder's next message from nothing but the conversation."""


def playing(*turns: Turn) -> Script:
    """A script that says `turns` in order, and the last of them for ever after."""

    def script(conversation: Conversation) -> Turn:
        said = sum(isinstance(item, Turn) for item in conversation.items)
        return turns[min(said, len(turns) - 1)]

    return script
