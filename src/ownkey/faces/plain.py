"""`ownkey --plain`: the app line by line. No cursor is moved, choices are numbers."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ownkey import commands, console, exits, statement, words
from ownkey.commands import Choice, Command, Kind, Picked, added, beginning
from ownkey.commands.builtin import COMMANDS
from ownkey.commands.seat import Seat
from ownkey.conversation import Conversation
from ownkey.core.errors import OwnkeyError, UsageError
from ownkey.core.event import Added, Answer, Event, Permission, Streaming, TurnEnded
from ownkey.core.message import Assistant, Result, Text, ToolCall
from ownkey.core.model import Model
from ownkey.core.screen import safe_line
from ownkey.money.ledger import add_up
from ownkey.options import Options

ANSWERS = {
    "1": Answer("once"),
    "2": Answer("session"),
    "3": Answer("never"),
    "5": Answer("once", all=True),
}


async def run(options: Options, prompt: str = "") -> int:
    """Until the person leaves, or the input ends."""
    desk = Desk(options)
    try:
        if not await desk.arrive():
            return desk.code
        await desk.talk(prompt)
    finally:
        await desk.aclose()
    return exits.DONE


class Desk:
    """A `commands.Stage`."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._seat = Seat(self._hear, self._ask)
        self._turn: asyncio.Task[TurnEnded] | None = None
        self.code = exits.DONE
        """To leave with, where no conversation could be opened."""
        self._left = False
        self._streamed = False
        self._live = console.Live()

    @property
    def commands(self) -> Sequence[Command]:
        return added.offered(self._seat, self._options.environ, COMMANDS)

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        return (("Ctrl+C", "interrupts what runs"), ("Ctrl+D", "leaves"))

    @property
    def conversation(self) -> Conversation:
        return self._seat.conversation

    def tell(self, text: str, kind: Kind = "text") -> None:
        del kind
        console.say(text)

    async def choose(
        self, title: str, choices: Sequence[Choice], about: str = "", *, typed: bool = False
    ) -> str | None:
        if about:
            console.say(about)
        console.say(f"{title.rstrip(': ')}:")
        for number, one in enumerate(choices, 1):
            console.say(safe_line(f"{number}. {one.name} {one.about}"))
        said = _answer(f"Number, {'or what is not listed' if typed else 'or nothing'}: ")
        if said and said.isdigit() and 1 <= int(said) <= len(choices):
            return choices[int(said) - 1].id
        return said if typed else None

    async def ask(self, question: str, *, secret: bool = False) -> str | None:
        return _answer(question, secret=secret)

    async def choose_model(self) -> Picked | None:
        loaded, here = self.conversation.settings, self.conversation.model.id
        usable = [
            Choice(one.id, one.display_name, "(now)" if one.id == here else _of_model(one))
            for one in (*loaded.models, *loaded.builtin)
        ]
        for broken in loaded.broken:
            why = "; ".join(map(str, broken.diagnostics))
            console.say(f"{broken.display_name} cannot be used: {why}")
        chosen = await self.choose("Model", usable)
        return Picked(chosen) if chosen else None

    async def open(self, options: Options, beside: AsyncExitStack | None = None) -> None:
        await self._seat.open(options, beside)
        name = self.conversation.model.display_name
        console.say(f"{name} · /help lists the commands, /quit leaves.")

    async def begin(self) -> bool:
        if self._seat.taken and self.conversation.options.environ == self._options.environ:
            return True
        try:
            await self.open(self._options)
        except OwnkeyError as error:
            self.code = exits.code(error.kind)
            _show(error)
            return False
        return True

    async def arrive(self) -> bool:
        """Whether a conversation is open by the end: without any settings, after a welcome."""
        if not await self.begin() and beginning.is_first(self._options):
            try:
                await beginning.welcome(self, self._options)
            except OwnkeyError as error:
                _show(error)
        return self._seat.taken

    async def say(self, prompt: str) -> None:
        self._turn = turn = asyncio.create_task(self.conversation.say(prompt))
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, turn.cancel)
        try:
            await turn
        except asyncio.CancelledError:
            console.say("Interrupted.")
        finally:
            self._turn = None
            with suppress(NotImplementedError):
                asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)

    def write(self, text: str) -> None:
        console.say(f"The prompt was: {text}")

    def redraw(self) -> None:
        """What was printed stays where it is."""

    def copy(self, text: str) -> None:
        console.say(text)

    def leave(self) -> None:
        self._left = True

    async def talk(self, first: str) -> None:
        if self.conversation.standing.asks:
            await self._obey("/trust")
        if first:
            await self._obey(first)
        warned = False
        while not self._left:
            try:
                said = _read("> ")
            except KeyboardInterrupt:
                console.say("" if warned else "\nCtrl+C again leaves, as /quit and Ctrl+D do.")
                said = None if warned else ""
                warned = True
            else:
                warned = False
            if said is None:
                return
            await self._obey(said)

    async def aclose(self) -> None:
        await self._seat.aclose()

    async def _obey(self, said: str) -> None:
        try:
            if said.startswith("/"):
                name, _, rest = said[1:].partition(" ")
                await commands.find(self.commands, name).run(self, rest.strip())
            elif said.startswith("!"):
                await self.conversation.run(said[1:].strip(), self._live.add)
            elif said.strip():
                await self.say(said)
        except OwnkeyError as error:
            _show(error)

    async def _ask(self, permission: Permission) -> Answer:
        for line in _of_permission(permission):
            console.say(line)
        try:
            return _understood(permission)
        except KeyboardInterrupt:
            console.say()
            if self._turn:
                self._turn.cancel()
            return Answer("never")

    def _hear(self, event: Event) -> None:
        match event:
            case Streaming(part=Text(text=text), whole=False):
                self._streamed = True
                self._live.add(text)
            case Added(message=Assistant() as message):
                if not self._streamed:
                    self._live.add(message.text)
                self._live.end()
                self._streamed = False
            case Added(message=Result() as result):
                if outcome := words.of_result(result):
                    console.say(f"  {outcome}")
            case TurnEnded():
                if event.error:
                    console.say("\n".join(event.error.lines()))
                spent = statement.cost(add_up(self.conversation.calls))
                console.say(f"{words.of_usage(event.usage, event.steps)} · {spent} so far")
            case _:
                if line := words.of_event(event):
                    console.say(line)


