"""The terminal of a person or a script: the one place that writes to stdout and stderr.

All that goes out passes `safe`, whoever said it. JSON is not changed by that: it is ASCII, with
everything else escaped.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from ownkey.core.screen import Flow, safe, safe_line

if TYPE_CHECKING:
    from ownkey.core.errors import Failure


def say(text: str = "", end: str = "\n") -> None:
    """On stdout: what was asked for."""
    _write(sys.stdout, safe(text) + end)


def note(text: str) -> None:
    """On stderr: what went wrong, and what goes on."""
    _write(sys.stderr, f"{safe(text)}\n")


def explain(failure: Failure) -> None:
    """A failure, on stderr."""
    note("ownkey: " + "\n  ".join(failure.lines()))


class Live:
    """An answer on stdout while it comes."""

    def __init__(self) -> None:
        self._flow = Flow()

    def add(self, piece: str) -> None:
        _write(sys.stdout, self._flow.add(piece))

    def end(self) -> None:
        """What comes then is another text."""
        say(self._flow.rest())
        self._flow = Flow()


def table(rows: Iterable[Sequence[object]]) -> None:
    """On stdout, in columns; each row is one line, whatever is in it."""
    lines = [[safe_line(str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        say("  ".join(cells).rstrip())


def progress(text: str) -> None:
    """One line of stderr that the next one covers, where somebody looks."""
    if sys.stderr.isatty():
        _write(sys.stderr, f"\r\x1b[K{safe_line(text)}\r")


def ask(question: str) -> str:
    """A line from stdin. Raises `EOFError`."""
    return input(safe(question))


def ask_secret(question: str) -> str:
    """As `ask`; what is typed is not shown."""
    return getpass.getpass(safe(question))


def fill() -> None:
    """What was closed before we began leads nowhere: no file of ours may get its number, nor
    be taken for the terminal."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def let_go() -> None:
    """Where nobody takes our output any more, Python would complain once more at exit."""
    with suppress(ValueError):  # it is closed
        try:
            sys.stdout.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(stream: TextIO, text: str) -> None:
    """In whatever characters the stream has."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
