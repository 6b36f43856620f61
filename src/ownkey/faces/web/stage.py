"""The one conversation that is shown: in one tab at a time, the newest."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from ownkey.faces.web.child import Child, Size
from ownkey.options import Options

LINKS = ("http://", "https://")


class Parting(msgspec.Struct, frozen=True, tag="parting"):
    words: str
    session: str


class OpenUrl(msgspec.Struct, frozen=True, tag="open_url"):
    url: str


class Exit(msgspec.Struct, frozen=True, tag="exit"):
    pass


class Stage:
    """`left` is the exit code, once the person has left."""

    def __init__(self, options: Options, prompt: str) -> None:
        self.parting = ""
        """What stays on the terminal."""
        self.left: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._options = options
        self._prompt = prompt
        self._tab: web.WebSocketResponse | None = None
        self._playing = asyncio.Lock()

    async def show(self, tab: web.WebSocketResponse, size: Size) -> None:
        """Until the tab is closed, another one takes over, or the person leaves."""
        before, self._tab = self._tab, tab
        if before is not None:
            await before.close()
        async with self._playing:
            if self._tab is tab and not tab.closed and not self.left.done():
                await self._play(tab, size)
        await tab.close()

    def close(self, code: int) -> None:
        if not self.left.done():
            self.left.set_result(code)

    async def clear(self) -> None:
        """End what is shown, and wait for it."""
        if self._tab is not None:
            await self._tab.close()
        async with self._playing:
            self._tab = None

    async def _play(self, tab: web.WebSocketResponse, size: Size) -> None:
        child = await Child.start(self._options, self._prompt, size)
        self._prompt = ""
        said = asyncio.create_task(self._carry(child, tab))
        heard = asyncio.create_task(_hear(tab, child))
        try:
            await asyncio.wait({said, heard}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left = said.done()
            heard.cancel()
            child.dismiss()
            code = await child.ended()
            await said
        if left:
            self.close(code)

    async def _carry(self, child: Child, tab: web.WebSocketResponse) -> None:
        """What the app says, to the tab; read to its end even when that is closed."""
        async for packet in child.packets():
            with suppress(ConnectionError):
                if packet.kind == b"D":
                    await tab.send_bytes(packet.payload)
                elif packet.kind == b"M":
                    await self._told(packet.payload, tab)

    async def _told(self, payload: bytes, tab: web.WebSocketResponse) -> None:
        with suppress(msgspec.ValidationError):  # of what else a driver may tell
            match msgspec.json.decode(payload, type=Parting | OpenUrl | Exit):
                case Parting(words, session):
                    self.parting = words
                    if session:
                        self._options = msgspec.structs.replace(
                            self._options, resume=session, fork=None
                        )
                case OpenUrl(url) if url.startswith(LINKS):
                    await tab.send_json(["open_url", {"url": url, "new_tab": True}])


async def _hear(tab: web.WebSocketResponse, child: Child) -> None:
    """What the page says, to the app; until it is closed, or makes no sense."""
    with suppress(msgspec.MsgspecError, ConnectionError):
        async for message in tab:
            if message.type is WSMsgType.TEXT:
                await _pass(msgspec.json.decode(message.data, type=list[Any]), tab, child)


async def _pass(said: list[Any], tab: web.WebSocketResponse, child: Child) -> None:
    match said:
        case ["stdin", str(keys)]:
            await child.type(keys)
        case ["resize", size]:
            await child.resize(msgspec.convert(size, Size))
        case ["focus" | "blur" as kind]:
            await child.tell(kind)
        case ["ping", str(moment)]:
            await tab.send_json(["pong", moment])
