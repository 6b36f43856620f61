"""Connections that were kept, and that the other side closes in the moment they are used again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from ownkey.core.errors import BrokenStream
from ownkey.wire.request import Request
from ownkey.wire.transport import Transport

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nkeep-alive: timeout=5, max=100\r\n\r\nOK"
HALF = b"HTTP/1.1 200 OK\r\ncontent-le"


class Fickle:
    """A server that answers each connection's requests with these bytes, and then hangs up."""

    def __init__(self, *answers: Sequence[bytes]) -> None:
        self.answers = list(answers)
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        for answer in self.answers.pop(0):
            await reader.readuntil(b"\r\n\r\nquestion")
            writer.write(answer)
            await writer.drain()
        writer.close()


async def asked(server: Fickle, times: int) -> list[bytes]:
    """The bodies of so many answers, one question after the other."""
    transport = Transport()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as far:
        port = far.sockets[0].getsockname()[1]
        request = Request(f"http://127.0.0.1:{port}/", {}, b"question", 20.0)
        bodies = []
        for _ in range(times):
            async with transport.send(request) as reply:
                bodies.append(b"".join([piece async for piece in reply.chunks()]))
        await transport.aclose()
    return bodies


def test_one_that_is_closed_when_it_is_used_again_is_replaced() -> None:
    """The second question is read and not answered."""
    server = Fickle([ANSWER, b""], [ANSWER, ANSWER])
    assert asyncio.run(asked(server, 3)) == [b"OK"] * 3
    assert server.connections == 2


def test_a_new_one_that_is_closed_without_an_answer_is_a_failure() -> None:
    server = Fickle([b""])
    with pytest.raises(BrokenStream, match="hung up without an answer"):
        asyncio.run(asked(server, 1))
    assert server.connections == 1


def test_an_answer_that_has_begun_is_asked_for_once() -> None:
    server = Fickle([ANSWER, HALF], [ANSWER])
    with pytest.raises(BrokenStream):
        asyncio.run(asked(server, 2))
    assert server.connections == 1
