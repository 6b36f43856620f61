"""How bytes travel: one request out, one response in, over connections that are kept.

HTTP/1.1 is parsed by llhttp; the rest is asyncio's. What is not here cannot follow a redirect
with the key, keep a cookie, or send a key through a proxy for plain http.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from ownkey.wire.request import Request
from ownkey.wire.transport import faults, packing
from ownkey.wire.transport.answer import Answer
from ownkey.wire.transport.connection import CONNECT, Connection, Cut, HungUp
from ownkey.wire.transport.way import DIRECT, PLAIN, Origin, head, route

__all__ = ["CONNECT", "DIRECT", "PLAIN", "Reply", "Transport", "route"]

KEEP = 60.0
"""Seconds an idle connection is kept: a tool mostly runs shorter, and TLS is not redone."""


class Transport:
    """Connections to all providers, kept from request to request. What of an answer comes within
    `together` seconds is given at once."""

    def __init__(self, together: float = 0.0) -> None:
        self._together = together
        self._idle: dict[_Place, list[tuple[Connection, float]]] = {}
        """With the time at which each came to rest."""

    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Reply]:
        """The response, with its headers read and its body still to come. However the
        context is left, half a response takes its connection with it."""
        way = route(request.url)
        with faults.explained(request.idle, faults.before_an_answer(way)):
            place = _Place(way, Origin.of(request.url))
            connection, answer = await self._asked(place, request)
        try:
            yield Reply(connection, answer, request.idle)
        finally:
            self._rest(place, connection, answer)

    async def aclose(self) -> None:
        for resting in self._idle.values():
            for connection, _ in resting:
                connection.close()
        self._idle.clear()

    async def _asked(self, place: _Place, request: Request) -> tuple[Connection, Answer]:
        """A connection on which the head of an answer has come. One that was kept may be closed
        by the other side in this very moment, whatever it said of keeping it (llama.cpp does
        after each stream): as long as no byte of an answer has come, another one is asked."""
        first = head(request, place.origin)
        while True:
            kept = self._rested(place)
            connection, answer = kept or await Connection.open(*place, self._together), Answer()
            try:
                await connection.ask(first, request.body, answer, request.idle)
            except (HungUp, Cut):
                connection.close()
                if kept is None or answer.touched:
                    raise
            except BaseException:
                connection.close()
                raise
            else:
                return connection, answer

    def _rested(self, place: _Place) -> Connection | None:
        """One that is open still, the last used first."""
        resting = self._idle.get(place, [])
        while resting:
            connection, since = resting.pop()
            if connection.usable and time.monotonic() - since < KEEP:
                return connection
            connection.close()
        return None

    def _rest(self, place: _Place, connection: Connection, answer: Answer) -> None:
        if answer.complete and answer.keeps and connection.usable:
            self._idle.setdefault(place, []).append((connection, time.monotonic()))
        else:
            connection.close()


class Reply:
    """A response. Its body can be read once."""

    def __init__(self, connection: Connection, answer: Answer, idle: float) -> None:
        self._connection = connection
        self._answer = answer
        self._idle = idle
        self.status = answer.status
        self.headers = answer.headers
        """By lower-case name."""

    async def chunks(self) -> AsyncGenerator[bytes]:
        """The body as it comes, decompressed: all that is there at a time, in one piece.
        Raises `ProviderError` if it breaks."""
        unpack = packing.of(self.headers.get("content-encoding", ""))
        with faults.explained(self._idle, faults.FAULTS):
            while piece := await self._connection.more(self._answer, self._idle):
                for part in unpack(piece):
                    yield part


class _Place(NamedTuple):
    """What a connection leads to, and through what."""

    way: str
    origin: Origin
