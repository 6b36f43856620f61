"""`ownkey web` as a process, and a browser's side of it without a browser."""

from __future__ import annotations

import http.client
import os
import re
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.e2e.front_door import command

PATIENCE = 45.0
"""Seconds until a test gives up; nothing is judged by time."""


class Served:
    """The server, and what it printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.said = ""
        while "token=" not in self.said:
            line = process.stdout.readline()
            assert line, f"it ended: {self.said}"
            self.said += line
        self.url = re.findall(r"http://\S+", self.said)[0]
        address = urlsplit(self.url)
        self.address = address.netloc
        self.origin = f"http://{address.netloc}"
        self.token = address.query.removeprefix("token=")

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, str]:
        """A response and its text. Underscores in header names stand for dashes."""
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=named)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        connection.close()
        return response, text

    def enter(self) -> str:
        """The cookie, for the token."""
        response, _ = self.get(f"/enter?token={self.token}")
        assert response.status == 200
        return (response.getheader("Set-Cookie") or "").partition(";")[0]

    def child(self) -> int:
        """The process of the app."""
        me = self.process.pid
        told = Path(f"/proc/{me}/task/{me}/children").read_text("ascii").split()
        assert len(told) == 1, told
        return int(told[0])

    def ends(self) -> tuple[int, str]:
        """The exit code, and what was printed last."""
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, rest


class Tab:
    """The page's side of the socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.seen = b""

    async def types(self, keys: str) -> None:
        await self.socket.send_json(["stdin", keys])

    async def reads(self, words: str) -> None:
        """Waits until the app has drawn these."""
        while words.encode() not in self.seen:
            message = await self.socket.receive(PATIENCE)
            assert message.type is aiohttp.WSMsgType.BINARY, (message, self.seen[-500:])
            self.seen += message.data

    async def closes(self) -> None:
        """Waits until the server closes it."""
        while (await self.socket.receive(PATIENCE)).type is aiohttp.WSMsgType.BINARY:
            pass


@contextmanager
def served(cwd: Path, *arguments: str, **variables: str) -> Iterator[Served]:
    line = command("web", "--no-open", "--cwd", str(cwd), *arguments)
    process = subprocess.Popen(
        line, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield Served(process)
        finally:
            process.terminate()
            process.wait(PATIENCE)


async def tab(client: aiohttp.ClientSession, server: Served, cookie: str, **headers: Any) -> Tab:
    """Opens the socket as the page does."""
    named = {"Cookie": cookie, "Origin": server.origin, **headers}
    address = f"ws://{server.address}/socket?width=100&height=30"
    return Tab(await client.ws_connect(address, headers=named))


@contextmanager
def watched(process: int) -> Iterator[Any]:
    """A function that waits for the end of a process that is not a child of ours."""
    descriptor = os.pidfd_open(process)

    def gone() -> bool:
        return bool(select.select([descriptor], [], [], PATIENCE)[0])

    try:
        yield gone
    finally:
        os.close(descriptor)
