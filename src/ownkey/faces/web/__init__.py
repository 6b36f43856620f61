"""The app in a browser on this machine: `ownkey web`."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from ownkey import console, exits
from ownkey.core.errors import UsageError
from ownkey.faces.web.door import HOST, Door
from ownkey.faces.web.server import running
from ownkey.faces.web.stage import Stage
from ownkey.options import Options

ENDS = ("SIGINT", "SIGTERM", "SIGHUP")


async def serve(options: Options, prompt: str, *, port: int = 0, opens: bool = True) -> int:
    """Until the person leaves the app, or ends this. Raises `UsageError` for a port that is
    taken."""
    with _listening(port) as listener, TemporaryDirectory(prefix="ownkey-web-") as folder:
        door = Door(listener.getsockname()[1])
        stage = Stage(options, prompt)
        async with running(door, stage, listener):
            console.say(f"ownkey is in your browser, once, at\n\n  {door.url}\n\nCtrl+C ends it.")
            if opens and _has_screen(options.environ):
                await asyncio.to_thread(_open, door.url, Path(folder))
            code = await _end(stage)
    if stage.parting:
        console.say(stage.parting)
    return code


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise UsageError(
            f"Cannot listen on port {port}: {error.strerror}.",
            "Name another with --port, or leave it out for one that is free.",
        ) from error


async def _end(stage: Stage) -> int:
    """Wait for it: the exit code."""
    loop = asyncio.get_running_loop()
    for name in ENDS:
        with suppress(NotImplementedError, AttributeError):  # as on Windows
            loop.add_signal_handler(getattr(signal, name), stage.close, exits.DONE)
    return await stage.left


def _has_screen(environ: Mapping[str, str]) -> bool:
    """Whether there is a browser with a window, and not one that would take the terminal."""
    return sys.platform in ("darwin", "win32") or any(
        name in environ for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )


def _open(url: str, folder: Path) -> None:
    """By a file that only the person can read: arguments of a browser are there for everybody
    on the machine to see."""
    file = folder / "open.html"
    page = f'<!doctype html><meta http-equiv="refresh" content="0; url={escape(url)}">'
    file.touch(0o600)
    file.write_text(page, "utf-8")
    webbrowser.open(file.as_uri())
