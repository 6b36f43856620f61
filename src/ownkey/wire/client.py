"""One question to a provider and its answer, as the answer comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    aclosing,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from ownkey.core.errors import BrokenStream, KeyRefused, ProviderError, TooLong
from ownkey.core.figure import Claims
from ownkey.core.message import Chunk, Image, Origin, Thinking, gathered
from ownkey.core.model import Model, Prompt, WireName
from ownkey.core.origin import is_near
from ownkey.wire import Decoder, address, request, silence, sse
from ownkey.wire.adapt import Adaptation
from ownkey.wire.ask import Ask
from ownkey.wire.formats.settled import Settled
from ownkey.wire.memory import Memory
from ownkey.wire.published import claims, look, proof, window
from ownkey.wire.published.proof import Proof
from ownkey.wire.published.window import Window
from ownkey.wire.refusals import refusal, said
from ownkey.wire.request import Request

DOCUMENT = 30.0
"""Seconds for all of a body that is no stream: it was complete when it was sent."""

LONGEST = 262_144
"""Bytes that are read of a document: no refusal is longer, and every one is searched."""

SESSIONS = 16
"""Conversations whose bytes are kept, so that a request of theirs is encoded where it is new."""

LINGER = 2.0
"""Seconds to wait, after the terminal marker, for the stream to close."""

DOCUMENT_OPENINGS = (b"{", b"[", b"<")
"""How JSON and HTML begin, and an event stream never does."""

Body = AsyncGenerator[bytes]


class Reply(Protocol):
    """A response, its headers looked up in lower case and its body read once."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    def chunks(self) -> Body: ...


class Sender(Protocol):
    """How requests travel: `transport.Transport`, or a tape of one."""

    def send(self, request: Request) -> AbstractAsyncContextManager[Reply]: ...
    async def aclose(self) -> None: ...


def _nobody(words: str) -> None:
    """Where no one is listening."""
    del words


