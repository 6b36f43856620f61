"""Asking for a line of text: an address, a key that is not shown while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ownkey.faces.tui.clean import clean
from ownkey.faces.tui.fields import Line

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Question(ModalScreen[str | None]):
    """Is dismissed with what was written, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", priority=True)]

    DEFAULT_CSS: ClassVar[str] = """
    Question {
        align: center middle;
        & > Vertical {
            width: 100%; max-width: 90; height: auto;
            border: round $primary; background: $surface; padding: 0 1;
        }
        & Static { height: auto; margin: 0 0 1 0; }
        & Input { background: transparent; }
    }
    """

    def __init__(self, question: str, *, secret: bool = False) -> None:
        super().__init__()
        self._question = question
        self._secret = secret

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_subtitle = "↵ answer · Esc leave"
            yield Static(clean(self._question.rstrip(": ")), markup=False)
            yield Line(password=self._secret, compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    def _answered(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
