"""Exchanges on record: written without keys as they happen, and played again without network.

A recording is a file of JSON lines, one exchange each: what was asked, what was answered,
and how it broke if it did. So a bug report can become a test.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ownkey.core.errors import ProviderError, SettingsError, Unreachable, UsageError
from ownkey.core.veil import HEADERS, REDACTED, Veil
from ownkey.wire import loose, pieces
from ownkey.wire.client import Reply, Sender
from ownkey.wire.request import Request

VERSION = 1


class Asked(msgspec.Struct, frozen=True):
    url: str
    headers: dict[str, str]
    body: Any


class Answered(msgspec.Struct, frozen=True, omit_defaults=True):
    status: int
    headers: dict[str, str]
    text: str = ""
    """The body as far as it came; what is no UTF-8 is replaced."""


class Broken(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an exchange failed: the fields of a `ProviderError`."""

    kind: str
    what: str
    hint: str = ""
    should_retry: bool | None = None


class Exchange(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a recording."""

    v: int
    request: Asked
    response: Answered | None = None
    failure: Broken | None = None


class Recording:
    """Passes requests on to `sender`, and writes each exchange to `file` when it is over,
    without the `secrets` that there are by then.

    Raises `UsageError` where the file exists or cannot be made.
    """

    def __init__(self, sender: Sender, file: Path, secrets: Callable[[], Iterable[str]]) -> None:
        self._sender = sender
        self._secrets = secrets
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            self._descriptor = os.open(file, flags, 0o600)
        except OSError as error:
            raise UsageError(
                f"Cannot record to {file}: {error.strerror}.", "Name a file that is not there yet."
            ) from error

    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Reply]:
        heard: Heard | None = None
        failure: Broken | None = None
        try:
            async with self._sender.send(request) as reply:
                heard = Heard(reply)
                yield heard
        except ProviderError as error:
            failure = Broken(error.kind, error.what, error.hint, error.should_retry)
            raise
        finally:
            answered = heard.answered() if heard is not None else None
            self._write(Exchange(VERSION, _asked(request), answered, failure))

    async def aclose(self) -> None:
        os.close(self._descriptor)
        await self._sender.aclose()

    def _write(self, exchange: Exchange) -> None:
        veil = Veil(self._secrets())
        if exchange.response is not None:
            text = pieces.veiled_events(exchange.response.text, veil)
            response = msgspec.structs.replace(exchange.response, text=text)
            exchange = msgspec.structs.replace(exchange, response=response)
        line = json.dumps(veil.deep(msgspec.to_builtins(exchange)))
        os.write(self._descriptor, line.encode() + b"\n")


class Heard:
    """A reply that remembers what was read of it."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self._reply = reply
        self._body = bytearray()

    async def chunks(self) -> AsyncGenerator[bytes]:
        async with aclosing(self._reply.chunks()) as chunks:
            async for chunk in chunks:
                self._body += chunk
                yield chunk

    def answered(self) -> Answered:
        text = self._body.decode("utf-8", "replace")
        return Answered(self.status, _without_keys(dict(self.headers)), text)


class Replay:
    """Answers from a recording. No socket is opened: the n-th request to a path gets the
    n-th recorded answer of that path. `tell` hears where the requests have come apart.

    Raises `SettingsError` where the file is no recording.
    """

    def __init__(self, file: Path, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told = False
        self._exchanges: dict[str, deque[Exchange]] = defaultdict(deque)
        for exchange in _read(file):
            self._exchanges[urlsplit(exchange.request.url).path].append(exchange)

    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Reply]:
        waiting = self._exchanges[urlsplit(request.url).path]
        if not waiting:
            raise Unreachable(
                "The recording has no answer left for {url}.",
                "Replay with the same task, settings and files as it was recorded with.",
                should_retry=False,
            )
        exchange = waiting.popleft()
        self._compare(exchange, request)
        if exchange.response is None:
            raise _error(exchange.failure)
        yield Played(exchange.response, exchange.failure)

    async def aclose(self) -> None:
        pass

    def _compare(self, exchange: Exchange, request: Request) -> None:
        recorded, now = _length(exchange.request.body), _length(_json(request.body))
        if recorded != now and not self._told:
            self._told = True
            self._tell(f"Replay: a request has {now} messages where {recorded} were recorded.")


class Played:
    """A recorded reply."""

    def __init__(self, answered: Answered, failure: Broken | None) -> None:
        self.status = answered.status
        self.headers = answered.headers
        self._text = answered.text
        self._failure = failure

    async def chunks(self) -> AsyncGenerator[bytes]:
        yield self._text.encode()
        if self._failure:
            raise _error(self._failure)


def _asked(request: Request) -> Asked:
    return Asked(request.url, _without_keys(request.headers), _json(request.body))


def _without_keys(headers: dict[str, str]) -> dict[str, str]:
    return {
        name.lower(): REDACTED if HEADERS.search(name) else value for name, value in headers.items()
    }


def _json(body: bytes) -> Any:
    return msgspec.json.decode(body)


def _length(body: Any) -> int:
    """Messages in a request, whichever format it is in."""
    fields = loose.table(body)
    return len(loose.rows(fields.get("messages") or fields.get("input")))


def _read(file: Path) -> Iterator[Exchange]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise SettingsError(
            f"Cannot replay {file}: {error.strerror}.", "Check the path."
        ) from error
    for number, line in enumerate(lines, 1):
        try:
            exchange = msgspec.json.decode(line, type=Exchange)
        except msgspec.DecodeError as error:
            if number == len(lines):
                return  # cut off by the end of the program that wrote it
            raise SettingsError(
                f"{file}:{number}: this is no recording: {error}.", "Make one with --record."
            ) from error
        yield exchange


def _error(failure: Broken | None) -> ProviderError:
    """The failure again, as the class it was."""
    broken = failure or Broken("unreachable", "The recording breaks off here.")
    classes = {kind.kind: kind for kind in _kinds(ProviderError)}
    kind = classes.get(broken.kind, ProviderError)
    return kind(broken.what, broken.hint, should_retry=broken.should_retry)


def _kinds(kind: type[ProviderError]) -> Iterator[type[ProviderError]]:
    yield kind
    for inner in kind.__subclasses__():
        yield from _kinds(inner)
