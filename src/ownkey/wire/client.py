"""One question to a provider and its answer, as the answer comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager, aclosing, asynccontextmanager, suppress
from typing import TYPE_CHECKING

from ownkey.core.errors import BrokenStream, ProviderError
from ownkey.core.message import Chunk
from ownkey.core.model import Model, Prompt
from ownkey.wire import Decoder, refusal, request, said, sse

if TYPE_CHECKING:
    from ownkey.wire.transport import Reply, Transport

IDLE = 300.0
"""Seconds without a byte after which a stream is given up: local models are silent for
minutes while they read a long prompt (wire-facts 1D). There is no limit on the whole."""

DOCUMENT = 30.0
"""Seconds for all of a body that is no stream: it was complete when it was sent."""

LINGER = 2.0
"""Seconds to wait, after the terminal marker, for the stream to close."""

DOCUMENT_OPENINGS = (b"{", b"[", b"<")
"""How JSON and HTML begin, and an event stream never does."""

Body = AsyncGenerator[bytes]


class Client:
    """All exchanges of a program. Connections are shared and kept between them."""

    def __init__(self, *, idle: float = IDLE) -> None:
        self._idle = idle
        self._transport: Transport | None = None

    @asynccontextmanager
    async def stream(self, model: Model, prompt: Prompt) -> AsyncIterator[AsyncIterator[Chunk]]:
        """Ask, and give the answer's chunks as they come.

        Leaving the context, also by cancellation, hangs up at once. Raises
        `ProviderError` on entry, or out of the chunks if the answer breaks off.
        """
        asked = request.build(model, prompt)
        decoder = request.wire_of(model.wire).decoder(model)
        with refusal.placed(model, asked.url):
            async with self._opened().send(asked) as reply, aclosing(reply.chunks()) as body:
                first = await _accepted(reply, body, asked.url, model)
                whereabouts = refusal.placed(model, asked.url, reply.status, reply.headers)
                async with aclosing(_decoded(first, body, decoder, whereabouts)) as chunks:
                    yield chunks

    async def aclose(self) -> None:
        if self._transport is not None:
            await self._transport.aclose()

    def _opened(self) -> Transport:
        if self._transport is None:
            # 90 ms that only a question to a model is worth.
            from ownkey.wire.transport import Transport

            self._transport = Transport(self._idle)
        return self._transport


async def _accepted(reply: Reply, body: Body, url: str, model: Model) -> bytes:
    """The first bytes of a stream of events; raises the error that anything else is.

    A document is told by its first character, not by its label: JSON errors come as event
    streams, and event streams as JSON (wire-facts 0.9).
    """
    first = b""
    if reply.status // 100 == 2:
        first = await _first(body)
        if not first.lstrip().startswith(DOCUMENT_OPENINGS):
            return first
    whole = await _rest(first, body)
    raise refusal.from_response(reply.status, reply.headers, whole, url=url, model=model)


async def _first(body: Body) -> bytes:
    async for chunk in body:
        if not chunk.isspace():
            return chunk
    return b""


async def _rest(first: bytes, body: Body) -> bytes:
    """All of a document, or what came of it: half an explanation beats none."""
    whole = bytearray(first)
    with suppress(ProviderError, TimeoutError):
        async with asyncio.timeout(DOCUMENT):
            async for chunk in body:
                whole += chunk
                if len(whole) > sse.CAP:
                    break
    return bytes(whole)


async def _decoded(
    first: bytes, body: Body, decoder: Decoder, placed: AbstractContextManager[None]
) -> AsyncGenerator[Chunk]:
    """The chunks of an answer. Raises `BrokenStream` if its terminal marker is missing."""
    events = sse.Events()
    size = 0
    received: bytes | None = first
    with placed:
        while received is not None:
            size += len(received)
            for data in events.feed(received):
                for chunk in decoder.feed(data):
                    yield chunk
            received = await _next(body, decoder.complete)
        # The last event may lack its blank line, and may be cut: that is said below.
        with suppress(BrokenStream):
            for data in events.close():
                for chunk in decoder.feed(data):
                    yield chunk
        if not decoder.complete:
            raise _cut_off(size, events, first)


async def _next(body: Body, complete: bool) -> bytes | None:
    """More of the body, or None at its end. Once the answer is complete nothing that
    happens to the connection can take from it, so the end is not waited for long."""
    if not complete:
        return await anext(body, None)
    try:
        async with asyncio.timeout(LINGER):
            return await anext(body, None)
    except (ProviderError, TimeoutError):
        return None


def _cut_off(size: int, events: sse.Events, first: bytes) -> BrokenStream:
    return BrokenStream(
        f"The answer ended after {size} bytes without its end marker.",
        "Try again; if it lasts, {host} or a proxy in between cuts streams off.",
        said="" if events.any else said.plain(first.decode("utf-8", "replace")),
    )
