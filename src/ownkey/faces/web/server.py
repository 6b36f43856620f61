"""The HTTP side: a page, what it is drawn with, and its socket. All of it is on this machine."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import msgspec
import textual_serve
from aiohttp import web

from ownkey.faces.web.child import Size
from ownkey.faces.web.door import SPENT, Door
from ownkey.faces.web.stage import Stage

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

PAGE = Path(str(files("ownkey.faces.web") / "page"))
CLIENT = Path(textual_serve.__file__).parent / "static"
"""textual-serve's terminal (xterm.js) and its font. Its server is not used: it has no token,
checks neither host nor origin, runs a shell, and its page asks elsewhere for a font."""

LONGEST = 16 * 2**20
"""Bytes of a message: what somebody pastes at most."""

HEARTBEAT = 20.0
"""Seconds between two looks whether the tab is still there."""

ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "ownkey",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

POLICY = (
    "default-src 'none'; script-src 'self'; font-src 'self'; img-src data:; "
    "style-src 'self' 'unsafe-inline'; connect-src ws://{address}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""xterm.js writes the style of its cells into the page; scripts come from files alone."""


@asynccontextmanager
async def running(door: Door, stage: Stage, listener: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(_application(door, stage), access_log=None)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await stage.clear()
        await runner.cleanup()


def _application(door: Door, stage: Stage) -> web.Application:
    async def enter(request: web.Request) -> web.Response:
        cookie = door.admit(request.query.get("token", ""))
        if cookie is None:
            raise web.HTTPForbidden(text=SPENT)
        # Not by a redirect: a browser that came from elsewhere would leave the cookie out.
        onwards = '<!doctype html><meta http-equiv="refresh" content="0; url=/">'
        answer = web.Response(text=onwards, content_type="text/html")
        answer.set_cookie(door.cookie, cookie, httponly=True, samesite="Strict", path="/")
        return answer

    async def index(_: web.Request) -> web.Response:
        page = Template((PAGE / "index.html").read_text("utf-8"))
        text = page.substitute(socket=f"ws://{door.address}/socket")
        return web.Response(text=text, content_type="text/html")

    async def tab(request: web.Request) -> web.StreamResponse:
        # Browsers always say from where a socket is opened.
        if request.headers.get("Origin") != door.origin:
            raise web.HTTPForbidden(text="Only the page itself may open this.\n")
        size = _size(request)
        opened = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LONGEST)
        await opened.prepare(request)
        await stage.show(opened, size)
        return opened

    async def dressed(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(ALWAYS)
        response.headers["Content-Security-Policy"] = POLICY.format(address=door.address)

    application = web.Application(middlewares=[_guard(door)])
    application.on_response_prepare.append(dressed)
    add = application.router.add_get
    add("/enter", enter, allow_head=False)
    add("/", index, allow_head=False)
    add("/socket", tab, allow_head=False)
    application.router.add_static("/client", CLIENT)
    application.router.add_static("/page", PAGE)
    return application


def _guard(door: Door) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if door.misdirected(request.headers):
            raise web.HTTPMisdirectedRequest(text=f"This is {door.address}, and no other host.\n")
        if request.path != "/enter":
            if door.foreign(request.headers):
                raise web.HTTPForbidden(text="Another site asked for this.\n")
            if not door.knows(request.cookies.get(door.cookie, "")):
                raise web.HTTPForbidden(text=SPENT)
        return await handler(request)

    return guard


def _size(request: web.Request) -> Size:
    try:
        return msgspec.convert(dict(request.query), Size, strict=False)
    except msgspec.ValidationError as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from error
