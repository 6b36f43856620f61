"""What reaches the rehearsal's socket, and is no request."""

from __future__ import annotations

import asyncio

from ownkey.rehearsal import Rehearsal


def test_tls_is_refused_at_once_and_not_waited_for() -> None:
    async def main() -> bytes:
        async with Rehearsal() as far:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(far.url.split(":")[2]))
            writer.write(b"\x16\x03\x01\x02\x00\x01")
            answer = await reader.readline()
            writer.close()
            return answer

    assert asyncio.run(main()).startswith(b"HTTP/1.1 400 ")
