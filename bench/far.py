"""The far side of the benches: a process of its own that answers at once what the address asks.

    http://127.0.0.1:PORT/SCENE/v1/chat/completions

`text-N` streams N events at full speed and `paced-N-R` R of them a second, `prose-N-R` such
of markdown, `list-N-R` and `table-N-R` of one list and one table; `tools-N` has the file
`part` read in N turns; `calls-HEX` has tools called one after the other, as the JSON in
hexadecimal says. What is streamed was made ready before, by the rehearsal's formats, so that
this is never the slow part.
`GET /asked` tells of the requests since the last such question: when the first byte of each came
(seconds of the monotonic clock), and its body.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from bench.text import TEXTS
from ownkey.rehearsal import http
from ownkey.rehearsal.cache import Bill
from ownkey.rehearsal.conversation import Call, Turn
from ownkey.rehearsal.server import FORMATS

MOST = 1 << 28
"""Bytes a head or body may have: what comes is ours."""

RESULTS = {
    "/v1/messages": b'"type":"tool_result"',
    "/v1/responses": b'"type":"function_call_output"',
    "/v1/chat/completions": b'"role":"tool"',
}
"""What each answered call leaves in a body."""

SMALLEST: dict[str, dict[str, Any]] = {
    "/v1/messages": {
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "Go"}],
    },
    "/v1/responses": {"input": [{"role": "user", "content": "Go"}], "store": False},
    "/v1/chat/completions": {
        "messages": [{"role": "user", "content": "Go"}],
        "stream_options": {"include_usage": True},
    },
}
"""Requests, for each path, of which the rehearsal's formats make an answer."""

BATCH = 64
"""Events in one write, where there is no pace: some 16 KB."""


class Asked(NamedTuple):
    """A request as it came."""

    path: str
    began: float
    body: str


asked: list[Asked] = []


async def serve() -> None:
    server = await asyncio.start_server(_connected, "127.0.0.1", 0, limit=MOST)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


async def _connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    clock = asyncio.get_running_loop().time
    with suppress(ConnectionError, http.Malformed):
        while True:
            start = await reader.read(1)
            if not start:
                break
            began = clock()
            head = start + await reader.readuntil(b"\r\n\r\n")
            target, size = _head(head)
            body = await reader.readexactly(size)
            if target == "/asked":
                _tell(writer)
            else:
                asked.append(Asked(target, began, body.decode()))
                await _answer(target, body, writer)
            await writer.drain()
    writer.close()


def _head(head: bytes) -> tuple[str, int]:
    first, *lines = head.decode("latin-1").lower().split("\r\n")
    sizes = [line.partition(":")[2] for line in lines if line.startswith("content-length:")]
    return first.split(" ")[1], int(sizes[0]) if sizes else 0


def _tell(writer: asyncio.StreamWriter) -> None:
    body = json.dumps([one._asdict() for one in asked]).encode()
    asked.clear()
    writer.write(http.head(200, {"content-length": str(len(body))}) + body)


async def _answer(target: str, body: bytes, writer: asyncio.StreamWriter) -> None:
    scene, _, rest = target[1:].partition("/")
    path = f"/{rest}"
    kind, *words = scene.split("-")
    writer.write(
        http.head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
    )
    done = body.count(RESULTS[path])
    match kind:
        case "prose" | "list" | "table":
            await _paced(_written(kind, path, int(words[0])), int(words[1]), writer)
        case "paced":
            await _paced(_events(path, int(words[0])), int(words[1]), writer)
        case "tools" if done < int(words[0]):
            writer.write(b"".join(_called(path, Call("read", {"path": "part"}, f"call_{done}"))))
        case "calls" if done < len(calls := json.loads(bytes.fromhex(words[0]))):
            name, arguments = calls[done]
            writer.write(b"".join(_called(path, Call(name, arguments, f"call_{done}"))))
        case "text":
            await _at_once(_events(path, int(words[0])), writer)
        case _:
            writer.write(b"".join(_events(path, 1)))
    writer.write(http.chunk(b""))


async def _at_once(events: tuple[bytes, ...], writer: asyncio.StreamWriter) -> None:
    for at in range(0, len(events), BATCH):
        writer.write(b"".join(events[at : at + BATCH]))
        await writer.drain()


async def _paced(events: tuple[bytes, ...], rate: int, writer: asyncio.StreamWriter) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    for number, event in enumerate(events):
        await asyncio.sleep(began + number / rate - clock())
        if writer.is_closing():
            break
        writer.write(event)


@cache
def _events(path: str, count: int) -> tuple[bytes, ...]:
    """The events of an answer of so many words, framed."""
    text = " ".join(f"word{number % 100}" for number in range(count))
    return _framed(path, Turn(text=text), 0)


@cache
def _written(kind: str, path: str, count: int) -> tuple[bytes, ...]:
    """The same of markdown."""
    return _framed(path, Turn(text=TEXTS[kind](10 * count)), 0)[:count]


def _called(path: str, call: Call) -> tuple[bytes, ...]:
    return _framed(path, Turn(text="I look.", calls=(call,)), int(call.id.rpartition("_")[2]))


def _framed(path: str, turn: Turn, serial: int) -> tuple[bytes, ...]:
    body = {"model": "m", "stream": True, **SMALLEST[path]}
    answer = FORMATS[path](body, strict=False).stream(turn, Bill(10, output=5), serial)
    return tuple(map(http.chunk, answer))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve())
