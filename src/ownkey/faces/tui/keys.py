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
    ("?, F1", "these keys: `?` where nothing is written yet"),
    ("Enter", "sends; Shift+Enter, Alt+Enter or Ctrl+J begins a new line"),
    (
        "Esc",
        "interrupts; twice, drops what is written; again, goes back to an earlier prompt",
    ),
    (
        "Ctrl+C",
        "copies what is selected, drops what is written, or interrupts; twice, leaves",
    ),
    ("Up, Down", "earlier prompts of this folder; what was dropped; what waits to be sent"),
    ("Ctrl+X", "drops the prompt that waits last, where nothing is written"),
    ("Tab", "takes the suggestion; with none, goes up to the conversation"),
    ("Up, Down, Enter there", "go to a call or a thought, open it, fold it; Esc goes back"),
    ("Ctrl+O", "opens or folds what was done last; a click on a call does too"),
    ("PageUp, PageDown", "scroll, as the wheel does"),
    ("Ctrl+V", "attaches the image in the clipboard; so does dropping a file"),
    ("Ctrl+G", "the prompt in your $EDITOR"),
    ("Ctrl+N", "the next of your favourite models; of the settings, where there are none"),
    ("Shift+Tab, Ctrl+L", "the next level of permission"),
    ("Ctrl+A, E, W, U, K", "to the line's begin, end; delete the word, to the begin, to the end"),
    ("double, triple click", "selects a word, a line; dragging selects, Ctrl+C copies"),
    ("@, /, !", "suggest files, commands; run a line in your own shell"),
)


class Keys(ModalScreen[None]):
    """Any of its keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,question_mark,f1", "dismiss", priority=True),
    ]

    DEFAULT_CSS: ClassVar[str] = """
    Keys {
        align: center middle;
        & > Vertical {
            width: 100%; max-width: 112; height: auto; max-height: 100%;
            border: round $primary; border-title-color: $primary;
            background: $surface; padding: 0 1;
        }
        & VerticalScroll { height: auto; max-height: 90vh; scrollbar-size-vertical: 1; }
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
