"""Code in the colours of its language, as Rich has it, but each line by itself: those above are
not made again for each that streams in below."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound
from rich.segment import Segment
from rich.style import Style
from rich.syntax import PygmentsSyntaxTheme
from rich.text import Text
from textual.strip import Strip

from ownkey.faces.tui.paint import TAB

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from textual.theme import Theme

    from ownkey.faces.tui.paint import Paint

    Words = tuple[tuple[tuple[str, ...], str], ...]
    """A line, and what each part of it is in its language."""

LINES = 512
"""That are kept: more than there are in code that streams in before it is cut."""


def lines(code: str, language: str, paint: Paint) -> list[Strip]:
    """Without what is blank at its end."""
    return [strip for words in _read(code.rstrip(), language) for strip in _drawn(words, paint)]


def colours(theme: Theme) -> str:
    """The name that Pygments has for the colours that go with a theme."""
    return "one-dark" if theme.dark else "friendly"


def _read(code: str, language: str) -> Iterator[Words]:
    words: list[tuple[tuple[str, ...], str]] = []
    for kind, text in _lexer(language).get_tokens(code.expandtabs(TAB)):
        first, *more = text.split("\n")
        if first:
            words.append((kind, first))
        for part in more:
            yield tuple(words)
            words = [(kind, part)] if part else []


@lru_cache(32)
def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language, stripnl=False, tabsize=TAB)
    except ClassNotFound:
        return get_lexer_by_name("text", stripnl=False, tabsize=TAB)


@lru_cache(LINES)
def _drawn(words: Words, paint: Paint) -> list[Strip]:
    """Broken where the width ends."""
    theme, surface = _theme(colours(paint.theme)), Style(bgcolor=paint.theme.surface)
    styled = [(text, theme.get_style_for_token(kind) + surface) for kind, text in words]
    line = Strip(Segment(text, style) for text, style in styled)
    if line.cell_length > paint.width:
        return paint.lines([Text.assemble(*styled)], surface)
    return [line.adjust_cell_length(paint.width, surface)]


@cache
def _theme(name: str) -> PygmentsSyntaxTheme:
    return PygmentsSyntaxTheme(name)