class Client:
    """All exchanges of a program. Connections are shared and kept between them, and so is
    what was learned of the endpoints. `tell` is given words for the person; those on an
    answer that is awaited, `still`, if there is one. `together` is the `Transport`'s."""

    def __init__(
        self,
        *,
        tell: Callable[[str], None] = _nobody,
        still: Callable[[str], None] | None = None,
        memory: Memory | None = None,
        transport: Sender | None = None,
        together: float = 0.0,
    ) -> None:
        self._together = together
        self._tell = tell
        self._still = still or tell
        self._memory = memory or Memory()
        self._transport = transport
        self._addresses: dict[tuple[WireName, str], str] = {}
        """Those that have answered, by wire and base address."""
        self._taken: set[tuple[WireName, str, str]] = set()
        """The models, too, that have: their key was taken."""
        self._settled = lru_cache(SESSIONS)(lambda session: Settled())
        self._refused: tuple[Thinking, ...] = ()
        self._unseen: dict[Origin, frozenset[Image]] = {}
        """By who is asked: what is too large for one is not for another."""

    @asynccontextmanager
    async def stream(self, model: Model, prompt: Prompt) -> AsyncIterator[AsyncIterator[Chunk]]:
        """Ask, in another way if need be, and give the answer's chunks as they come.

        Leaving the context, also by cancellation, hangs up at once. Raises
        `ProviderError` on entry, or out of the chunks if the answer breaks off.
        """
        await model.key.open()
        adaptation = Adaptation(self._ask(model, prompt))
        async with AsyncExitStack() as exchange:
            exchange.enter_context(self._measured(model))
            chunks = None
            while chunks is None:
                try:
                    chunks = await exchange.enter_async_context(self._exchange(adaptation.ask))
                except ProviderError as error:
                    adaptation.after(error)
            self._learn(adaptation)
            yield chunks

    async def window(self, model: Model) -> Window | None:
        """How long a context the endpoint says it reads, as `window.ask`."""
        found = await window.ask(self._opened(), model)
        self._measure(model, found.tokens if found else None)
        return found

    async def claims(self, model: Model) -> Claims | None:
        """What the endpoint's list says of the model, asked now, else as it was kept."""
        found = await claims.ask(self._opened(), model, near=is_near(model.base_url))
        if found:
            today = datetime.now(UTC).date().isoformat()
            dated = msgspec.structs.replace(found, source=f"{found.source}, {today}")
            self._memory.amend(model, claims=dated, claimed=today)
        return self._memory.claims(model)

    async def listed(self, model: Model) -> Any:
        """The endpoint's list of models, as `look.listed`."""
        _, document = await look.listed(self._opened(), model)
        return document

    async def proof(self, model: Model) -> Proof:
        """Whether its key is taken, as `proof.ask`."""
        with self._measured(model):
            return await proof.ask(self._opened(), model)

    async def aclose(self) -> None:
        if self._transport is not None:
            await self._transport.aclose()

    def _ask(self, model: Model, prompt: Prompt) -> Ask:
        known = self._addresses.get((model.wire, model.base_url))
        path = request.wire_of(model.wire).path
        return Ask(
            model,
            prompt,
            url=known or address.endpoint(model.wire, model.base_url, path),
            dialect=self._memory.recall(model),
            refused=self._refused,
            unseen=self._unseen.get(model.origin, frozenset()),
            answered=known is not None,
            taken=(model.wire, model.base_url, model.name) in self._taken,
        )

    def _learn(self, adaptation: Adaptation) -> None:
        ask, model = adaptation.ask, adaptation.ask.model
        self._addresses[model.wire, model.base_url] = ask.url
        self._taken.add((model.wire, model.base_url, model.name))
        self._refused = ask.refused
        self._unseen[model.origin] = ask.unseen
        known, dialect = self._memory.recall(model), ask.dialect
        if (dialect.quirks, dialect.without) != (known.quirks, known.without):
            self._memory.amend(model, quirks=dialect.quirks, without=dialect.without)
        for words in adaptation.words:
            self._tell(words)

    @contextmanager
    def _measured(self, model: Model) -> Iterator[None]:
        """Keep the limit that a refusal names, whether it comes before the stream or in it;
        keep no key that was refused."""
        try:
            yield
        except KeyRefused:
            model.key.forget()
            raise
        except TooLong as error:
            self._measure(model, error.limit)
            raise

    def _measure(self, model: Model, tokens: int | None) -> None:
        known = self._memory.recall(model)
        if tokens and tokens != known.window:
            self._memory.amend(model, window=tokens)

    @asynccontextmanager
    async def _exchange(self, ask: Ask) -> AsyncIterator[AsyncIterator[Chunk]]:
        """One request, and its answer from the first chunk on."""
        asked, model = ask.request(self._settled(ask.prompt.session)), ask.model
        decoder = request.wire_of(model.wire).decoder(ask.asked, ask.prompt.tools)
        with refusal.placed(model, asked.url), silence.watched(ask.host, self._still) as quiet:
            async with (
                self._opened().send(asked) as reply,
                aclosing(silence.heard(reply.chunks(), quiet)) as body,
            ):
                quiet.heard()
                first = await _accepted(reply, body, asked.url, model)
                whereabouts = refusal.placed(model, asked.url, reply.status, reply.headers)
                async with aclosing(_decoded(first, body, decoder, whereabouts)) as chunks:
                    begun = await anext(chunks, None)
                    async with aclosing(_resumed(begun, chunks)) as whole:
                        yield whole

    def _opened(self) -> Sender:
        if self._transport is None:
            # Only a question to a model is worth loading it.
            from ownkey.wire.transport import Transport

            self._transport = Transport(self._together)
        return self._transport


async def _resumed(first: Chunk | None, rest: AsyncIterator[Chunk]) -> AsyncGenerator[Chunk]:
    if first is not None:
        yield first
    async for chunk in rest:
        yield chunk


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
                if len(whole) >= LONGEST:
                    break
    return bytes(whole[:LONGEST])


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
            chunks: list[Chunk] = []
            try:
                for data in events.feed(received):
                    chunks += decoder.feed(data)
            finally:  # what came before an error belongs to the answer
                for chunk in gathered(chunks):
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
