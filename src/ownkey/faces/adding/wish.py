"""What was asked for on the command line, and talking to whoever asked."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from ownkey import console
from ownkey.core.errors import OwnkeyError
from ownkey.core.model import WireName

LEFT = "Nothing was written."


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line; empty is left open."""

    start: str = ""
    """A preset or an address."""
    model: str = ""
    name: str = ""
    provider: WireName | None = None
    base_url: str = ""
    variable: str = ""
    default: bool = False
    yes: bool = False
    verify: bool = True
    settings: Path | None = None
    as_json: bool = False

    @property
    def asks(self) -> bool:
        """Whether somebody is there to answer."""
        return not self.as_json and sys.stdin.isatty() and sys.stdout.isatty()


def say(wish: Wish, text: str) -> None:
    """Beside the result of a script, which alone goes to its output."""
    (console.note if wish.as_json else console.say)(text)


def complain(error: OwnkeyError) -> None:
    console.say("\n".join(error.failure().lines()))


def ask(question: str) -> str:
    return console.ask(question).strip()


def agreed(wish: Wish, question: str, *, usual: bool = False) -> bool:
    """Where nobody is there to say so, no."""
    if not wish.asks or wish.yes:
        return False
    said = ask(f"{question} [{'Y/n' if usual else 'y/N'}] ").lower()
    return said in ("y", "yes") or (usual and not said)
