"""The keys of the app, for whoever asks: `?` in an empty composer, F1, /help."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

KEYS = (
    ("?, F1", "these keys; `?` where nothing is written yet"),
    ("Enter", "sends; Shift+Enter, Alt+Enter, Ctrl+J: a new line"),
    ("Esc", "interrupts; twice, drops what is written"),
    ("Esc, Esc, Esc", "goes back to an earlier prompt"),
    ("Ctrl+C", "copies the selection, drops the draft, or interrupts"),
    ("Ctrl+C twice", "leaves; the session is kept"),
    ("Up, Down", "what was sent or dropped before; what waits to be sent"),
    ("Ctrl+X", "drops what waits last, where nothing is written"),
    ("Tab", "takes the suggestion; with none, to the conversation"),
    ("Up, Down, Enter", "there: to a call or a thought, and open it; Esc back"),
    ("Ctrl+O", "opens or folds what was done last; so does a click"),
    ("PageUp, PageDown", "scroll, as the wheel does"),
    ("Ctrl+V", "attaches the image in the clipboard; so does a drop"),
    ("Ctrl+G", "the prompt in your $EDITOR"),
    ("Ctrl+N", "the next of your favourite models"),
    ("Shift+Tab, Ctrl+L", "the next level of permission"),
    ("Ctrl+A, E, W, U, K", "line's begin, end; delete word, to begin, to end"),
    ("double, triple click", "selects a word, a line; dragging selects freely"),
    ("@, /, !", "suggest files, commands; run a line in your shell"),
)


class Keys(ModalScreen[None]):
    """All of them at once, on the smallest screen too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,question_mark,f1", "dismiss", priority=True),
    ]

    DEFAULT_CSS: ClassVar[str] = """
    Keys {
        align: center middle;
        & > Vertical {
            width: 100%; max-width: 88; height: auto; max-height: 100%;
            border: round $primary; border-title-color: $primary;
            background: $surface; padding: 0 1;
        }
        & VerticalScroll { height: auto; max-height: 100vh; scrollbar-size-vertical: 1; }
        & Static { height: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_title = "Keys"
            panel.border_subtitle = "/help lists the commands · Esc leaves"
            with VerticalScroll():
                yield Static(self._rows())

    def _rows(self) -> Content:
        width = max(len(key) for key, _ in KEYS)
        return Content("\n").join(
            Content.styled(f"{key:{width}}  ", "bold $text-accent") + Content(does)
            for key, does in KEYS
        )
