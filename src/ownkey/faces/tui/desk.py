"""What the app does: holds the conversation, runs its turns, obeys commands.

This brings in all of ownkey, so the app imports it when its first screen is drawn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from ownkey.app import load_settings, make_default, with_local
from ownkey.commands import Choice, Command, Kind, Picked, Stage, added, beginning, find
from ownkey.commands.builtin import COMMANDS
from ownkey.commands.seat import Seat
from ownkey.config.watch import Watch
from ownkey.conversation import Conversation
from ownkey.core import crash
from ownkey.core.errors import Failure, OwnkeyError, UsageError
from ownkey.core.event import Answer, Called, Event, Permission, Streaming, ToolStarted, TurnEnded
from ownkey.core.message import Assistant, Image, Text, Thinking
from ownkey.faces.tui import completion, picker, standing, ticker
from ownkey.faces.tui.asking import asking
from ownkey.faces.tui.choices import offered
from ownkey.faces.tui.clean import clean
from ownkey.faces.tui.feed import Feed
from ownkey.faces.tui.keys import KEYS
from ownkey.faces.tui.menu import Menu
from ownkey.faces.tui.own_shell import OwnShell
from ownkey.faces.tui.picker import Picker
from ownkey.faces.tui.question import Question
from ownkey.faces.tui.themes import THEMES
from ownkey.favourites import Favourites
from ownkey.options import Options
from ownkey.trust.autonomy import LEVELS
from ownkey.words import of_call, of_revision

if TYPE_CHECKING:
    from ownkey.faces.tui.app import OwnkeyApp


class Desk:
    """A `commands.Stage`."""

    def __init__(self, app: OwnkeyApp) -> None:
        self._app = app
        self._seat = Seat(self._hear, self._ask)
        self._feed = Feed(app.transcript)
        self._spinner = app.spinner
        self._turn: asyncio.Task[None] | None = None
        self._leaving = False
        self._opening = asyncio.Lock()
        self._theme: object = None
        """What the settings said of it last."""
        self._shell = OwnShell(app.transcript)
        self._favourites = Favourites(app.options.environ)
        self._watch = Watch(one.path for one in load_settings(app.options).looked)

    @property
    def commands(self) -> tuple[Command, ...]:
        theme = Command(
            "theme",
            "how the app looks",
            self._choose_theme,
            takes=f"[{'|'.join(THEMES)}]",
            aliases=("themes",),
        )
        return added.offered(self._seat, self._app.options.environ, (*COMMANDS, theme))

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        return KEYS

    @property
    def offered(self) -> list[completion.Command]:
        """The commands, as the composer completes them."""
        return [
            completion.Command(one.name, one.about, one.takes, one.aliases) for one in self.commands
        ]

    @property
    def busy(self) -> bool:
        return self._turn is not None

    # What commands may do

    @property
    def conversation(self) -> Conversation:
        return self._seat.conversation

    def tell(self, text: str, kind: Kind = "text") -> None:
        self._app.transcript.note(text, "diff" if kind == "diff" else "info")

    async def choose(
        self, title: str, choices: Sequence[Choice], about: str = "", *, typed: bool = False
    ) -> str | None:
        return await self._app.push_screen_wait(Menu(title, choices, about, typed=typed))

    async def ask(self, question: str, *, secret: bool = False) -> str | None:
        return await self._app.push_screen_wait(Question(question, secret=secret))

    async def choose_model(self) -> Picked | None:
        self._app.run_worker(self._look_around())
        picked = await self._app.push_screen_wait(Picker(self._choices()))
        return Picked(picked.id, picked.effort) if picked else None

    async def open(self, options: Options, beside: AsyncExitStack | None = None) -> None:
        await self._seat.open(options, beside)
        self.redraw()

    async def say(self, prompt: str) -> None:
        self.submit(prompt)

    def write(self, text: str) -> None:
        self._app.composer.write(text)

    def redraw(self) -> None:
        self._app.transcript.clear()
        self._feed.replay(self.conversation.agent.entries)
        self.show_status()

    def copy(self, text: str) -> None:
        self._app.copy_to_clipboard(text)

    def leave(self) -> None:
        self._app.run_worker(self._app.leave())

    # What the person does

    async def begin(self) -> bool:
        """Open the conversation that the app was started for, unless that was done; without a
        model, say what is missing: the settings are watched, and it opens when they are there."""
        async with self._opening:
            if self._seat.taken and not self._rehearses:
                return True
            if self._seat.taken:
                self._app.transcript.clear()
            try:
                await self._seat.open(self._app.options)
            except OwnkeyError as error:
                if not beginning.is_first(self._app.options):
                    self._show(error.failure())
                return False
        self._feed.replay(self.conversation.agent.entries)
        self._furnish()
        self.show_status()
        if isinstance(self._app.screen, Menu):
            self._app.screen.dismiss(None)  # the welcome: settings were written by hand meanwhile
        return True

    async def meet(self) -> None:
        """Ask what is to be known before the first prompt: whether the folder is trusted; without
        any settings, what to begin with."""
        if self._seat.taken and self.conversation.standing.asks:
            await self._obey("trust", "")
        elif not self._seat.taken and beginning.is_first(self._app.options):
            await self._heed(beginning.welcome(self, self._app.options))

    @property
    def _rehearses(self) -> bool:
        """Whether what is open is not the person's own."""
        return self.conversation.options.environ != self._app.options.environ

    def submit(self, text: str, images: Sequence[Image] = ()) -> None:
        if not self._seat.taken:
            self._app.run_worker(self._retry(text))
            return
        if images and not self.conversation.model.images:
            self.tell(self._blind)
        told = self._shell.told() + text
        self._turn = asyncio.create_task(self._take_turn(told, images))

    def invoke(self, name: str, rest: str) -> None:
        self._app.run_worker(self._obey(name, rest))

    def run(self, command: str) -> None:
        """In the person's own shell; the model is told with the next prompt."""
        self._app.run_worker(self._heed(self._run(command)))

    def attached(self) -> None:
        """An image was put into the prompt: it may be in vain."""
        if self._seat.taken and not self.conversation.model.images:
            self._app.notify(clean(self._blind), severity="warning", markup=False)

    @property
    def _blind(self) -> str:
        name = self.conversation.model.display_name
        return f"{name} sees no images, and is not sent them. /model chooses another."

    def interrupt(self) -> bool:
        """False where nothing runs."""
        if self._turn is None:
            return False
        self._turn.cancel()
        return True

    def next_model(self) -> None:
        """Go round the favourites; the models of the settings, where there are none."""
        settings = self.conversation.settings
        known = [model.id for model in (*settings.models, *settings.builtin)]
        listed = [one for one in self._favourites.ids if one in known] or known
        here = self.conversation.model.id
        after = listed.index(here) + 1 if here in listed else 0
        self.invoke("model", listed[after % len(listed)])

    def make_default(self, identity: str) -> None:
        """Write down that this model answers from now on where none is asked for."""
        try:
            revision = make_default(self._app.options, identity)
        except OwnkeyError as error:
            told = clean("\n".join(error.failure().lines()))
            self._app.notify(told, severity="error", markup=False)
            return
        self._app.notify(clean("\n".join(of_revision(revision))), markup=False)
        self.look()

    def favour(self, identity: str) -> None:
        """Mark a model as a favourite, or take the mark away."""
        self._favourites.toggle(identity)
        self._renew()

    def next_level(self) -> None:
        after = LEVELS.index(self.conversation.level) + 1
        self.invoke("permission", LEVELS[after % len(LEVELS)])

    def veil(self, text: str) -> str:
        """What was written, without keys."""
        return self.conversation.veil(text) if self._seat.taken else text

    def look(self) -> None:
        """Take in settings that were saved."""
        if not self._watch.changed():
            return
        if self._seat.taken and (self.busy or not self._rehearses):
            self.conversation.reload()
            self._furnish()
            self._renew()
            self.show_status()
            if self.conversation.stray and not self.busy:
                self._app.run_worker(self._go_on())
        else:
            self._app.run_worker(self.begin())

    async def aclose(self) -> str:
        """End the turn, and let others at the session. Gives its id, if anything was said."""
        self._leaving = True
        if self._turn is not None:
            self._turn.cancel()
            await asyncio.wait([self._turn])
        said = self._seat.taken and bool(self.conversation.agent.entries)
        session = self.conversation.session if said else ""
        await self._seat.aclose()
        return session

    @property
    def last_answer(self) -> str:
        entries = self.conversation.agent.entries if self._seat.taken else []
        answers = (one.text for one in reversed(entries) if isinstance(one, Assistant))
        return next(filter(None, answers), "").strip()

    def show_status(self) -> None:
        if not self._seat.taken or self._leaving:
            return
        self._app.status.fields = standing.fields(self.conversation)
        shown = ticker.configured(self.conversation.settings.values)
        if shown is None:
            self._app.show_ticker("")
        else:
            self._app.run_worker(self._tick(shown), group="ticker", exclusive=True)

    def _furnish(self) -> None:
        """What the settings say of the app itself, and the commands that there are by them."""
        self._app.composer.commands = self.offered
        values = self.conversation.settings.values
        self._app.composer.editor.take_vim(bool(values.get("ownkey", {}).get("vim")))
        if (theme := values.get("theme")) != self._theme and theme in THEMES:
            self._app.theme = THEMES[theme].name
        self._theme = theme

    def _choices(self) -> tuple[picker.Choice, ...]:
        return tuple(offered(self.conversation, self._favourites.ids))

    async def _look_around(self) -> None:
        """Whatever servers there are on this machine, by now."""
        near = await with_local(self.conversation.options)
        self.conversation.offer(near.local)
        self._renew()

    def _renew(self) -> None:
        """What is chosen from, if that is open."""
        if isinstance(self._app.screen, Picker):
            self._app.screen.update(self._choices())

    async def _tick(self, shown: ticker.Ticker) -> None:
        facts = standing.facts(self.conversation)
        cwd, lent = self.conversation.options.cwd, self.conversation.lent
        self._app.show_ticker(await ticker.text(shown, facts, cwd, lent))

    async def _take_turn(self, text: str, images: Sequence[Image]) -> None:
        self._app.work(True)
        try:
            await self.conversation.say(text, images)
        except asyncio.CancelledError:
            self._app.transcript.note("Interrupted.", "warning")
        except OwnkeyError as error:
            self._show(error.failure())
        except Exception as error:  # noqa: BLE001 - a fault of ours ends the turn, and is seen
            self._app.transcript.note(crash.told(error), "error")
        finally:
            self._turn = None
            self._app.work(False)
            self.show_status()
        if self.conversation.stray and not self._leaving:
            self._app.run_worker(self._go_on())
        elif waiting := self._app.composer.take():
            self.submit(waiting.text, waiting.images)

    async def _go_on(self) -> None:
        """Ask once who answers instead of a model that is gone; then what waits is sent."""
        self.conversation.stray = False
        await self._obey("model", "")
        if not self.busy and (waiting := self._app.composer.take()):
            self.submit(waiting.text, waiting.images)

    async def _retry(self, text: str) -> None:
        """Whether a model can be used by now."""
        await self.begin()
        if self._seat.taken:
            self.submit(text)
        else:
            self.write(text)

    async def _obey(self, name: str, rest: str) -> None:
        await self._heed(self._command(name, rest))

    async def _command(self, name: str, rest: str) -> None:
        command = find(self.commands, name)
        if command.idle and self.busy:
            raise UsageError(f"/{command.name} has to wait.", "Esc interrupts the turn.")
        await command.run(self, rest.strip())

    async def _heed(self, command: Coroutine[object, object, None]) -> None:
        try:
            await command
        except OwnkeyError as error:
            self._show(error.failure())
        self._app.composer.commands = self.offered
        self.show_status()

    async def _run(self, command: str) -> None:
        await self._shell.run(self.conversation, command)

    async def _choose_theme(self, stage: Stage, rest: str) -> None:
        choices = [Choice(name, name) for name in THEMES]
        name = rest or await stage.choose("Theme", choices)
        if name and name not in THEMES:
            raise UsageError(f"There is no theme {name!r}.", f"There are: {', '.join(THEMES)}.")
        if name:
            self._app.theme = THEMES[name].name
            stage.tell(f'To keep it: "theme": "{name}" in your settings.')

    async def _ask(self, permission: Permission) -> Answer:
        self._app.call_attention("permission is needed")
        self._app.entitle("waiting for you")
        self._app.spinner.doing = "Waiting for you"
        try:
            return await self._app.permission.ask(asking(permission, self.conversation.options.cwd))
        finally:
            self._app.spinner.doing = ""

    def _hear(self, event: Event) -> None:
        self._feed.hear(event)
        match event:
            case Streaming(part=Text(text) | Thinking(text)):
                self._spinner.tokens += -(-len(text) // 4)
            case ToolStarted(call=call):
                self._app.entitle("working")
                self._spinner.doing = of_call(call)
            case Called():
                self._spinner.doing = ""
                self._app.call_after_refresh(self.show_status)
            case TurnEnded():
                self._app.call_attention("done")

    def _show(self, failure: Failure) -> None:
        self._app.transcript.note("\n".join(failure.lines()), "error")
