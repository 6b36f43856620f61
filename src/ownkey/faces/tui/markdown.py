"""An answer's markdown, piece by piece: what is finished is never rendered again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from rich import box
from rich.markdown import CodeBlock, Heading, Markdown, TableElement
from rich.syntax import Syntax
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
GOES_ON = re.compile(r"\s|[-*+>|]|\d{1,9}[.)]")
"""Lines that may belong to what stands before the blank line above them: a loose list, its
indented text, a quotation, a table."""
LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+)\)")

LINE = re.compile(r"[^\n]*\n|[^\n]+")

LONGEST = 8_192
"""Characters of a line that are shown of it: a megabyte in one line is not read anyway."""


class Splitter:
    """Cuts markdown that comes in fragments into pieces that can be rendered apart. The
    cuts depend on the whole text alone, never on its fragments."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        """Of the piece that is not finished; the last one is not complete."""
        self._fence = ""
        self._blank = False

    @property
    def tail(self) -> str:
        """The piece that is not finished."""
        return "".join(self._lines)

    def add(self, fragment: str) -> Iterator[str]:
        """The pieces that this finishes."""
        text = (
            self._lines.pop() if self._lines and not self._lines[-1].endswith("\n") else ""
        ) + fragment
        for line in LINE.findall(text):
            if line.endswith("\n"):
                yield from self._complete(line)
            else:
                self._lines.append(line)

    def _complete(self, line: str) -> Iterator[str]:
        if self._blank and not self._fence and not GOES_ON.match(line):
            yield self.tail
            self._lines.clear()
        self._lines.append(line)
        self._blank = not self._fence and not line.strip()
        fence = FENCE.match(line)
        if fence and not self._fence:
            self._fence = fence[1]
        elif fence and line.strip() == fence[1] and fence[1].startswith(self._fence):
            self._fence = ""


def render(text: str, dark: bool) -> Markdown:
    """A Rich renderable of one piece."""
    return _Markdown(_named(cut(text)), code_theme="one-dark" if dark else "friendly")


def cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return "\n".join(
        line if len(line) <= LONGEST else f"{line[:LONGEST]} … {len(line) - LONGEST:,} more"
        for line in text.split("\n")
    )


def _named(text: str) -> str:
    """Links with the host that they lead to, unless their words say it. Code stays."""
    if "](http" not in text or FENCE.match(text):
        return text
    return LINK.sub(_with_host, text)


def _with_host(link: re.Match[str]) -> str:
    words, url = link[1], link[2]
    host = urlsplit(url).hostname or url
    return link[0] if host in words else f"[{words} ({host})]({url})"


class _Heading(Heading):
    """On the left, where it is read."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Code(CodeBlock):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip()
        yield Syntax(
            code,
            self.lexer_name,
            theme=self.theme,
            word_wrap=True,
            padding=(0, 1),
            background_color="default",
        )


class _Table(TableElement):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for table in super().__rich_console__(console, options):
            if isinstance(table, Table):
                table.box = box.SIMPLE_HEAD
                table.pad_edge = False
            yield table


class _Markdown(Markdown):
    elements: ClassVar[dict[str, Any]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
        "table_open": _Table,
    }
