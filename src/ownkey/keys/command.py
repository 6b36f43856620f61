"""A key that a program of the person's prints, such as a password manager's."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from asyncio import StreamReader
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from ownkey import keys
from ownkey.core import person
from ownkey.core.errors import KeyMissing

PATIENCE = 10.0
"""Seconds that a program has, unless it is given others."""

GRACE = 1.0
"""Seconds for its pipes to close once it is killed: what has left its group may hold them."""

LINE = 200
"""Characters of its last word that are shown."""


class FromCommand(msgspec.Struct, frozen=True):
    """What `argv` prints. No shell reads it."""

    argv: tuple[str, ...]
    patience: float = PATIENCE

    @property
    def called(self) -> str:
        """The program alone: what else it is given may be private."""
        return f"`{Path(self.argv[0]).name}`"

    async def fetch(self) -> str:
        try:
            async with asyncio.timeout(self.patience), _running(self.argv) as process:
                given, said, code = await asyncio.gather(
                    _some(process.stdout), _some(process.stderr), process.wait()
                )
        except TimeoutError:
            what = f"{self.called} said nothing within {self.patience:g} seconds."
            raise KeyMissing(what, 'Give it more: "timeout" beside "command".') from None
        except OSError as error:
            what = f"{self.called} cannot be run: {error.strerror}."
            raise KeyMissing(what, 'Check the program in "command".') from error
        if code:
            what = f"{self.called} failed with {code}{_last_word(said, given)}"
            raise KeyMissing(what, "Run it in a terminal to see what it lacks.")
        return keys.read(given, f"What {self.called} printed")


@asynccontextmanager
async def _running(argv: tuple[str, ...]) -> AsyncIterator[Process]:
    """The program, in the person's home rather than in a project, and dead afterwards with
    all it has started."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=person.home(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        # asyncio holds a process for running while what it wrote is unread (gh-119710).
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await asyncio.gather(_some(process.stdout), _some(process.stderr), process.wait())


async def _some(stream: StreamReader | None) -> bytes:
    """All that comes, of which only as much is kept as could be a key."""
    kept = bytearray()
    while stream and (piece := await stream.read(4096)):
        kept += piece[: keys.LARGEST + 1 - len(kept)]
    return bytes(kept)


def _last_word(said: bytes, given: bytes) -> str:
    """The last line of its complaint, without what it printed as the key."""
    text = said.decode("utf-8", "replace")
    for secret in given.decode("utf-8", "replace").split():
        text = text.replace(secret, "***")
    lines = [re.sub(r"[^\x20-\x7e\xa0-\U0010ffff]", " ", line).strip() for line in text.split("\n")]
    last = next((line for line in reversed(lines) if line), "")
    return f": {last[:LINE]}" if last else "."
