"""The app: the transcript above, what is asked and written below, and who answers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from time import monotonic
from typing import ClassVar, Protocol

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from ownkey.core import crash
from ownkey.core.message import Image
from ownkey.faces.tui import clipboard, ending, terminal
from ownkey.faces.tui.clean import clean, clean_line
from ownkey.faces.tui.completion import Command
from ownkey.faces.tui.composer import Composer
from ownkey.faces.tui.history import History, file_for
from ownkey.faces.tui.permission import PermissionPanel
from ownkey.faces.tui.picker import Picker
from ownkey.faces.tui.status import SPEED, Spinner, StatusLine
from ownkey.faces.tui.themes import THEMES, soften, suited
from ownkey.faces.tui.transcript import Transcript
from ownkey.options import Options

AGAIN = 2.0
"""Seconds within which a key that is to be pressed twice counts as that."""

LOOK = 0.4
"""Seconds between two looks at the settings: what was saved holds within a second."""


class Behind(Protocol):
    """What the keys set going: see `desk.Desk`."""

    @property
    def offered(self) -> Sequence[Command]: ...
    @property
    def last_answer(self) -> str: ...
    async def begin(self) -> bool: ...
    async def meet(self) -> None: ...
    def submit(self, text: str, images: Sequence[Image] = ()) -> None: ...
    def invoke(self, name: str, rest: str) -> None: ...
    def run(self, command: str) -> None: ...
    def attached(self) -> None: ...
    def interrupt(self) -> bool: ...
    def next_model(self) -> None: ...
    def make_default(self, identity: str) -> None: ...
    def favour(self, identity: str) -> None: ...
    def next_level(self) -> None: ...
    def look(self) -> None: ...
    def veil(self, text: str) -> str: ...
    async def aclose(self) -> str: ...


class OwnkeyApp(App[None]):
    """The widgets and the keys."""

    ENABLE_COMMAND_PALETTE = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "turn_back"),
        Binding("ctrl+c", "stop", priority=True),
        Binding("ctrl+n", "next_model", priority=True),
        Binding("ctrl+o", "open_last", priority=True),
        Binding("pageup", "page(-1)"),
        Binding("pagedown", "page(1)"),
        Binding("shift+tab,ctrl+l", "next_level", priority=True),
        Binding("ctrl+z", "suspend_process"),
    ]

    CSS: ClassVar[str] = """
    Transcript { height: 1fr; }
    #ticker { height: auto; padding: 0 2; color: $text-muted; display: none; }
    """

    def __init__(
        self, options: Options, prompt: str, furnish: Callable[[OwnkeyApp], Awaitable[Behind]]
    ) -> None:
        """`furnish` gives what is behind the screen. It is asked for when that is drawn, for
        it takes a while."""
        super().__init__()
        self.options = options
        self._furnish = furnish
        self.parting = ""
        """What stays on the terminal when the app is gone."""
        self.session = ""
        """What can be gone on with then."""
        self.light: bool | None = None
        """Whether the terminal's background is a light one, if it says so."""
        self.typed = ""
        """What was typed before the app could listen."""
        self._prompt = prompt
        self._desk: Behind | None = None
        self._pressed = ("", 0.0)
        self._looked_away = False
        self.ended_by = 0
        """The signal that ended the app, if one did."""

    def compose(self) -> ComposeResult:
        options = self.options
        yield Transcript()
        yield PermissionPanel()
        yield Spinner()
        history = History(file_for(options.cwd, options.environ))
        yield Composer(cwd=options.cwd, environ=options.environ, history=history)
        yield Static(id="ticker", markup=False)
        yield StatusLine()

    def on_mount(self) -> None:
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme_changed_signal.subscribe(self, lambda _: soften(self))
        self.theme = suited(self.options.environ, self.light).name
        self.title = "ownkey"
        self.send(terminal.PUSH)
        if not self.is_headless:
            ending.heed(self._end)
        self.entitle("")
        self.composer.focus()
        if self.typed:
            self.composer.write(self.typed)
        self._beat = self.set_interval(1 / SPEED, self._move, pause=True)
        self.call_after_refresh(self._begin)

    @property
    def transcript(self) -> Transcript:
        return self.screen_stack[0].query_one(Transcript)

    @property
    def composer(self) -> Composer:
        return self.screen_stack[0].query_one(Composer)

    @property
    def permission(self) -> PermissionPanel:
        return self.screen_stack[0].query_one(PermissionPanel)

    @property
    def spinner(self) -> Spinner:
        return self.screen_stack[0].query_one(Spinner)

    @property
    def status(self) -> StatusLine:
        return self.screen_stack[0].query_one(StatusLine)

    def work(self, working: bool) -> None:
        """Show whether a turn runs."""
        self.composer.busy = working
        self.entitle("working" if working else "")
        if working:
            self.spinner.start()
            self._beat.resume()
        else:
            self.spinner.stop()
            self._beat.pause()

    def _move(self) -> None:
        """What moves does so at once: for each part by itself, the screen is drawn anew."""
        self.spinner.refresh()
        self.transcript.draw_waiting()

    def show_ticker(self, text: str) -> None:
        """What the person's own status line says."""
        shown = self.screen_stack[0].query_one("#ticker", Static)
        shown.update(clean(text))
        shown.display = bool(text)

    def call_attention(self, why: str) -> None:
        """For a person who looks elsewhere. `why` is ours, never a model's."""
        if self._looked_away:
            self.bell()
            self.send(terminal.note(f"ownkey: {why}"))

    def entitle(self, state: str) -> None:
        """Say in the window's title where this is, and what goes on."""
        place = clean_line(self.options.cwd.name)
        self.send(terminal.title(" · ".join(filter(None, ("ownkey", place, state)))))

    def copy_to_clipboard(self, text: str) -> None:
        """By OSC 52, which reaches the person's own terminal over SSH too; tmux is told itself."""
        super().copy_to_clipboard(text)
        if not self.is_headless:
            self.run_worker(clipboard.hand_over(text, self.options.environ))

    def send(self, sequence: str) -> None:
        """To the terminal, past the screen."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    async def leave(self) -> None:
        if self._desk is not None:
            answer = self._desk.last_answer
            self.session = await self._desk.aclose()
            if self.session:
                self.parting = f"{answer}\n\nownkey --resume {self.session}".strip()
        self.send(terminal.POP)
        self.exit()

    def _end(self, number: int) -> None:
        self.ended_by = number
        self.run_worker(self.leave())

    async def _begin(self) -> None:
        desk = await self._furnish(self)
        self.composer.commands = desk.offered
        await desk.begin()
        self._desk = desk
        self.composer.veil = desk.veil
        self.set_interval(LOOK, desk.look)
        self.run_worker(self._meet(desk))
        # The first words of an answer must not wait for it.
        await asyncio.to_thread(import_module, "ownkey.faces.tui.markdown")

    async def _meet(self, desk: Behind) -> None:
        await desk.meet()
        if self._prompt:
            desk.submit(self._prompt)

    @on(Composer.Submitted)
    def _submitted(self, event: Composer.Submitted) -> None:
        if self._desk is None:  # a quick person: not a second has passed
            self._prompt = event.text
        else:
            self._desk.submit(event.text, event.images)

    @on(Composer.Invoked)
    def _invoked(self, event: Composer.Invoked) -> None:
        if self._desk:
            self._desk.invoke(event.name, event.rest)

    @on(Picker.Defaulted)
    def _defaulted(self, event: Picker.Defaulted) -> None:
        if self._desk:
            self._desk.make_default(event.picked.id)

    @on(Picker.Favoured)
    def _favoured(self, event: Picker.Favoured) -> None:
        if self._desk:
            self._desk.favour(event.identity)

    @on(Composer.Shell)
    def _shell(self, event: Composer.Shell) -> None:
        if self._desk:
            self._desk.run(event.command)

    @on(Composer.Attached)
    def _attached(self) -> None:
        if self._desk:
            self._desk.attached()

    def on_app_blur(self) -> None:
        self._looked_away = True

    def on_app_focus(self) -> None:
        self._looked_away = False

    def _fatal_error(self) -> None:
        """In place of textual's, which shows the variables of every frame, keys and all."""
        if error := sys.exception() or self._exception:
            self.panic(Text(crash.told(error)))

    def action_turn_back(self) -> None:
        """Esc: interrupt; twice, with nothing to interrupt, drop what is written; twice more, go
        back to an earlier prompt."""
        if self._desk is None or self._desk.interrupt():
            return
        if self._again("escape") and not self.composer.clear():
            self._desk.invoke("rewind", "")

    async def action_stop(self) -> None:
        """Ctrl+C: copy what is selected, else drop what is written, else interrupt; twice,
        leave."""
        if selected := self.screen.get_selected_text():
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
        elif self._again("ctrl+c"):
            await self.leave()
        elif not (self.composer.clear() or (self._desk and self._desk.interrupt())):
            self.notify("Ctrl+C again leaves.", timeout=AGAIN)

    def action_open_last(self) -> None:
        self.transcript.toggle_last()

    def action_page(self, by: int) -> None:
        self.transcript.scroll_relative(y=by * (self.transcript.size.height - 1), animate=False)

    def action_next_model(self) -> None:
        if self._desk:
            self._desk.next_model()

    def action_next_level(self) -> None:
        if self._desk:
            self._desk.next_level()

    def _again(self, key: str) -> bool:
        now = monotonic()
        before, self._pressed = self._pressed, (key, now)
        return before[0] == key and now - before[1] < AGAIN
