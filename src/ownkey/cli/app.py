"""`ownkey [PROMPT]`: the app, or the same line by line."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from difflib import get_close_matches

from ownkey import __version__
from ownkey.cli import COMMANDS, opening


def add(parser: ArgumentParser) -> None:
    parser.usage = "ownkey [OPTIONS] [PROMPT]\n       ownkey COMMAND ..."
    option = parser.add_argument
    option("--version", action="version", version=f"ownkey {__version__}")
    option("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    option("--plain", action="store_true", help="line by line, as a screen reader or a pipe needs")
    opening.add_interactive(parser)


def run(given: Namespace) -> int:
    import asyncio

    from ownkey.core.errors import UsageError

    if close := get_close_matches(given.prompt, [one.words for one in COMMANDS], n=1, cutoff=0.7):
        raise UsageError(f"There is no command {given.prompt}.", f"Did you mean {close[0]}?")
    options = opening.options(given, interactive=True)
    if given.plain or not _can_draw():
        from ownkey.faces import plain

        return asyncio.run(plain.run(options, given.prompt))
    from ownkey.faces import tui

    return tui.run(options, given.prompt, mouse=not given.no_mouse)


def _can_draw() -> bool:
    """Whether there is a terminal that can be painted, and a person who wants it so."""
    unwanted = "NO_COLOR" in os.environ or os.environ.get("TERM", "dumb") == "dumb"
    return sys.stdin.isatty() and sys.stdout.isatty() and not unwanted
