"""Asking for permission: what would run or change, exactly, and the answer to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from ownkey.core.event import Answer
from ownkey.faces.tui.clean import clean, clean_line

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

GUARD = 0.3
"""Seconds after appearing in which no key answers: it was meant for something else."""

DIFF_STYLES = {"+": "$text-success", "-": "$text-error", "@": "$text-accent"}


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One call that waits for leave."""

    title: str
    """`Run a command`, `Change src/app.py`."""
    argv: tuple[str, ...] = ()
    """What would run, word by word; or `command`, where a shell reads it."""
    command: str = ""
    cwd: str = ""
    diff: str = ""
    """What would change, unified and whole."""
    detail: str = ""
    """Any other arguments, as they are."""
    why: str
    """Why this is asked."""
    always: str = ""
    """What `a` allows for the rest of the session, in words; empty: it is not offered."""


Waiting = tuple[Asking, "asyncio.Future[Answer]"]


class PermissionPanel(Vertical, can_focus=True):
    """Stands above the composer while something is asked, and holds the focus so long."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('once')"),
        Binding("a", "answer('session')"),
        Binding("n", "answer('never')"),
        Binding("e", "tell"),
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
            yield Static(id="what")
        yield Static(id="why")
        yield Static(id="keys")
        yield Input(placeholder="Tell the model instead, then Enter", compact=True)

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

    def action_tell(self) -> None:
        if self._is_open():
            field = self.query_one(Input)
            field.display = True
            field.focus()

    def action_back(self) -> None:
        """From the field to the keys; from there Esc belongs to the app."""
        self.query_one(Input).display = False
        self.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While words are typed, no letter is an answer."""
        typing = self.query_one(Input).display
        return typing if action == "back" else not typing

    def action_scroll(self, where: str) -> None:
        getattr(self.query_one(VerticalScroll), f"scroll_{where}")(animate=False)

    @on(Input.Submitted)
    def _told(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._reply(Answer("never", event.value.strip()))

    def on_blur(self) -> None:
        self.call_after_refresh(self._hold_focus)

    def on_descendant_blur(self) -> None:
        self.call_after_refresh(self._hold_focus)

    def _hold_focus(self) -> None:
        """A click elsewhere scrolls or selects there, but takes no key from the question."""
        focused = self.screen.focused
        if self._waiting and (focused is None or self not in focused.ancestors_with_self):
            field = self.query_one(Input)
            (field if field.display else self).focus()

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
        field = self.query_one(Input)
        field.value, field.display = "", False
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
        self.query_one("#what", Static).update(_what(asking))
        self.query_one("#why", Static).update(Content(clean(asking.why)))
        self.query_one("#keys", Static).update(_keys(asking))
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self._count()
        self.display = True
        self.focus()

    def _count(self) -> None:
        more = len(self._waiting) - 1
        self.border_subtitle = Content(f"{more} more after this" if more > 0 else "")


def _what(asking: Asking) -> Content:
    """Whole and exact. A word of argv that is not plain is quoted, so that its ends show."""
    parts: list[Content] = []
    if asking.argv:
        parts.append(Content.styled(" ".join(map(_word, asking.argv)), "bold"))
    if asking.command:
        parts.append(Content.styled(clean(asking.command), "bold"))
    if asking.cwd:
        parts.append(Content.styled(f"in {clean_line(asking.cwd)}", "dim"))
    if asking.detail:
        parts.append(Content(clean(asking.detail)))
    if asking.diff:
        parts.append(Content("\n").join(map(_diff_line, clean(asking.diff).split("\n"))))
    return Content("\n").join(parts)


def _word(word: str) -> str:
    """As a POSIX shell would be told it; what does not show is spelt out."""
    from shlex import quote

    return quote(word) if word.isprintable() else f"$'{word.encode('unicode_escape').decode()}'"


def _diff_line(text: str) -> Content:
    return Content.styled(text, DIFF_STYLES.get(text[:1], ""))


def _keys(asking: Asking) -> Content:
    first = _key("y", "once")
    for key, what in (("n", "no"), ("e", "tell the model instead")):
        first += Content.styled("  ·  ", "dim") + _key(key, what)
    if not asking.always:
        return first
    return first + "\n" + _key("a", f"always this session: {clean_line(asking.always)}")


def _key(key: str, what: str) -> Content:
    return Content.styled(key, "bold $text-warning") + Content(f" {what}")
