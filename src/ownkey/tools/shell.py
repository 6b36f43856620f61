"""The `shell` tool."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ownkey.core.errors import ToolError
from ownkey.core.message import Text
from ownkey.tools import Context, Output, tool
from ownkey.tools.confinement import Confinement
from ownkey.tools.process import MARKER, Tree
from ownkey.tools.terminal import Capture, Plain

if TYPE_CHECKING:
    from ownkey.sandbox.cell import Cell

LONGEST = 600
"""Seconds a command may take."""

DRAIN = 0.2
"""Seconds that output of background processes is waited for after the command itself."""

LOOKS = 10
"""How often, in such a time, it is looked whether they are gone."""

GRACE = 1.0
"""Seconds between asking processes to end and killing them."""

FRAME = 0.05
"""Seconds between two pieces of live output."""

CHUNK = 65_536

BUFFERED = 16
"""Chunks a pipe holds at most (pipe(7)); more is from a process that got away."""

SIGNALS = frozenset(map(int, signal.Signals))

LIVE = 4_000
"""Characters of one piece of live output; what a flood has more is skipped."""


@tool("runs")
async def shell(
    context: Context,
    command: str,
    timeout: float = 120,  # noqa: ASYNC109  the model's name
    unsandboxed: bool = False,
) -> Output:
    """Run a bash command in the working directory. No stdin; background processes end \
    with it. timeout: seconds, at most 600. unsandboxed: the user is asked."""
    if sys.platform == "win32":
        raise ToolError("shell needs bash, which Windows has not; run ownkey inside WSL.")
    if not 0 < timeout <= LONGEST:
        raise ToolError(f"timeout is in seconds, more than 0 and at most {LONGEST}.")
    started = monotonic()
    call = await _start(context, command, unsandboxed=unsandboxed)
    try:
        overdue = await call.finish(timeout)
    finally:
        await call.close()
    detail = {
        "exit": None if overdue else call.code,
        "seconds": round(monotonic() - started, 3),
        "timed_out": overdue,
        "saved": str(call.capture.saved) if call.capture.saved else None,
    }
    notes = [f"timed out after {timeout:g} s and was killed"] if overdue else call.notes()
    notes += call.mended()
    said = call.capture.text()
    if call.confined and (overdue or call.code) and (hint := context.confinement.hint(said)):
        notes.append(hint)
    return Output((Text(_told(said, notes)),), detail)


async def _start(context: Context, command: str, *, unsandboxed: bool) -> Call:
    """Raises `ToolError` where the command cannot even begin."""
    marker = secrets.token_hex(8)
    environment = {**context.environment, MARKER: marker}
    cell = None if unsandboxed else await _cell(context, command, environment)
    pipe, output = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *(cell.argv if cell else (_bash(), "-c", command)),
            cwd=context.cwd,
            env=cell.environment if cell else environment,
            pass_fds=cell.lent if cell else (),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    except BaseException as error:
        os.close(pipe)
        if cell:
            cell.close()
        if isinstance(error, OSError | ValueError):
            raise _unstartable(error, context.cwd) from error
        raise
    finally:
        os.close(output)
    capture = Capture(context.spool / f"shell-{marker}.txt")
    tree = Tree(process.pid, marker, cell.wardens if cell else frozenset())
    live = Live(context.progress)
    return Call(process, tree, pipe, capture, live, context.confinement, cell)


async def _cell(context: Context, command: str, environment: dict[str, str]) -> Cell | None:
    try:
        return await context.confinement.cell(command, context.cwd, environment)
    except (OSError, ValueError) as error:
        raise ToolError(f"The sandbox cannot be set up: {error}.") from error


class Call:
    """A running command with its processes and its output. Must be closed."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        tree: Tree,
        pipe: int,
        capture: Capture,
        live: Live,
        confinement: Confinement,
        cell: Cell | None = None,
    ) -> None:
        self.capture = capture
        self._confinement = confinement
        self._cell = cell
        self._restored: list[Path] = []
        self._disarmed: list[str] = []
        if cell:
            cell.begun()
        self.code = 0
        self._process = process
        self._tree = tree
        self._left: Counter[str] = Counter()
        self._plain = Plain()
        self._live = live
        self._pipe = pipe
        self._drained = asyncio.Event()
        os.set_blocking(pipe, False)
        asyncio.get_running_loop().add_reader(pipe, self._read)

    @property
    def confined(self) -> bool:
        return self._cell is not None

    async def finish(self, seconds: float) -> bool:
        """Wait until it has ended, by itself or, then True, because time is over."""
        overdue = False
        try:
            async with asyncio.timeout(seconds):
                self.code = self._meant(await self._process.wait())
        except TimeoutError:
            overdue = True
            self._tree.signal(signal.SIGTERM)  # programs may clean up
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE if overdue else DRAIN):
                await self._process.wait()
                await self._drained.wait()
        await self._settle()
        return overdue

    async def _settle(self) -> None:
        """Give processes that have closed their output the moment they need to be gone."""
        if self._cell and (left := self._cell.left()):
            self._left = left
            return
        for _ in range(LOOKS):
            self._left = Counter(self._tree.alive().values())
            if not self._left:
                break
            await asyncio.sleep(DRAIN / LOOKS)

    def _meant(self, code: int) -> int:
        """Inside, a shell stands between the command and us, and says signals as it does."""
        held = self._cell is not None and bool(self._cell.wardens)
        return 128 - code if held and code - 128 in SIGNALS else code

    def notes(self) -> list[str]:
        """What a model must know besides the output."""
        notes = []
        if self._left:
            names = ", ".join(f"{count} {name}" for name, count in self._left.items())
            notes.append(f"background processes were ended with the command: {names}")
        if self.code < 0:
            notes.append(f"killed by {signal.Signals(-self.code).name}")
        elif self.code:
            notes.append(f"exit code {self.code}")
        return notes

    def mended(self) -> list[str]:
        """What the command did to the workspace that was taken back. After `close`."""
        if not self._restored:
            return self._disarmed
        paths = ", ".join(map(str, self._restored))
        return [f"protected files were put back as they were: {paths}", *self._disarmed]

    async def close(self) -> None:
        """Kill what still runs, take what is left in the pipe, let go of everything."""
        self._tree.kill()
        if self._cell:
            self._restored = self._cell.close()
        for _ in range(BUFFERED):
            if not self._read():
                break
        asyncio.get_running_loop().remove_reader(self._pipe)
        os.close(self._pipe)
        self._take(b"", last=True)
        self._live.close()
        self.capture.close()
        await self._process.wait()
        if self._cell:  # goes on to its end in its thread, whatever becomes of this task
            words = await asyncio.to_thread(self._cell.disarm)
            self._disarmed = self._confinement.new(words)

    def _read(self) -> bool:
        """Take what is there; False if that was nothing."""
        try:
            data = os.read(self._pipe, CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""  # a pipe that cannot be read has nothing more for us
        if not data:
            asyncio.get_running_loop().remove_reader(self._pipe)
            self._drained.set()
        self._take(data)
        return bool(data)

    def _take(self, data: bytes, *, last: bool = False) -> None:
        text = self._plain.feed(data, last=last)
        self.capture.add(text)
        self._live.add(text)


class Live:
    """Output for the person's eyes, in pieces that no flood makes more or larger."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self._progress = progress
        self._pending = ""
        self._timer: asyncio.TimerHandle | None = None

    def add(self, text: str) -> None:
        self._pending = (self._pending + text)[-LIVE:]
        if self._pending and not self._timer:
            self._timer = asyncio.get_running_loop().call_later(FRAME, self._show)

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._show()

    def _show(self) -> None:
        self._timer = None
        self._progress(self._pending)
        self._pending = ""


def _bash() -> str:
    """By absolute path: a folder on PATH may not be the user's."""
    return "/bin/bash" if os.access("/bin/bash", os.X_OK) else "/bin/sh"


def _unstartable(error: OSError | ValueError, cwd: Path) -> ToolError:
    if not cwd.is_dir():
        return ToolError(f"The working directory {cwd} is gone.")
    if isinstance(error, OSError) and error.errno == errno.E2BIG:
        return ToolError("The command is too long; write it into a file and run that.")
    return ToolError(f"The command cannot be started: {error}.")


def _told(text: str, notes: list[str]) -> str:
    lines = [text] if text else []
    return "\n".join([*lines, *(f"[{note}]" for note in notes)]) or "[no output]"
