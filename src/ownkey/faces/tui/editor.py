"""The text field of the composer: its keys, and labels that are never cut in two."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.binding import Binding, BindingType

from ownkey.core.screen import safe
from ownkey.faces.tui.draft import Draft
from ownkey.faces.tui.fields import Area
from ownkey.faces.tui.vim import REDO, Step, Vim

if TYPE_CHECKING:
    from textual.events import Key, Paste


BLINKS = 10
"""Changes of the cursor, two a second, after which it rests: nobody types, and for each the
screen is drawn anew."""


class Writer(Protocol):
    """Who decides what the keys mean. Called at once, not by message: what is typed after
    Enter must not slip into the prompt before it. True: the key is used up."""

    draft: Draft

    def send(self) -> None: ...
    def move(self, *, up: bool, at_edge: bool) -> bool: ...
    def complete(self) -> bool: ...
    def dismiss(self) -> bool: ...
    def drop(self) -> bool: ...
    def help(self) -> None: ...
    def pasted(self, text: str) -> str: ...
    def paste_image(self, otherwise: str) -> None: ...


class Editor(Area):
    """Enter sends; Shift+Enter, Alt+Enter and Ctrl+J begin a line. What is put into it, names of
    files and pastes among them, is safe on the screen, and sent as it is seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+enter,alt+enter,ctrl+j", "newline", show=False),
    ]

    DEFAULT_CSS: ClassVar[str] = """
    Editor, Editor:focus {
        height: auto;
        min-height: 3;
        max-height: 10;
        background: transparent;
        scrollbar-size-vertical: 1;
        & .text-area--cursor-line { background: transparent; }
    }
    """

    def __init__(self, writer: Writer, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, highlight_cursor_line=False)
        self._writer = writer
        self._vim: Vim | None = None
        self._blinks = 0
        """Since the last key."""

    def take_vim(self, wanted: bool) -> None:
        """Whether vi's keys hold."""
        if wanted != bool(self._vim):
            self._vim = Vim() if wanted else None
            self._show_mode()

    @property
    def before(self) -> str:
        """The text up to the cursor."""
        return self.get_text_range((0, 0), self.cursor_location)

    def put(self, text: str) -> None:
        """`text` instead of what was there, the cursor at its end."""
        self.text = safe(text)
        self.move_cursor(self.document.end)

    def swap(self, length: int, text: str) -> None:
        """`text` instead of the last `length` characters of the cursor's line."""
        row, column = self.cursor_location
        text = safe(text)
        self.replace(text, (row, max(0, column - length)), (row, column))
        self.move_cursor((row, max(0, column - length) + len(text)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a selection, Ctrl+C is the app's: it interrupts. So are the keys for pages."""
        if action == "copy":
            return bool(self.selected_text)
        if action in ("cursor_page_up", "cursor_page_down"):
            return False
        return super().check_action(action, parameters)

    async def on_key(self, event: Key) -> None:
        """Before the bindings of those above this field, and before the field's own."""
        keys = {
            "tab": self._writer.complete,
            "escape": self._writer.dismiss,
            "enter": self._sent,
            "ctrl+x": self._writer.drop,
            "f1": self._helped,
            "question_mark": self._helped,
        }
        asks = event.key == "question_mark" and bool(self.text)
        used = None if asks else keys.get(event.key)
        if (used and used()) or self._heeds_vim(event):
            event.prevent_default()
            event.stop()

    def on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        if not event.text:  # so terminals paste what is no text
            self._writer.paste_image("")
            return
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        self.add(self._writer.pasted(text))

    def add(self, text: str) -> None:
        """As if it had been typed."""
        result = self._replace_via_keyboard(safe(text), *self.selection)
        if result:
            self.move_cursor(result.end_location)

    def action_paste(self) -> None:
        self._writer.paste_image(self.app.clipboard)

    def action_newline(self) -> None:
        self._replace_via_keyboard("\n", *self.selection)

    def action_cursor_up(self, select: bool = False) -> None:
        edge = self.cursor_at_first_line
        if select or not self._writer.move(up=True, at_edge=edge):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        edge = self.cursor_at_last_line
        if select or not self._writer.move(up=False, at_edge=edge):
            super().action_cursor_down(select)

    def action_cursor_left(self, select: bool = False) -> None:
        if span := self._label(before=True):
            self.move_cursor((self.cursor_location[0], span[0]), select=select)
        else:
            super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        if span := self._label(before=False):
            self.move_cursor((self.cursor_location[0], span[1]), select=select)
        else:
            super().action_cursor_right(select)

    def action_delete_left(self) -> None:
        if not self._delete(self._label(before=True)):
            super().action_delete_left()

    def action_delete_right(self) -> None:
        if not self._delete(self._label(before=False)):
            super().action_delete_right()

    def _restart_blink(self) -> None:
        self._blinks = 0
        super()._restart_blink()

    def _toggle_cursor_blink_visible(self) -> None:
        self._blinks += 1
        if self._blinks > BLINKS:
            self._pause_blink()
        else:
            super()._toggle_cursor_blink_visible()

    def _sent(self) -> bool:
        self._writer.send()
        if self._vim:
            self._vim.rest()
            self._show_mode()
        return True

    def _helped(self) -> bool:
        self._writer.help()
        return True

    def _heeds_vim(self, event: Key) -> bool:
        """Whether vi's keys say what this one does."""
        key = event.key if event.key == "escape" else event.character
        if self._vim is None or not key or not (event.is_printable or key in ("escape", REDO)):
            return False
        step = self._vim.press(key, self.text, len(self.before))
        if step is not None:
            self._do(step)
        self._show_mode()
        return step is not None

    def _do(self, step: Step) -> None:
        match step.does:
            case "undo":
                self.undo()
            case "redo":
                self.redo()
            case "older" | "newer" as way:
                self._writer.move(up=way == "older", at_edge=True)
            case _:
                if step.edit:
                    start, end, text = step.edit
                    self.replace(text, self._place(start), self._place(end))
                self.move_cursor(self._place(step.at))

    def _place(self, index: int) -> tuple[int, int]:
        before = self.text[:index]
        return before.count("\n"), index - before.rfind("\n") - 1

    def _show_mode(self) -> None:
        self.border_subtitle = self._vim.mode if self._vim else ""

    def _label(self, *, before: bool) -> tuple[int, int] | None:
        row, column = self.cursor_location
        return self._writer.draft.label_at(self.document[row], column, before=before)

    def _delete(self, span: tuple[int, int] | None) -> bool:
        if span is None or self.selected_text:
            return False
        row = self.cursor_location[0]
        self.delete((row, span[0]), (row, span[1]))
        return True
