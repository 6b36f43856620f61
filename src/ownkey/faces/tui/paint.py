"""From text and Rich's renderables to lines of a width, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.theme import Theme as RichTheme
from textual.color import Color
from textual.strip import Strip

from ownkey.faces.tui.clean import clean

if TYPE_CHECKING:
    from textual.theme import Theme

TAB = 4
"""Columns from one stop of a tab to the next."""

TINT = 0.16
"""How much of a colour stands in the background of a line that came, went, or is marked."""


class Paint:
    def __init__(self, theme: Theme, width: int) -> None:
        self.width = width
        self.theme = theme
        colours = {
            "primary": theme.primary,
            "accent": theme.accent or theme.primary,
            "success": theme.success or theme.primary,
            "warning": theme.warning or theme.primary,
            "error": theme.error or theme.primary,
        }
        self._styles = {name: Style.parse(colour) for name, colour in colours.items()}
        self._styles |= {"muted": Style(dim=True), "strong": Style(bold=True), "": Style()}
        self._styles["muted italic"] = Style(dim=True, italic=True)
        for name, colour in (("came", "success"), ("went", "error"), ("marked", "primary")):
            self._styles[name] = _tinted(theme, colours[colour])
        self._console = Console(
            file=StringIO(),
            force_terminal=True,
            color_system="truecolor",
            legacy_windows=False,
            width=width,
            theme=RichTheme(_markdown(colours)),
        )

    def style(self, name: str) -> Style:
        return self._styles[name]

    def beside(self, mark: str, text: RenderableType, style: str) -> Table:
        """`text` with `mark` in a column before it."""
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_row(f"[{self._styles[style]}]{mark}[/]", text)
        return table

    def blank(self) -> Strip:
        return Strip.blank(self.width)

    def lines(
        self, renderables: Iterable[RenderableType], surface: Style | None = None
    ) -> list[Strip]:
        """Each exactly as wide as the paint."""
        options = self._console.options.update(width=self.width, height=None)
        return [
            Strip(_safe(line)).adjust_cell_length(self.width, surface)
            for one in renderables
            for line in self._console.render_lines(one, options, pad=False)
        ]

    def plain(self, lines: Iterable[str], style: str, indent: int) -> list[Strip]:
        """Lines that are no prose, broken where the width ends: much quicker than `lines`."""
        room, margin, drawn = self.width - indent, " " * indent, self._styles[style]
        return [
            Strip([Segment(margin), Segment(part, drawn)]).adjust_cell_length(self.width)
            for line in lines
            for part in broken(line, room)
        ]


def broken(line: str, width: int) -> list[str]:
    """The parts of a line, none of them wider than `width` cells."""
    line, width = line.expandtabs(TAB), max(width, 2)
    if not line.isascii():
        return chop_cells(line, width) if cell_len(line) > width else [line]
    return [line[at : at + width] for at in range(0, len(line), width)] or [""]


def _safe(line: list[Segment]) -> list[Segment]:
    """Markdown can name any character by its number: `&#13;`."""
    text = "".join(segment.text for segment in line)
    if clean(text) == text:
        return line
    return [Segment(clean(segment.text), segment.style) for segment in line]


def _tinted(theme: Theme, colour: str) -> Style:
    background = Color.parse(theme.background or ("#000000" if theme.dark else "#ffffff"))
    return Style(bgcolor=background.blend(Color.parse(colour), TINT).hex)


def _markdown(colours: dict[str, str]) -> dict[str, str]:
    primary, accent = colours["primary"], colours["accent"]
    return {
        "markdown.h1": f"bold underline {primary}",
        "markdown.h2": f"bold {primary}",
        "markdown.h3": f"bold {primary}",
        "markdown.h4": "bold",
        "markdown.code": accent,
        "markdown.link": f"underline {accent}",
        "markdown.link_url": f"underline {accent}",
        "markdown.block_quote": "italic",
        "markdown.item.bullet": primary,
        "markdown.item.number": primary,
        "markdown.hr": "dim",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
    }
