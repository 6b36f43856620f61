"""One connection to an origin: opened, perhaps through a proxy, and asked one thing at a time."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from socket import EAI_NONAME, gaierror
from typing import NoReturn, Self, cast
from urllib.parse import SplitResult, unquote, urlsplit

from ownkey.wire.transport import store
from ownkey.wire.transport.answer import Answer, Garbled
from ownkey.wire.transport.way import DIRECT, PLAIN, PORTS, Origin

CONNECT = 10.0
"""Seconds to reach the other side, TLS included."""

WRITE = 30.0
"""Seconds in which some bytes of the request must get away."""

SLICE = 262_144
"""Bytes that are sent before it is looked whether they get away."""

HIGH = 1 << 20
"""Bytes of a body that wait to be taken, from which on no more are read."""

HEAD_START = 0.25
"""Seconds one address of a name has before the next is tried beside it (RFC 8305)."""


class Unconnected(Exception):
    """No connection came about; its cause says why."""


class Slow(Unconnected):
    """Not within `CONNECT`."""


class Foreign(Unconnected):
    """The proxy's address is none, or of a kind that is not spoken."""


class Barred(Unconnected):
    """The proxy did not open a tunnel: the status that it gave."""


class Stuck(Exception):
    """No byte of a request got away within `WRITE`."""


class Silent(Exception):
    """No byte of an answer came within its time."""


class HungUp(Exception):
    """The other side closed the connection in the middle of an answer, or before it."""


class Cut(Exception):
    """The connection broke; its cause says how."""


class Connection(asyncio.Protocol):
    """What comes on it goes to the answer that is awaited. For `together` seconds from when some
    was taken, what comes is gathered; the end is told at once."""

    def __init__(self, together: float = 0.0) -> None:
        self._together = together
        self._taken = 0.0
        """When some of the body was, by the loop's clock."""
        self._gathering: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self._answer: Answer | None = None
        self._woken = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._over = False
        self._fault: Exception | None = None

    @classmethod
    async def open(cls, way: str, origin: Origin, together: float = 0.0) -> Self:
        """Raises `Unconnected`."""
        connection = cls(together)
        try:
            async with _within(CONNECT, Slow):
                await connection._open(way, origin)
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def usable(self) -> bool:
        return not self._over

    @property
    def tls(self) -> ssl.SSLObject | None:
        """What secures it. None: nothing does."""
        return self._transport.get_extra_info("ssl_object") if self._transport else None

    async def ask(self, head: bytes, body: bytes, answer: Answer, idle: float) -> None:
        """Send a request, and wait for the head of its answer. `idle` is in seconds. Raises
        `Stuck`, `Silent`, `HungUp`, `Cut` or `Garbled`."""
        self._answer, self._taken = answer, 0.0
        await self._send(head, body)
        while not answer.begun:
            await self._news(idle)

    async def more(self, answer: Answer, idle: float) -> bytes:
        """All of the body that has come; nothing at its end. Raises as `ask`."""
        while not answer.held and not answer.complete:
            await self._news(idle)
        if self._transport is not None and not self._over:
            self._transport.resume_reading()
        self._taken = asyncio.get_running_loop().time()
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        return answer.take()

    def close(self) -> None:
        self._over = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.complete:  # nobody asked
            self.close()
            return
        try:
            self._answer.feed(data)
        except Garbled as garbled:
            self._fault = garbled
            self.close()
        if self._answer.held > HIGH and self._transport is not None:
            self._transport.pause_reading()
        self._wake(self._answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._over = True
        self._fault = self._fault or exc
        if self._answer is not None and not self._fault:
            self._answer.end()
        self._woken.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def _open(self, way: str, origin: Origin) -> None:
        if way == PLAIN:
            await self._connect(origin)
        elif way == DIRECT:
            await self._connect(origin, _trust())
        else:
            await self._tunnel(way, origin)

    async def _connect(self, to: Origin, tls: ssl.SSLContext | None = None) -> None:
        loop = asyncio.get_running_loop()
        # An address has no others to be tried beside it, and what races leaves a socket to the
        # garbage collector when it is cancelled in the moment of its success.
        delay = None if _is_address(to.host) else HEAD_START
        with _unconnected():
            await loop.create_connection(
                lambda: self, to.host, to.port, ssl=tls, happy_eyeballs_delay=delay
            )

    async def _tunnel(self, way: str, origin: Origin) -> None:
        """Through the proxy to the origin, and TLS from end to end (RFC 9110, 9.3.6)."""
        proxy = _proxy(way)
        await self._connect(proxy, _trust() if proxy.scheme == "https" else None)
        answer = Answer()
        with _unconnected():
            await self.ask(_asking_for(origin, urlsplit(way)), b"", answer, CONNECT)
        if answer.status // 100 != 2:
            raise Barred(f"{answer.status} {answer.reason}".strip())
        self._answer = None
        loop = asyncio.get_running_loop()
        plain = cast("asyncio.Transport", self._transport)
        with _unconnected():
            self._transport = await loop.start_tls(
                plain, self, _trust(), server_hostname=origin.host
            )

    async def _send(self, head: bytes, body: bytes) -> None:
        """A refusal may come before all of the request is sent: then the rest is kept back."""
        view = memoryview(body)
        slices = [view[at : at + SLICE] for at in range(0, len(body), SLICE)]
        parts: list[bytes | memoryview[int]] = [b"".join([head, *slices[:1]]), *slices[1:]]
        for part in parts:
            if self._transport is None or self._over:
                return
            self._transport.write(part)
            async with _within(WRITE, Stuck):
                await self._writable.wait()

    def _wake(self, answer: Answer) -> None:
        loop, due = asyncio.get_running_loop(), self._taken + self._together
        if answer.complete or not answer.begun or self._over or loop.time() >= due:
            self._woken.set()
        elif self._gathering is None:
            self._gathering = loop.call_at(due, self._woken.set)

    async def _news(self, idle: float) -> None:
        """Wait for bytes, or for the end."""
        if self._over:
            self._mourn()
        self._woken.clear()
        async with _within(idle, Silent):
            await self._woken.wait()

    def _mourn(self) -> NoReturn:
        if isinstance(self._fault, Garbled):
            raise self._fault
        if self._fault:
            raise Cut from self._fault
        raise HungUp


@asynccontextmanager
async def _within(seconds: float, kind: type[Exception]) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise kind from error


@contextmanager
def _unconnected() -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:  # a label of more than 63 letters
        raise Unconnected from gaierror(EAI_NONAME, str(error))
    except (OSError, HungUp, Cut, Garbled, Silent) as error:
        raise Unconnected from error


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdecimal()


@cache
def _trust() -> ssl.SSLContext:
    return store.trusting()


def _proxy(way: str) -> Origin:
    try:
        origin = Origin.of(way)
    except (KeyError, ValueError) as error:
        raise Foreign from error
    if origin.scheme not in PORTS:
        raise Foreign
    return origin


def _asking_for(origin: Origin, proxy: SplitResult) -> bytes:
    lines = [f"CONNECT {origin.authority} HTTP/1.1", f"host: {origin.authority}"]
    if proxy.username is not None:
        login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        lines.append(f"proxy-authorization: Basic {b64encode(login.encode()).decode()}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")
