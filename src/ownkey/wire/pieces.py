"""Secrets that come in pieces: hidden in an answer as it streams, and in one on record."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from ownkey.core.errors import ProviderError
from ownkey.core.message import Chunk, Delta, Part, Text, Thinking, ToolCall
from ownkey.core.veil import Flow, Veil

DATA = "data:"


async def veiled(chunks: AsyncIterator[Chunk], veil: Veil) -> AsyncGenerator[Chunk]:
    """The chunks without secrets, also where one is spread over several of them. What may
    be the beginning of one is held back until it proves to be none."""
    answer = _Answer(veil)
    try:
        async for chunk in chunks:
            if isinstance(chunk, Delta):
                yield answer.feed(chunk)
            else:
                yield chunk
    except (ProviderError, asyncio.CancelledError):
        for delta in answer.rest():
            yield delta
        raise
    for delta in answer.rest():
        yield delta


class _Answer:
    def __init__(self, veil: Veil) -> None:
        self._veil = veil
        self._flows: dict[int, Flow] = {}
        self._kinds: dict[int, Callable[[str], Part]] = {}

    def feed(self, delta: Delta) -> Delta:
        if delta.whole:
            self._flows.pop(delta.index, None)
            return self._veil.deep(delta)
        self._kinds.setdefault(delta.index, KINDS[type(delta.part)])
        flow = self._flows.setdefault(delta.index, Flow(self._veil))
        match delta.part:
            case ToolCall(arguments=said):
                part: Any = msgspec.structs.replace(delta.part, arguments="")
                part = msgspec.structs.replace(self._veil.deep(part), arguments=flow.feed(said))
            case Text(text=said) | Thinking(text=said):
                part = msgspec.structs.replace(delta.part, text="")
                part = msgspec.structs.replace(self._veil.deep(part), text=flow.feed(said))
        return msgspec.structs.replace(delta, part=part)

    def rest(self) -> Iterator[Delta]:
        for index, flow in self._flows.items():
            if held := flow.close():
                yield Delta(index, self._kinds[index](held))


def _call(arguments: str) -> Part:
    return ToolCall("", "", arguments)


KINDS: dict[type[Part], Callable[[str], Part]] = {Text: Text, Thinking: Thinking, ToolCall: _call}
"""How a part is made of what is left of its text."""


def veiled_events(text: str, veil: Veil) -> str:
    """A stream of events without secrets, also where one is spread over several events:
    what these say at one place is then said by the first of them."""
    lines = text.split("\n")
    said = {at: value for at, line in enumerate(lines) if (value := _json(line)) is not None}
    places: dict[tuple[str | int, ...], list[tuple[int, str]]] = defaultdict(list)
    for at, value in said.items():
        for place, leaf in _leaves(value):
            places[place].append((at, leaf))
    for place, leaves in places.items():
        whole = "".join(leaf for _, leaf in leaves)
        if len(leaves) > 1 and veil(whole) != whole:
            for nth, (at, _) in enumerate(leaves):
                _put(said[at], place, "" if nth else veil(whole))
                lines[at] = f"{DATA} {json.dumps(said[at])}"
    return veil("\n".join(lines))


def _json(line: str) -> Any:
    if line.startswith(DATA):
        with suppress(ValueError, RecursionError):
            return json.loads(line.removeprefix(DATA))
    return None


def _leaves(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    match value:
        case str() if place:
            yield place, value
        case dict() | list():
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            for name, one in inner:
                yield from _leaves(one, (*place, name))


def _put(value: Any, place: tuple[str | int, ...], text: str) -> None:
    *way, last = place
    for name in way:
        value = value[name]
    value[last] = text
