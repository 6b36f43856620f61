"""Chat Completions: which fragment belongs to which tool call."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from ownkey.core.message import Chunk, Delta, ToolCall
from ownkey.wire import loose

Json = dict[str, Any]

NOTHING = ToolCall("", "")


class Calls:
    """The tool calls of one answer; the parts of the message from `first` on."""

    def __init__(self, first: int) -> None:
        self._known: dict[int | str, _Call] = {}
        """The last call of each index and of each id."""
        self._last: _Call | None = None
        self._next = first

    def __bool__(self) -> bool:
        return self._last is not None

    def take(self, call: ToolCall) -> list[Chunk]:
        """A call that came in one piece."""
        begun = self._begin({})
        return [Delta(begun.at, replace(call, id=f"call_{begun.at}"))]

    def add(self, given: Json) -> list[Chunk]:
        function = loose.table(given.get("function"))
        name = loose.text(function.get("name"))
        fragment = loose.arguments(function.get("arguments"))
        extra = loose.table(given.get("extra_content"))
        call = self._find(given, name, fragment)
        fresh = call is None
        if call is None:
            call = self._begin(given)
        elif (name or fragment.isspace()) and call.whole:
            fragment = ""  # said again, or nothing said: it would run with broken arguments
        call.add(fragment)
        part = ToolCall(
            id=(call.id or f"call_{call.at}") if fresh else "",
            name="" if call.name else name,
            arguments=fragment,
            opaque={"extra_content": extra} if extra else None,
        )
        call.name = call.name or name
        return [Delta(call.at, part)] if part != NOTHING else []

    def _find(self, given: Json, name: str, fragment: str) -> _Call | None:
        """The call that a fragment continues: by index, else by id, else the last one. The
        id may change on the way, and all calls may come under one index; so one is new
        if it has a name and comes after whole arguments, unless it is but said again."""
        index, identity = given.get("index"), loose.text(given.get("id"))
        if isinstance(index, int):
            call = self._known.get(index)
        elif identity and name:
            call = self._known.get(identity)
        else:
            call = self._known.get(identity, self._last)
        if call is None or not name:
            return call
        if not isinstance(index, int) and not identity and name != call.name:
            return None
        if identity and call.name and identity != call.id and name != call.name:
            return None
        if not call.whole:
            return call
        new = identity != call.id if identity else bool(fragment.strip())
        return None if new else call

    def _begin(self, given: Json) -> _Call:
        index, identity = given.get("index"), loose.text(given.get("id"))
        call = self._last = _Call(self._next, identity)
        self._next += 1
        if isinstance(index, int):
            self._known[index] = call
        if identity:
            self._known[identity] = call
        return call


class _Call:
    """A tool call being streamed."""

    def __init__(self, at: int, identity: str) -> None:
        self.at = at
        self.id = identity
        self.name = ""
        self._fragments: list[str] = []

    def add(self, fragment: str) -> None:
        if fragment:
            self._fragments.append(fragment)

    @property
    def whole(self) -> bool:
        """Whether its arguments are an object already."""
        if not self._fragments or not self._fragments[-1].rstrip().endswith("}"):
            return False
        try:
            msgspec.json.decode("".join(self._fragments))
        except (ValueError, RecursionError):
            return False
        return True
