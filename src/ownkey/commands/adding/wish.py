"""What was asked for on the command line, and talking to whoever asked."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ownkey import console
from ownkey.commands.adding.talk import Talk, Terminal
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
    talk: Talk = msgspec.field(default_factory=Terminal)

    @property
    def asks(self) -> bool:
        """Whether somebody is there to answer."""
        return not self.as_json and self.talk.is_there


def say(wish: Wish, text: str) -> None:
    """Beside the result of a script, which alone goes to its output."""
    (console.note if wish.as_json else wish.talk.say)(text)


def complain(wish: Wish, error: OwnkeyError) -> None:
    wish.talk.say("\n".join(error.failure().lines()))


def agreed(wish: Wish, question: str, *, usual: bool = False) -> bool:
    """Where nobody is there to say so, no."""
    if not wish.asks or wish.yes:
        return False
    return wish.talk.agree(question, usual=usual)
