"""The app for a tab of a browser: `python -m ownkey.faces.tui.tab`, started by `faces.web`.

What to open comes as the first packet on standard input, so that nothing of it stands in the
process list. Packets are as in `textual.drivers.web_driver`: a letter, four bytes of length,
the payload. When the input ends, the server or the tab is gone, and the app leaves.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, cast

import msgspec
from textual import events
from textual.drivers.web_driver import WebDriver

from ownkey.faces import tui
from ownkey.options import Options
from ownkey.trust.hardening import harden

if TYPE_CHECKING:
    from ownkey.faces.tui.app import OwnkeyApp

PATIENCE = 8.0
"""Seconds to leave in. Then the process ends as it stands; what was said is in the journal."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The first packet."""

    options: Options
    prompt: str = ""
    width: int = 80
    height: int = 24


class Parting(msgspec.Struct, frozen=True, kw_only=True, tag="parting"):
    """The last packet: what stays on the terminal, and what can be gone on with."""

    words: str
    session: str


class TabDriver(WebDriver):
    """Leaves when nobody is there any more, and bears it that nobody reads."""

    def __init__(self, app: OwnkeyApp, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._write = partial(_write_while_read, self.fileno)

    def start_application_mode(self) -> None:
        super().start_application_mode()
        # It takes every tab for one in the background, and the page may have said otherwise by now.
        self._app.call_later(self._app.post_message, events.AppFocus())

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            watchdog = Timer(PATIENCE, os._exit, (1,))
            watchdog.daemon = True
            watchdog.start()
            app = cast("OwnkeyApp", self._app)
            app.call_later(app.leave)


def main() -> None:
    harden()
    opening = msgspec.json.decode(_first(), type=Opening, dec_hook=_path)
    opened = tui.furnished(opening.options, opening.prompt)
    opened.driver_class = TabDriver
    opened.run(size=(opening.width, opening.height))
    last = msgspec.json.encode(Parting(words=opened.parting, session=opened.session))
    _write_while_read(sys.stdout.fileno(), b"M" + len(last).to_bytes(4, "big") + last)
    sys.exit(opened.return_code)


def _write_while_read(descriptor: int, data: bytes) -> int:
    with suppress(BrokenPipeError):
        return os.write(descriptor, data)
    return len(data)


def _first() -> bytes:
    """Not a byte more is read: the rest is the driver's."""
    length = int.from_bytes(_exactly(5)[1:], "big")
    return _exactly(length)


def _exactly(count: int) -> bytes:
    read = b""
    while len(read) < count:
        more = os.read(sys.stdin.fileno(), count - len(read))
        if not more:
            sys.exit(1)
        read += more
    return read


def _path(kind: type, value: str) -> Path:
    return Path(value)


if __name__ == "__main__":
    main()
