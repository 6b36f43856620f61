"""The only module that knows how bytes travel: one request out, one response in.

It works on httpx2's transports, below its client: what is not there cannot follow a
redirect with the key, keep a cookie, or read a proxy for plain http from the environment.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import httpx2

from ownkey.core.errors import (
    BadRequest,
    BrokenStream,
    ProviderError,
    Unreachable,
    Untrusted,
    WrongAddress,
)
from ownkey.wire.request import Request

CONNECT = 10.0
"""Seconds to reach the other side, TLS included."""

WRITE = 30.0
"""Seconds in which some bytes of the request must get away."""

KEEP = 60.0
"""Seconds an idle connection is kept: a tool mostly runs shorter, and TLS is not redone."""


class Transport:
    """Connections to all providers, kept from request to request."""

    def __init__(self) -> None:
        self._pools: dict[str, httpx2.AsyncHTTPTransport] = {}

    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Reply]:
        """The response, with its headers read and its body still to come. However the
        context is left, the response is closed; half-read, so is its connection."""
        way = route(request.url)
        with _explained(request.idle, (*_of_the_way(way), *NO_ANSWER, *FAULTS)):
            sent = httpx2.Request(
                request.method,
                request.url,
                headers=request.headers,
                content=request.body,
                extensions={"timeout": _timeouts(request.idle)},
            )
            response = await self._pool(way).handle_async_request(sent)
        response.request = sent
        try:
            yield Reply(response, request.idle)
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        async with AsyncExitStack() as stack:
            for pool in self._pools.values():
                stack.push_async_callback(pool.aclose)
            self._pools.clear()

    def _pool(self, way: str) -> httpx2.AsyncHTTPTransport:
        if way not in self._pools:
            self._pools[way] = _open(way)
        return self._pools[way]


class Reply:
    """A response. Its body can be read once."""

    def __init__(self, response: httpx2.Response, idle: float) -> None:
        self._response = response
        self._idle = idle
        self.status: int = response.status_code
        self.headers: httpx2.Headers = response.headers

    async def chunks(self) -> AsyncGenerator[bytes]:
        """The body as it comes, decompressed. Raises `ProviderError` if it breaks."""
        with _explained(self._idle, FAULTS):
            async with aclosing(self._response.aiter_bytes()) as chunks:
                async for chunk in chunks:
                    yield chunk


def _timeouts(idle: float) -> dict[str, float | None]:
    return httpx2.Timeout(connect=CONNECT, read=idle, write=WRITE, pool=CONNECT).as_dict()


PLAIN = "plain"
DIRECT = "direct"


def route(url: str) -> str:
    """`plain`, `direct`, or the address of the proxy that HTTPS_PROXY names.

    HTTP_PROXY is not heard: a proxy for plain http sees the key in every request. To a
    proxy for https it is one encrypted tunnel.
    """
    parts = urlsplit(url)
    if parts.scheme != "https":
        return PLAIN
    proxies = getproxies_environment()
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return DIRECT
    return proxy if "://" in proxy else f"http://{proxy}"


def _open(way: str) -> httpx2.AsyncHTTPTransport:
    limits = httpx2.Limits(keepalive_expiry=KEEP)
    if way == PLAIN:
        # Loading the system's certificates takes 28 ms, which plain http never needs.
        # A context without any trusts nobody: should TLS come this way, it fails.
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx2.AsyncHTTPTransport(verify=nobody, trust_env=False, limits=limits)
    if way == DIRECT:
        return httpx2.AsyncHTTPTransport(trust_env=False, limits=limits)
    if urlsplit(way).scheme not in ("http", "https"):
        raise Unreachable(
            "The proxy in HTTPS_PROXY is of a kind ownkey does not speak.",
            "Give one that starts with http:// or https://, or unset HTTPS_PROXY.",
            should_retry=False,
        )
    return httpx2.AsyncHTTPTransport(trust_env=False, limits=limits, proxy=way)


class Fault(NamedTuple):
    """What an exception of the network means. `{host}`, `{url}` and `{entry}` are filled
    in by `refusal.placed`, `{reason}` and `{idle}` here."""

    sign: type[BaseException]
    kind: type[ProviderError]
    what: str
    hint: str
    again: bool | None = None
    words: str = ""
    """A pattern that the exception's words must match."""

    def fits(self, cause: BaseException) -> bool:
        return isinstance(cause, self.sign) and bool(re.search(self.words, str(cause)))


LISTENING = "Is the server running? Check the host and the port of `baseUrl` in {entry}."
TRY_AGAIN = "Try again; if it lasts, ask {host} or look at the proxies in between."

