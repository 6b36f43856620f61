"""What a person may say besides prompts: `/name rest`. One registry, for every face."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from difflib import get_close_matches
from typing import Literal, Protocol

import msgspec

from ownkey.conversation import Conversation
from ownkey.core.errors import UsageError
from ownkey.core.model import Effort
from ownkey.options import Options

Kind = Literal["text", "diff"]


class Choice(msgspec.Struct, frozen=True):
    """One of several things to choose from."""

    id: str
    name: str
    about: str = ""


class Picked(msgspec.Struct, frozen=True):
    """A model that was chosen, and the effort it is to make; None leaves that as it is."""

    model: str
    effort: Effort | None = None


class Stage(Protocol):
    """A face, as commands see it."""

    @property
    def conversation(self) -> Conversation:
        """Raises `UsageError` while none is open."""
        ...

    @property
    def commands(self) -> Sequence[Command]:
        """All there are here, those of the face included."""
        ...

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        """What can be pressed here, and what that does."""
        ...

    def tell(self, text: str, kind: Kind = "text") -> None:
        """Show something that is no part of the conversation."""
        ...

    async def choose(
        self, title: str, choices: Sequence[Choice], about: str = "", *, typed: bool = False
    ) -> str | None:
        """The id of one of them, or None. `about` is shown above them. `typed`: also what the
        person says instead."""
        ...

    async def ask(self, question: str, *, secret: bool = False) -> str | None:
        """What the person writes; a secret is not shown meanwhile, nor kept. None: nothing."""
        ...

    async def choose_model(self) -> Picked | None: ...

    async def open(self, options: Options, beside: AsyncExitStack | None = None) -> None:
        """Leave this conversation for another. What goes on `beside` it ends with it. Raises
        `OwnkeyError`, and stays."""
        ...

    async def begin(self) -> bool:
        """Open the conversation that the person came for, with the settings as they are now.
        False, with the reason told, where no model can be used."""
        ...

    async def say(self, prompt: str) -> None:
        """Send a prompt, as if the person had written it."""
        ...

    def write(self, text: str) -> None:
        """Put a text where the person writes, to be edited."""
        ...

    def redraw(self) -> None:
        """Show the conversation as it is now."""
        ...

    def copy(self, text: str) -> None: ...

    def leave(self) -> None: ...


class Command(msgspec.Struct, frozen=True):
    name: str
    """Without the slash."""
    about: str
    """What it does, in a few words."""
    run: Callable[[Stage, str], Awaitable[None]]
    """Told what stands after the name. Raises `OwnkeyError` for the person."""
    takes: str = ""
    """Its argument, as `[name]`; empty for none."""
    aliases: tuple[str, ...] = ()
    idle: bool = False
    """Whether it waits until no turn is running: it changes what the turn works on."""


def united(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Each name once, the first that has it: no file takes `/trust` or `/quit` from the person."""
    taken: set[str] = set()
    kept = []
    for one in commands:
        if one.name not in taken:
            taken.update((one.name, *one.aliases))
            kept.append(one)
    return tuple(kept)


def find(commands: Iterable[Command], name: str) -> Command:
    """Raises `UsageError`, with the nearest."""
    named = {known: one for one in commands for known in (one.name, *one.aliases)}
    if name in named:
        return named[name]
    close = get_close_matches(name, named, n=1)
    hint = f"Did you mean /{close[0]}?" if close else "/help lists the commands."
    raise UsageError(f"There is no command /{name}.", hint)
