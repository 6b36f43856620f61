"""The least client over each transport that was thought of: what `docs/performance.md` decides by.

`python carried.py NAME URL`: NAME is httpx2, aiohttp, pyreqwest or ours; it need be installed.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import msgspec

BODY = msgspec.json.encode(
    {"model": "m", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
)
HEADERS = {"authorization": "Bearer none", "content-type": "application/json"}


async def httpx2(url: str) -> AsyncIterator[bytes]:
    import httpx2

    async with (
        httpx2.AsyncClient(verify=False, trust_env=False, timeout=60) as client,
        client.stream("POST", url, content=BODY, headers=HEADERS) as reply,
    ):
        async for piece in reply.aiter_bytes():
            yield piece


async def aiohttp(url: str) -> AsyncIterator[bytes]:
    import aiohttp

    async with (
        aiohttp.ClientSession() as client,
        client.post(url, data=BODY, headers=HEADERS) as reply,
    ):
        async for piece in reply.content.iter_any():
            yield piece


async def pyreqwest(url: str) -> AsyncIterator[bytes]:
    from pyreqwest.client import ClientBuilder

    async with (
        ClientBuilder().build() as client,
        client.post(url).body_bytes(BODY).headers(HEADERS).build_streamed() as reply,
    ):
        while piece := await reply.body_reader.read_chunk():
            yield bytes(piece)


async def ours(url: str) -> AsyncIterator[bytes]:
    from ownkey.wire.request import Request
    from ownkey.wire.transport import Transport

    transport = Transport()
    async with transport.send(Request(url, HEADERS, BODY)) as reply:
        async for piece in reply.chunks():
            yield piece
    await transport.aclose()


CARRIERS = {one.__name__: one for one in (httpx2, aiohttp, pyreqwest, ours)}


async def main(name: str, url: str) -> None:
    decode = msgspec.json.Decoder().decode
    tail = b""
    async for piece in CARRIERS[name](url):
        *lines, tail = (tail + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"data: ") and line != b"data: [DONE]":
                for choice in decode(line[6:])["choices"]:
                    if text := choice["delta"].get("content"):
                        sys.stdout.write(text)


asyncio.run(main(*sys.argv[1:]))
