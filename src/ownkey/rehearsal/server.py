"""The provider: takes connections, checks requests, plays the script, keeps the books.

async with Rehearsal() as far:
    ...  # talk to far.url, then look at far.requests and far.bills
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

import msgspec

from ownkey.rehearsal import http
from ownkey.rehearsal.cache import Bill, Cache, cache, tokens
from ownkey.rehearsal.conversation import Script, Turn
from ownkey.rehearsal.faults import Fault, Mishap, Page, Refusal, Reset, Slow, broken
from ownkey.rehearsal.formats import Format, Problem, Refused, written
from ownkey.rehearsal.formats.chat import Chat
from ownkey.rehearsal.formats.messages import Messages
from ownkey.rehearsal.formats.responses import Responses
from ownkey.rehearsal.script import coder

FORMATS: dict[str, type[Format]] = {form.path: form for form in (Messages, Responses, Chat)}
MODELS_PATH = "/v1/models"
MODEL = "rehearsal"
MODELS = {
    "object": "list",
    "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "rehearsal"}],
}
ANTHROPIC_MODELS = {
    "data": [
        {
            "id": MODEL,
            "type": "model",
            "display_name": "Rehearsal",
            "created_at": "2026-01-01T00:00:00Z",
        }
    ],
    "first_id": MODEL,
    "last_id": MODEL,
    "has_more": False,
}


class Asked(msgspec.Struct, frozen=True):
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class _Whole(msgspec.Struct, frozen=True):
    status: int
    body: bytes
    kind: str = "application/json"
    headers: dict[str, str] = {}


class _Stream(msgspec.Struct, frozen=True):
    events: list[bytes]
    pace: float
    """Seconds before each event."""
    then: str = "end"
    """`end` properly, `hangup` in the middle, or `silence` until the client leaves."""


class Rehearsal:
    """A provider on loopback. Any key will do; the model is called `rehearsal`, or
    whatever the request says. `strict` refuses top-level fields it does not know."""

    def __init__(
        self,
        script: Script = coder,
        faults: Iterable[str | Fault] = (),
        *,
        strict: bool = True,
        pace: float = 0.0,
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests: list[Asked] = []
        self.bills: list[Bill] = []
        """Of the requests that were answered by the coder."""
        self.refused: list[Problem] = []
        """What was wrong with the others, faults not counted."""
        self.faults = [Fault.parse(fault) if isinstance(fault, str) else fault for fault in faults]
        """More may be added while it runs."""
        self._script = script
        self._strict = strict
        self._pace = pace
        self._port = port
        self._caches: dict[str, Cache] = {
            path: cache(form.caching, clock) for path, form in FORMATS.items()
        }
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """The base address, without `/v1`."""
        return f"http://127.0.0.1:{self._port}"

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._converse(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests and answers in turn, until one side has had enough."""
        try:
            while request := await http.receive(reader):
                answer = self._answer(request)
                if answer is None:
                    _reset(writer)
                    return
                if not await _send(answer, reader, writer):
                    return
                if request.headers.get("connection", "").lower() == "close":
                    writer.close()
                    return
        except http.Malformed as error:
            await _send(_refuse(Chat, Problem(400, str(error))), reader, writer)
            writer.close()
        except ConnectionError:
            return
        finally:
            if not writer.is_closing():
                writer.transport.abort()

    def _answer(self, request: http.Request) -> _Whole | _Stream | None:
        """What to send, None to tear the connection down."""
        if request.path == MODELS_PATH:
            return _models(request)
        form = FORMATS.get(request.path)
        if form is None or request.method != "POST":
            status = 404 if form is None else 405
            wrong = f"Invalid URL ({request.method} {request.path})"
            return _refuse(Chat, Problem(status, wrong))
        try:
            return self._exchange(form, request)
        except Refused as refused:
            self.refused.append(refused.problem)
            return _refuse(form, refused.problem)

    def _exchange(self, form: type[Format], request: http.Request) -> _Whole | _Stream | None:
        body = _object(request.body)
        self.requests.append(Asked(request.path, request.headers, body))
        if not form.authorised(request.headers):
            raise Refused("No API key provided.", 401)
        if form is Messages and "anthropic-version" not in request.headers:
            raise Refused("anthropic-version: header is required")
        number = len(self.requests)
        what = next((f.what for f in self.faults if f.strikes(number, body)), None)
        if isinstance(what, Refusal):
            return _refuse(form, what.problem)
        if isinstance(what, Page):
            return _Whole(what.status, what.body, what.kind)
        if isinstance(what, Reset):
            return None
        asked = form(body, strict=self._strict)
        events = self._play(asked, request.path, number)
        if isinstance(what, Mishap):
            return _Stream(broken(what, events, asked), self._pace, what.then)
        return _Stream(events, what.pace if isinstance(what, Slow) else self._pace)

    def _play(self, asked: Format, path: str, number: int) -> list[bytes]:
        turn = self._script(asked.conversation)
        calls = tuple(
            msgspec.structs.replace(call, id=f"call_{number}_{index}")
            for index, call in enumerate(turn.calls)
        )
        thinking = turn.thinking if asked.reasons else ""
        turn = Turn(thinking, turn.text, calls)
        bill = self._caches[path].settle(asked.scope, asked.segments)
        bill = msgspec.structs.replace(bill, output=_output(turn), reasoning=_size(thinking))
        self.bills.append(bill)
        return list(asked.stream(turn, bill, number))


async def _send(
    answer: _Whole | _Stream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Whether the connection can go on."""
    if isinstance(answer, _Whole):
        facts = {"content-type": answer.kind, "content-length": str(len(answer.body))}
        writer.write(http.head(answer.status, facts | answer.headers) + answer.body)
        await writer.drain()
        return True
    facts = {"content-type": "text/event-stream", "transfer-encoding": "chunked"}
    writer.write(http.head(200, facts | {"cache-control": "no-cache"}))
    for data in answer.events:
        await asyncio.sleep(answer.pace)
        writer.write(http.chunk(data))
        await writer.drain()
    if answer.then == "silence":
        await reader.read()
    if answer.then in ("silence", "hangup"):
        writer.close()
        return False
    writer.write(http.chunk(b""))
    await writer.drain()
    return True


def _reset(writer: asyncio.StreamWriter) -> None:
    """Make the connection end with RST and not with FIN: a linger of no seconds."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


def _refuse(form: type[Format], problem: Problem) -> _Whole:
    status, body = form.refusal(problem)
    return _Whole(status, msgspec.json.encode(body), headers=problem.headers)


def _models(request: http.Request) -> _Whole:
    """Both families of clients ask this path; Anthropic's name their API version."""
    theirs = "anthropic-version" in request.headers
    form: type[Format] = Messages if theirs else Chat
    if not form.authorised(request.headers):
        return _refuse(form, Problem(401, "No API key provided."))
    return _Whole(200, msgspec.json.encode(ANTHROPIC_MODELS if theirs else MODELS))


def _object(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Refused(f"We could not parse the JSON body of your request: {error}") from error


def _output(turn: Turn) -> int:
    calls = "".join(call.name + written(call.arguments) for call in turn.calls)
    return _size(turn.thinking) + _size(turn.text + calls)


def _size(text: str) -> int:
    return tokens(len(text.encode()))
