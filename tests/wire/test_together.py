"""An answer in small pieces, gathered for who does not look more often."""

from __future__ import annotations

import asyncio

import pytest

from ownkey.core.errors import BrokenStream
from ownkey.wire.request import Request
from ownkey.wire.transport import Transport

HOUR = 3600.0

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


async def pieces(together: float, *rest: bytes, waits: int = 1) -> list[bytes]:
    """Those of an answer, of which so many are taken before the next is sent. The connection
    stays open if the answer ends."""
    taken, left = asyncio.Semaphore(0), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + chunk(b"one"))
        for at, part in enumerate(rest):
            if at < waits:
                await taken.acquire()
            writer.write(part)
            await settled()
        if END in rest:
            await left.wait()
        writer.close()

    transport = Transport(together)
    came: list[bytes] = []
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as far:
        port = far.sockets[0].getsockname()[1]
        request = Request(f"http://127.0.0.1:{port}/", {}, b"", 20.0)
        async with transport.send(request) as reply:
            async for piece in reply.chunks():
                came.append(piece)
                taken.release()
        await transport.aclose()
        left.set()
        await settled()
    return came


async def settled() -> None:
    """Until what was sent has been read: both sides are of one loop."""
    for _ in range(50):
        await asyncio.sleep(0)


def test_what_comes_after_the_first_is_gathered_and_the_end_waits_for_nothing() -> None:
    came = asyncio.run(pieces(HOUR, chunk(b"two"), chunk(b"three"), END))
    assert came == [b"one", b"twothree"]


def test_a_connection_that_breaks_is_told_at_once() -> None:
    with pytest.raises(BrokenStream):
        asyncio.run(pieces(HOUR, chunk(b"two")))


def test_what_is_gathered_is_given_when_its_time_is_over() -> None:
    came = asyncio.run(pieces(0.001, chunk(b"two"), chunk(b"three"), END, waits=3))
    assert came == [b"one", b"two", b"three"]
