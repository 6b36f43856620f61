"""The terminal around the app: its background, its title, a note to who looks elsewhere."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from ownkey.core.screen import safe_line

PATIENCE = 0.1
"""Seconds for a terminal to say its background. Most say it within a few milliseconds, and the
question after it, which all answer, ends the wait for those that have no answer."""

QUESTION = b"\x1b]11;?\x1b\\\x1b[c"
"""The background's colour (xterm, "Operating System Commands" 11), then what kind of terminal
it is (DEC, "Primary Device Attributes")."""

COLOUR = re.compile(
    rb"\x1b\]11;rgba?:([0-9a-fA-F]+)/([0-9a-fA-F]+)/([0-9a-fA-F]+)[^\x07\x1b]*(?:\x07|\x1b\\)"
)
KIND = re.compile(rb"\x1b\[\?[\d;]*c")

PUSH, POP = "\x1b[22;2t", "\x1b[23;2t"
"""Keep the window's title, and have it back (xterm, "Window manipulation")."""


class Answer(NamedTuple):
    light: bool | None
    """Whether the background is a light one. None: the terminal does not say."""
    typed: str
    """What a quick person has typed meanwhile."""


@contextmanager
def asked() -> Iterator[Callable[[], Answer]]:
    """The terminal is asked for its background, if it can be. What is given hears the answer:
    so there is time for something else in between."""
    if os.name != "posix" or not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield lambda: Answer(None, "")
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    end = time.monotonic() + PATIENCE
    try:
        with suppress(OSError):
            tty.setcbreak(terminal, termios.TCSANOW)
            os.write(sys.stdout.fileno(), QUESTION)
        yield lambda: read(_heard(terminal, end))
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)


def read(heard: bytes) -> Answer:
    """What the terminal said, told from what was typed."""
    colour = COLOUR.search(heard)
    typed = KIND.sub(b"", COLOUR.sub(b"", heard)).decode("utf-8", "replace")
    printable = "".join(one for one in typed if one.isprintable())
    return Answer(_is_light(colour) if colour else None, printable)


def title(text: str) -> str:
    """Sets the window's title."""
    return f"\x1b]2;{safe_line(text)}\x07"


def note(text: str) -> str:
    """Puts a note on the desktop, where the terminal can (iTerm2, "OSC 9")."""
    return f"\x1b]9;{safe_line(text)}\x07"


def _is_light(colour: re.Match[bytes]) -> bool:
    """By the weight that eyes give to red, green and blue (ITU-R BT.601)."""
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in colour.groups())
    return bool(0.299 * red + 0.587 * green + 0.114 * blue > 0.5)


def _heard(terminal: int, end: float) -> bytes:
    """All that comes until the last answer, or until patience is at its end. What has come by
    then is heard, however late it is."""
    import select

    heard = b""
    with suppress(OSError):
        while not KIND.search(heard):
            if not select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
                break
            said = os.read(terminal, 4096)
            if not said:
                break
            heard += said
    return heard