FAULTS = (
    Fault(
        socket.gaierror,
        Unreachable,
        "The name {host} is not known (DNS).",
        "Check the host of `baseUrl` in {entry}, and the network.",
    ),
    Fault(
        ConnectionRefusedError,
        Unreachable,
        "Nothing listens at {host}: connection refused.",
        LISTENING,
    ),
    Fault(
        ssl.SSLCertVerificationError,
        Untrusted,
        "The certificate of {host} is not trusted: {reason}.",
        "Check `baseUrl` in {entry}; a company's own certificates belong in the system's store.",
        again=False,
    ),
    Fault(
        ssl.SSLError,
        Untrusted,
        "No encrypted connection to {host} came about: {reason}.",
        "Check `baseUrl` in {entry}: does the server speak https at this port?",
        again=False,
    ),
    Fault(
        httpx2.ConnectTimeout,
        Unreachable,
        f"{{host}} did not accept a connection within {CONNECT:g} s.",
        LISTENING,
    ),
    Fault(
        httpx2.ProxyError,
        Unreachable,
        "The proxy in HTTPS_PROXY wants a login: {reason}.",
        "Write HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT, or name {host} in NO_PROXY.",
        again=False,
        words="^407",
    ),
    Fault(
        httpx2.ProxyError,
        Unreachable,
        "The proxy in HTTPS_PROXY did not let the request to {host} through: {reason}.",
        "Check HTTPS_PROXY, or name the host in NO_PROXY.",
    ),
    Fault(httpx2.ConnectError, Unreachable, "{host} cannot be reached.", LISTENING),
    Fault(httpx2.PoolTimeout, Unreachable, "Too many requests to {host} at once.", TRY_AGAIN),
    Fault(httpx2.WriteTimeout, Unreachable, "{host} stopped taking the request.", TRY_AGAIN),
    Fault(httpx2.ReadTimeout, BrokenStream, "{host} fell silent: no byte for {idle} s.", TRY_AGAIN),
    Fault(httpx2.DecodingError, BrokenStream, "What {host} sent does not decompress.", TRY_AGAIN),
    Fault(httpx2.RemoteProtocolError, BrokenStream, "{host} hung up in mid answer.", TRY_AGAIN),
    Fault(httpx2.ReadError, BrokenStream, "The connection to {host} broke.", TRY_AGAIN),
    Fault(
        httpx2.LocalProtocolError,
        BadRequest,
        "The request cannot be sent as HTTP.",
        "Check `extraHeaders` in {entry}.",
    ),
    Fault(
        httpx2.UnsupportedProtocol,
        WrongAddress,
        "{url} is not an http address.",
        "Check `baseUrl` in {entry}.",
    ),
    Fault(
        httpx2.InvalidURL,
        WrongAddress,
        "{url} is not an address.",
        "Check `baseUrl` in {entry}.",
    ),
)
"""The first whose sign is among an exception and its causes holds: causes say more."""

IS_IT_THE_PORT = (
    "Try again; if it lasts: is this the port of `baseUrl` in {entry}? Does it speak https?"
)

NO_ANSWER = (
    Fault(httpx2.WriteError, Unreachable, "{host} hung up during the request.", IS_IT_THE_PORT),
    *(
        Fault(sign, BrokenStream, "{host} hung up without an answer.", IS_IT_THE_PORT, words=words)
        for sign, words in (
            (httpx2.RemoteProtocolError, "without sending a response"),
            (httpx2.ReadError, ""),
        )
    ),
)
"""Before an answer has begun. Whether one who hangs up is heard to close the connection or
to reset it is chance: what is on its way decides."""

TO_THE_PROXY = tuple(
    Fault(
        sign,
        Unreachable,
        "The proxy in HTTPS_PROXY cannot be reached.",
        "Check HTTPS_PROXY, or name {host} in NO_PROXY.",
    )
    for sign in (socket.gaierror, ConnectionRefusedError, httpx2.ConnectTimeout)
)
"""Through a proxy, it alone is connected to: these are not about the host."""


def _of_the_way(way: str) -> tuple[Fault, ...]:
    return () if way in (PLAIN, DIRECT) else TO_THE_PROXY


@contextmanager
def _explained(idle: float, faults: tuple[Fault, ...]) -> Iterator[None]:
    """Turn what httpx2 raises into words for the person."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        causes = tuple(_causes(error))
        for fault in faults:
            for cause in causes:
                if fault.fits(cause):
                    what = fault.what.replace("{reason}", _reason(cause))
                    what = what.replace("{idle}", f"{idle:g}")
                    raise fault.kind(what, fault.hint, should_retry=fault.again) from error
        raise


def _reason(cause: BaseException) -> str:
    """Of TLS, the words without the names and lines of OpenSSL's source."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, ssl.SSLError) and cause.reason:
        return cause.reason.lower().replace("_", " ")
    return str(cause)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _causes(inner)
        error = error.__cause__ or error.__context__
