"""Asking for permission: what would run or change, exactly, and the answer to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from ownkey.core.event import Answer
from ownkey.core.screen import safe
from ownkey.faces.tui.clean import clean, clean_line
from ownkey.faces.tui.exactly import Asking, Exactly
from ownkey.faces.tui.fields import Area, Line

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key
    from textual.widget import Widget

GUARD = 0.3
"""Seconds after appearing in which no key answers: it was meant for something else."""

Waiting = tuple[Asking, "asyncio.Future[Answer]"]


class CommandField(Area):
    """The command that waits, to be changed. Enter lets it run as it stands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+enter,alt+enter,ctrl+j", "newline", show=False),
    ]

    class Entered(Message):
        """What shall run instead."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    async def on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.prevent_default()
            event.stop()
            self.post_message(self.Entered(self.text))

    def action_newline(self) -> None:
        self._replace_via_keyboard("\n", *self.selection)


class PermissionPanel(Vertical, can_focus=True):
    """Stands above the composer while something is asked, and holds the focus so long."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('once')"),
        Binding("Y", "answer_all"),
        Binding("a", "answer('session')"),
        Binding("n", "answer('never')"),
        Binding("e", "change"),
        Binding("t", "tell"),
        Binding("escape", "back"),
        Binding("up", "scroll('up')"),
        Binding("down", "scroll('down')"),
        Binding("pageup", "scroll('page_up')"),
        Binding("pagedown", "scroll('page_down')"),
        Binding("home", "scroll('home')"),
        Binding("end", "scroll('end')"),
    ]

    DEFAULT_CSS: ClassVar[str] = """
    PermissionPanel {
        display: none; height: auto; max-height: 75vh; padding: 0 1;
        border: round $warning; border-title-color: $warning; border-subtitle-color: $text-muted;
        & VerticalScroll { height: auto; max-height: 40vh; scrollbar-size-vertical: 1; }
        & Static { height: auto; }
        & #why { margin-top: 1; max-height: 4; color: $text-muted; }
        & Input { display: none; }
        & CommandField {
            display: none; height: auto; max-height: 10; padding: 0; border: none;
            background: $panel; scrollbar-size-vertical: 1;
        }
    }
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._shown_at = 0.0
        self._waiting: deque[Waiting] = deque()
        self._came_from: Widget | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Exactly()
        yield Static(id="why")
        yield CommandField(soft_wrap=True, compact=True, highlight_cursor_line=False)
        yield Static(id="keys")
        yield Line(placeholder="Tell the model instead, then Enter", compact=True)

    async def ask(self, asking: Asking) -> Answer:
        """The person's answer. Several wait for each other; one that is cancelled is
        asked no more."""
        waiting: Waiting = (asking, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._show() if len(self._waiting) == 1 else self._count()
        try:
            return await waiting[1]
        finally:
            self._drop(waiting)

    def action_answer(self, choice: Literal["once", "session", "never"]) -> None:
        if choice != "session" or self._waiting[0][0].always:
            self._reply(Answer(choice))

    def action_answer_all(self) -> None:
        if self._waiting[0][0].after:
            self._reply(Answer("once", all=True))

    def action_change(self) -> None:
        """What runs is what stands there then: also what is no letter is seen before."""
        command = self._waiting[0][0].command
        if command and self._is_open():
            field = self.query_one(CommandField)
            field.text = safe(command)
            field.move_cursor(field.document.end)
            self._write_in(field)

    def action_tell(self) -> None:
        if self._is_open():
            self._write_in(self.query_one(Input))

    def action_back(self) -> None:
        """From a field to the keys; from there Esc belongs to the app."""
        for field in self._fields:
            field.display = False
        self._show_keys()
        self.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While words are typed, no letter is an answer."""
        typing = any(field.display for field in self._fields)
        return typing if action == "back" else not typing

    @property
    def _fields(self) -> tuple[CommandField, Input]:
        return self.query_one(CommandField), self.query_one(Input)

    def _write_in(self, field: CommandField | Input) -> None:
        field.display = True
        self._show_keys()
        field.focus()

    def action_scroll(self, where: str) -> None:
        getattr(self.query_one(VerticalScroll), f"scroll_{where}")(animate=False)

    @on(Input.Submitted)
    def _told(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._reply(Answer("never", event.value.strip()))

    @on(CommandField.Entered)
    def _entered(self, event: CommandField.Entered) -> None:
        event.stop()
        if event.command == self._waiting[0][0].command:
            self._reply(Answer("once"))
        elif event.command.strip():
            self._reply(Answer("once", command=event.command))

    def on_blur(self) -> None:
        self.call_after_refresh(self._hold_focus)

    def on_descendant_blur(self) -> None:
        self.call_after_refresh(self._hold_focus)

    def _hold_focus(self) -> None:
        """A click elsewhere scrolls or selects there, but takes no key from the question."""
        focused = self.screen.focused
        if self._waiting and (focused is None or self not in focused.ancestors_with_self):
            written = (field for field in self._fields if field.display)
            next(written, self).focus()

    def _drop(self, waiting: Waiting) -> None:
        """Cancelled, perhaps because the app is ending: then nothing is left to show it."""
        if waiting not in self._waiting:
            return
        shown = waiting is self._waiting[0]
        self._waiting.remove(waiting)
        if self.is_running:
            self._show() if shown else self._count()

    def _is_open(self) -> bool:
        return bool(self._waiting) and self._clock() - self._shown_at >= GUARD

    def _reply(self, reply: Answer) -> None:
        if not self._is_open():
            return
        _, future = self._waiting.popleft()
        if not future.done():
            future.set_result(reply)
        self._show()

    def _show(self) -> None:
        """The first that waits; with none, the focus goes back to where it was."""
        self.query_one(Input).value = ""
        for field in self._fields:
            field.display = False
        if not self._waiting:
            self.display = False
            if self._came_from and self._came_from.is_attached:
                self._came_from.focus()
            return
        if not self.display:
            self._came_from = self.screen.focused
        asking = self._waiting[0][0]
        self._shown_at = self._clock()
        self.border_title = Content(clean_line(asking.title))
        self.query_one(Exactly).show(asking)
        self.query_one("#why", Static).update(Content(clean(asking.why)))
        self._show_keys()
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self._count()
        self.display = True
        self.focus()

    def _show_keys(self) -> None:
        command, words = self._fields
        keys = _keys(self._waiting[0][0])
        if command.display:
            keys = Content("Enter runs it as it stands here, once · Esc leaves it as it was")
        elif words.display:
            keys = Content("Enter refuses, and says so · Esc goes back")
        self.query_one("#keys", Static).update(keys)

    def _count(self) -> None:
        more = len(self._waiting) - 1
        self.border_subtitle = Content(f"{more} more after this" if more > 0 else "")


def _keys(asking: Asking) -> Content:
    offered = [("y", "once"), ("n", "no")]
    if asking.command:
        offered.append(("e", "edit the command"))
    offered.append(("t", "tell the model instead"))
    lines = [Content.styled("  ·  ", "dim").join(_key(key, what) for key, what in offered)]
    if asking.always:
        lines.append(_key("a", f"always this session: {clean_line(asking.always)}"))
    if count := len(asking.after):
        those = "the one after it, as it is" if count == 1 else f"the {count} after it, as they are"
        lines.append(_key("Y", f"this and {those} shown here"))
    return Content("\n").join(lines)


def _key(key: str, what: str) -> Content:
    return Content.styled(key, "bold $text-warning") + Content(f" {what}")
