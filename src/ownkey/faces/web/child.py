"""The app as a process of its own, spoken to in packets over its standard streams."""

from __future__ import annotations

import asyncio
import sys
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Self, cast

import msgspec
from msgspec import Meta

from ownkey.options import Options

COMMAND = (sys.executable, "-P", "-m", "ownkey.faces.tui.tab")

TERMINAL = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
}
"""What draws the app in the browser."""

ELSEWHERE = ("COLORFGBG", "COLUMNS", "LINES", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TMUX")
"""Variables that tell of the terminal the server runs in."""

READY = b"__GANGLION__\n"
"""What `textual`'s web driver begins with."""

PATIENCE = 10.0
"""Seconds that the app has to leave in: more than it gives itself."""


class Packet(msgspec.Struct, frozen=True):
    kind: bytes
    """`D` for what a terminal shows, `M` for what it is told besides, as JSON."""
    payload: bytes


class Size(msgspec.Struct, frozen=True):
    """In cells."""

    width: Annotated[int, Meta(ge=1, le=1000)] = 80
    height: Annotated[int, Meta(ge=1, le=1000)] = 24


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What the app is told first."""

    options: Options
    prompt: str
    width: int
    height: int


class Child:
    """It ends when its input does: also when this process is killed."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._input = cast("StreamWriter", process.stdin)
        self._output = cast("StreamReader", process.stdout)

    @classmethod
    async def start(cls, options: Options, prompt: str, size: Size) -> Self:
        environ = {
            name: value for name, value in options.environ.items() if name not in ELSEWHERE
        } | TERMINAL
        # A session of its own: Ctrl+C in the terminal is for the server alone.
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, env=environ, start_new_session=True
        )
        child = cls(process)
        opening = Opening(
            options=msgspec.structs.replace(options, environ=environ),
            prompt=prompt,
            width=size.width,
            height=size.height,
        )
        await child.send(b"O", msgspec.json.encode(opening, enc_hook=_text))
        return child

    async def type(self, keys: str) -> None:
        await self.send(b"D", keys.encode("utf-8", "replace"))

    async def resize(self, size: Size) -> None:
        facts = {"type": "resize", "width": size.width, "height": size.height}
        await self.send(b"M", msgspec.json.encode(facts))

    async def tell(self, kind: str) -> None:
        await self.send(b"M", msgspec.json.encode({"type": kind}))

    async def send(self, kind: bytes, payload: bytes) -> None:
        self._input.write(kind + len(payload).to_bytes(4, "big") + payload)
        with suppress(ConnectionError):  # it has ended: its output says so too
            await self._input.drain()

    async def packets(self) -> AsyncIterator[Packet]:
        """Until it has ended."""
        while (line := await self._output.readline()) and line != READY:
            pass
        with suppress(IncompleteReadError):
            while True:
                head = await self._output.readexactly(5)
                yield Packet(
                    head[:1], await self._output.readexactly(int.from_bytes(head[1:], "big"))
                )

    def dismiss(self) -> None:
        """Have it leave."""
        self._input.close()

    async def ended(self) -> int:
        """Its exit code. One that does not leave is killed."""
        try:
            return await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self._process.kill()
            return await self._process.wait()


def _text(value: Any) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(type(value))
