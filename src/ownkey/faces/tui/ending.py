"""Signals that end the app: it leaves as if the person had asked for it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

ENDS = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT")
"""The last comes from outside alone: a terminal that is painted sends a key."""


def heed(leave: Callable[[int], None]) -> None:
    """Call `leave` with the number of a signal that ends a process, in its stead: the terminal
    is given back, commands are ended, the session is let go."""
    loop = asyncio.get_running_loop()
    for name in ENDS:
        with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
            number = getattr(signal, name)
            loop.add_signal_handler(number, leave, number)
