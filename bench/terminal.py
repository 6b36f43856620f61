"""A process on a pseudo-terminal, and how long it takes to show something there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.process import Command

PATIENCE = 30.0

READY = b"sk, or /"
"""Of the words in our empty composer."""

KIND_ASKED, KIND = b"\x1b[c", b"\x1b[?62;22c"
"""What every terminal is asked and answers (DEC, "Primary Device Attributes")."""


class Terminal:
    def __init__(self, descriptor: int, pid: int, began: float) -> None:
        self._descriptor = descriptor
        self._process = Path("/proc") / str(pid)
        self._began = began
        self._seen = b""

    def worked(self) -> float:
        """Seconds of processor so far (proc(5), `stat`; there is none but on Linux)."""
        after_name = (self._process / "stat").read_text().rpartition(") ")[2].split()
        return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MiB in memory now."""
        pages = int((self._process / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    def shown(self, words: bytes) -> float:
        """Seconds from the start of the process until these words have been put there."""
        self._wait(words)
        return time.monotonic() - self._began

    def typed(self, keys: str, words: bytes = b"") -> float:
        """Seconds from these keys until they, or the `words`, are on the screen."""
        self._seen = b""
        began = time.monotonic()
        os.write(self._descriptor, keys.encode())
        self._wait(words or keys.encode())
        return time.monotonic() - began

    def rest(self, seconds: float) -> None:
        """Go on reading, as a terminal does."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._descriptor], [], [], left)[0]:
                self._read()

    def _wait(self, words: bytes) -> None:
        while words not in self._seen:
            if not select.select([self._descriptor], [], [], PATIENCE)[0]:
                raise TimeoutError(words)
            self._seen = self._seen[-len(words) :] + self._read()

    def _read(self) -> bytes:
        shown = os.read(self._descriptor, 1 << 16)
        if KIND_ASKED in shown:
            os.write(self._descriptor, KIND)
        return shown


@contextmanager
def opened(command: Command) -> Iterator[Terminal]:
    """A process on a terminal of 120 by 40."""
    descriptor, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    environ = {**command.environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    began = time.monotonic()
    with subprocess.Popen(
        command.arguments,
        cwd=command.folder,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,  # where Textual draws
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(descriptor, process.pid, began)
        finally:
            process.kill()
    os.close(descriptor)
