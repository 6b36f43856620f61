"""Markdown, as a terminal shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from rich import box
from rich.markdown import (
    CodeBlock,
    Heading,
    HorizontalRule,
    ListItem,
    Markdown,
    MarkdownElement,
    TableElement,
)
from rich.rule import Rule
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table

from ownkey.faces.tui import code
from ownkey.faces.tui.clean import cut

if TYPE_CHECKING:
    from markdown_it.token import Token
    from rich.console import Console, ConsoleOptions, RenderResult
    from textual.theme import Theme

    from ownkey.faces.tui.paint import Paint

SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
"""Of an address (RFC 3986)."""

PARSER = MarkdownIt().enable("strikethrough").enable("table")
"""As Rich has it."""

BREAK = re.compile(r"<br */?>", re.IGNORECASE)


def render(text: str, paint: Paint, columns: list[int] | None = None) -> Markdown:
    """A Rich renderable of one piece. `columns` takes up how wide those of its table are; if it
    says that already, the table is one that goes on, and has no head."""
    rendered = copy(_bare(paint))
    rendered.columns = columns
    rendered.parsed = list(_shown(PARSER.parse(cut(text))))
    return rendered


def _shown(tokens: Iterable[Token]) -> Iterator[Token]:
    """HTML as it stands: `<path>` is a word in a terminal."""
    for token in tokens:
        if token.type == "html_block":
            yield replace(token, type="code_block", info="html")
        else:
            children = list(_hosted(token.children)) if token.children else token.children
            yield replace(token, children=children)


def _hosted(children: Iterable[Token]) -> Iterator[Token]:
    """Links name where they lead to, unless their words do; what is not of the web is no link,
    and images are never fetched."""
    words = href = ""
    for token in children:
        match token.type:
            case "link_open":
                words, href = "", str(token.attrs.get("href", ""))
                if not _host(href):
                    continue
            case "link_close":
                if told := _told(href, words):
                    yield replace(token, type="text", tag="", nesting=0, content=f" ({told})")
                if not _host(href):
                    continue
            case "image":
                yield replace(token, type="text", tag="", children=None, content=_pictured(token))
                continue
            case "html_inline":
                broken = BREAK.fullmatch(token.content)
                yield replace(token, type="hardbreak" if broken else "text")
                continue
        words += token.content
        yield token


def _told(href: str, words: str) -> str:
    """What the words of a link do not say of where it leads; empty: they do."""
    host = _host(href)
    if not host:
        return "" if href == words or not _scheme(href) else href
    said = words.strip().lower()
    honest = said == host or (_host(said) == host and "@" not in said)
    return "" if honest else host


def _pictured(token: Token) -> str:
    source = str(token.attrs.get("src", ""))
    return f"[image: {token.content or source}{f' ({_host(source)})' if _host(source) else ''}]"


def _scheme(url: str) -> str:
    """Empty: it is a path, as of a file here."""
    return found[1] if (found := SCHEME.match(url)) else ""


def _host(url: str) -> str:
    """As the net has it, letters that look like others included; empty: it is not of the web."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or "" if parts.scheme in ("http", "https") else ""
        return host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""


class _Heading(Heading):
    """On the left, where it is read."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Code(CodeBlock):
    """From the first column on, so that what is copied is the code."""

    surface = "default"

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> _Code:
        block = cls(token.info.partition(" ")[0] or "text", markdown.code_theme)
        if isinstance(markdown, _Markdown):
            block.surface = markdown.surface
        return block

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Syntax(
            str(self.text).rstrip(),
            self.lexer_name,
            theme=self.theme,
            word_wrap=True,
            background_color=self.surface,
        )


class _Table(TableElement):
    """Its columns are as wide as is known of it, if it goes on with one that was begun."""

    widths: list[int]

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> _Table:
        del token
        table = cls()
        table.widths = []
        if isinstance(markdown, _Markdown) and markdown.columns is not None:
            table.widths, markdown.columns = markdown.columns, None  # of the first table alone
        return table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        grid = _Grid(
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            show_edge=False,
            collapse_padding=True,
            style="markdown.table.border",
            show_header=not self.widths,
        )
        grid.widths = self.widths
        for cell in self.header.row.cells if self.header and self.header.row else ():
            heading = cell.content.copy()
            heading.stylize("markdown.table.header")
            grid.add_column(heading, justify=cell.justify)
        for row in self.body.rows if self.body else ():
            grid.add_row(*(cell.content for cell in row.cells))
        yield grid


class _Grid(Table):
    """Remembers how wide its columns came out."""

    widths: list[int]

    def _calculate_column_widths(self, console: Console, options: ConsoleOptions) -> list[int]:
        if not self.widths:
            self.widths += super()._calculate_column_widths(console, options)
        return self.widths


class _Rule(HorizontalRule):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style="markdown.hr")


class _Item(ListItem):
    def render_number(
        self, console: Console, options: ConsoleOptions, number: int, last_number: int
    ) -> RenderResult:
        """With the point that tells it from the text; as wide whatever number is the last, which
        is not known yet."""
        del last_number
        mark = f"{number}. ".rjust(4)
        width = len(mark)
        style = console.get_style("markdown.item.number")
        rest = options.update(width=max(options.max_width - width, 1))
        for line in console.render_lines(self.elements, rest, style=self.style):
            yield Segment(mark, style)
            yield from line
            yield Segment.line()
            mark = " " * width


class _Markdown(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
        "table_open": _Table,
        "hr": _Rule,
        "list_item_open": _Item,
    }

    def __init__(self, theme: Theme) -> None:
        super().__init__("", code_theme=code.colours(theme))
        self.surface = theme.surface or "default"
        self.columns: list[int] | None = None


@lru_cache(1)
def _bare(paint: Paint) -> _Markdown:
    """Without a text: Rich makes a parser for each, which takes longer than to parse."""
    return _Markdown(paint.theme)