def _understood(permission: Permission) -> Answer:
    said = _read("Number, or what the model shall do instead: ")
    if said == "4" and permission.effect == "runs":
        return Answer("once", command=_read("The command: ") or "")
    offered = {"2": bool(permission.always), "5": bool(permission.after)}
    answer = ANSWERS.get(said or "3") if offered.get(said or "", True) else None
    return answer or Answer("never", said or "")


def _of_permission(permission: Permission) -> Iterator[str]:
    """What is asked, whole, and the numbers that answer it."""
    after = permission.after
    for number, one in enumerate((permission, *after), 1):
        yield f"\n{words.of_call(one.call)}: {one.effect}."
        yield one.diff or "\n".join(_of_arguments(one.call))
        if number == 1:
            yield f"Asked because {one.why}."
        if after and number <= len(after):
            yield f"\nThe same reply asks for this after it ({number} of {len(after)}):"
    yield "  1. once"
    if permission.always:
        yield f"  2. always this session: {permission.always}"
    yield "  3. no"
    if permission.effect == "runs":
        yield "  4. run another command in its place"
    if after:
        yield f"  5. once, and the {len(after)} after it as shown"


def _of_arguments(call: ToolCall) -> Iterator[str]:
    """Every line with the argument's name before it, a command's as the shell reads it: none can
    be taken for a word of ours."""
    try:
        given = msgspec.json.decode(call.arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        yield call.arguments
        return
    for name, value in given.items():
        mark = "$" if name == "command" else f"{name}:"
        yield from (f"{mark} {line}" for line in str(value).split("\n"))


def _of_model(model: Model) -> str:
    return f"{model.name} at {urlsplit(model.base_url).netloc}"


def _read(question: str, *, secret: bool = False) -> str | None:
    """A line; None at the end of the input. Raises `KeyboardInterrupt`: the loop waits for it, as
    nothing else goes on meanwhile, and a thread could not be called back from it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return (console.ask_secret if secret else console.ask)(question)
    except EOFError:
        return None
    finally:
        signal.signal(signal.SIGINT, before)


def _answer(question: str, *, secret: bool = False) -> str | None:
    """As `_read`; Ctrl+C is no answer."""
    try:
        return _read(question, secret=secret)
    except KeyboardInterrupt:
        console.say()
        return None


def _show(error: OwnkeyError | UsageError) -> None:
    console.say("\n".join(error.failure().lines()))
