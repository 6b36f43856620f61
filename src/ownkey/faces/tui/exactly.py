"""What would run or change, whole and exact: on the panel that asks for leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget

from ownkey.faces.tui import difference
from ownkey.faces.tui.clean import clean, clean_line
from ownkey.faces.tui.paint import Paint

if TYPE_CHECKING:
    from textual.geometry import Size


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
    after: tuple[Asking, ...] = ()
    """What the same reply asks leave for after this."""


class Exactly(Widget):
    """Draws one call, and below it those after it in the same reply."""

    DEFAULT_CSS = "Exactly { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._shown: Sequence[Asking] = ()
        self._paint: Paint | None = None
        self._lines: list[Strip] = []

    def show(self, asking: Asking) -> None:
        self._shown, self._paint = (asking, *asking.after), None
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return len(self._drawn(width))

    def render_line(self, y: int) -> Strip:
        lines = self._drawn(self.size.width)
        line = lines[y] if y < len(lines) else Strip.blank(self.size.width)
        return line.apply_style(self.rich_style)

    def _drawn(self, width: int) -> list[Strip]:
        theme, paint = self.app.current_theme, self._paint
        if paint is None or (paint.width, paint.theme) != (width, theme):
            self._paint = paint = Paint(theme, max(width, 1))
            self._lines = list(_all(self._shown, paint))
        return self._lines


def _all(shown: Sequence[Asking], paint: Paint) -> Iterator[Strip]:
    for number, asking in enumerate(shown, 1):
        if number > 1:
            yield paint.blank()
            title = f"{number} of {len(shown)}  {clean_line(asking.title)}"
            yield from paint.lines([Text(title, paint.style("warning"))])
        yield from _one(asking, paint)


def _one(asking: Asking, paint: Paint) -> Iterator[Strip]:
    """A word of argv that is not plain is quoted, so that its ends show."""
    said = (
        (" ".join(map(_word, asking.argv)), "strong"),
        (clean(asking.command), "strong"),
        (f"in {clean_line(asking.cwd)}" if asking.cwd else "", "muted"),
        (clean(asking.detail), ""),
    )
    yield from paint.lines(Text(text, paint.style(style)) for text, style in said if text)
    if rows := difference.rows(clean(asking.diff)):
        yield from difference.lines(rows, 0, paint)


def _word(word: str) -> str:
    """As a POSIX shell would be told it; what does not show is spelt out."""
    from shlex import quote

    return quote(word) if word.isprintable() else f"$'{word.encode('unicode_escape').decode()}'"
