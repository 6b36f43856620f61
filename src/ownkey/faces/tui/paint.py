"""From Rich's renderables to lines of a width, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.style import Style
from rich.table import Table
from rich.theme import Theme as RichTheme
from textual.strip import Strip

from ownkey.faces.tui import difference

if TYPE_CHECKING:
    from textual.theme import Theme


class Paint:
    def __init__(self, theme: Theme, width: int) -> None:
        self.width = width
        self.dark = theme.dark
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

    def diff(self, rows: list[difference.Row]) -> Table:
        colours = {"+": str(self.style("success")), "-": str(self.style("error")), "@": "dim"}
        return difference.render(rows, self.width, colours)

    def lines(self, renderables: Iterable[RenderableType]) -> list[Strip]:
        """Each exactly as wide as the paint."""
        options = self._console.options.update(width=self.width, height=None)
        return [
            Strip(line).adjust_cell_length(self.width)
            for one in renderables
            for line in self._console.render_lines(one, options, pad=False)
        ]


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
