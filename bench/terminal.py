"""A process on a pseudo-terminal, and how long it takes to show something there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 30.0

KIND_ASKED, KIND = b"\x1b[c", b"\x1b[?62;22c"
"""What every terminal is asked and answers (DEC, "Primary Device Attributes")."""


class Terminal:
    def __init__(self, descriptor: int, began: float) -> None:
        self._descriptor = descriptor
        self._began = began
        self._seen = b""

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
def opened(arguments: list[str], home: str) -> Iterator[Terminal]:
    """Python with these arguments, on a terminal of 120 by 40."""
    descriptor, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    kept["PYTHONPATH"] = os.pathsep.join(sys.path)
    environ = {**kept, "HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=home,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,  # where Textual draws
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(descriptor, began)
        finally:
            process.kill()
    os.close(descriptor)
