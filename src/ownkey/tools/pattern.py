"""File patterns: `*.py`, `src/**/test_*.py`, `*.{ts,tsx}`.

Each becomes a regular expression that never goes back over what a star has taken, as long as
another star follows: whatever a model writes, a name is judged in one or two passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import TypeVar

from ownkey.core.errors import ToolError

PIECE = re.compile(r"\*\*|\*|\?|\[!?\]?[^\]/]*\]|\\.|.", re.DOTALL)

_T = TypeVar("_T")

MOST = 200
"""Patterns that one with braces may stand for."""

STARS = ("*", "**")

FOLDERS = "(?:[^/]*/)*"


def matcher(pattern: str) -> Callable[[str], bool]:
    """A test for relative paths with `/`. A pattern without a slash fits names at any
    depth; otherwise it fits whole paths, `**` any number of folders."""
    pattern = pattern.removeprefix("./")
    if pattern.startswith(("/", "~", "../")):
        raise ToolError(f"The pattern {pattern!r} leads elsewhere; put the folder into path.")
    deep = () if "/" in pattern else ("**", "/")
    spelled = _spelled([*deep, *PIECE.findall(pattern)], pattern)
    try:
        fits = re.compile("|".join(map(_expression, spelled)), re.DOTALL).fullmatch
    except re.error as error:
        raise ToolError(f"The pattern {pattern!r} is malformed: {error.msg}.") from error
    return lambda path: fits(path) is not None


def _spelled(pieces: list[str], pattern: str) -> list[list[str]]:
    """Every pattern that this one stands for, without braces, and with `**` between slashes
    alone."""
    found, rest = [pieces], ""
    if pattern.count("{") == pattern.count("}"):
        found, rest = _alternatives(iter(pieces), pattern, 0)
    if rest:
        raise ToolError(f"The pattern {pattern!r} is malformed: a brace is closed too early.")
    spelled = [other for one in found for other in _crossing(_without_repeats(one))]
    if len(spelled) > MOST:
        raise _too_many(pattern)
    return spelled


def _without_repeats(pieces: list[str]) -> list[str]:
    kept: list[str] = []
    for piece in pieces:
        if kept and kept[-1] in STARS and piece in STARS:
            kept[-1] = max(kept[-1], piece)
        else:
            kept.append(piece)
    return kept


def _crossing(pieces: list[str]) -> list[list[str]]:
    """`a**b` is `a*b`, and `a*/**/*b`."""
    found: list[list[str]] = [[]]
    for before, piece, after in zip(["/", *pieces], pieces, [*pieces[1:], "/"], strict=False):
        inside = piece == "**" and (before, after) != ("/", "/")
        more = [["*"], ["*", "/", "**", "/", "*"]] if inside else [[piece]]
        found = [one + two for one in found for two in more][: MOST + 1]
    return found


def _too_many(pattern: str) -> ToolError:
    return ToolError(f"The pattern {pattern!r} stands for more than {MOST} others.")


def _alternatives(pieces: Iterator[str], pattern: str, depth: int) -> tuple[list[list[str]], str]:
    """What there is up to the brace that closes this one, and that brace."""
    done: list[list[str]] = []
    now: list[list[str]] = [[]]
    for piece in pieces:
        if piece == "}":
            return done + now, piece
        if piece == "," and depth:
            done, now = done + now, [[]]
            continue
        more = _alternatives(pieces, pattern, depth + 1)[0] if piece == "{" else [[piece]]
        if len(done) + len(now) * len(more) > MOST:
            raise _too_many(pattern)
        now = [one + two for one, two in product(now, more)]
    return done + now, ""


def _expression(pieces: list[str]) -> str:
    """Parts between `**` are met where they first can be; the last one ends the path."""
    first, *others = _parted(_parted(pieces, "/"), ["**"])
    if not others:
        return _path(first)
    *middle, last = others
    return "".join((
        f"{_path(first)}/" if first else "",
        *(f"(?>{FOLDERS}?{_path(one)}/)" for one in middle if one),
        f"{FOLDERS}{_path(last)}" if last else ".*",
    ))  # fmt: skip


def _path(segments: list[list[str]]) -> str:
    return "/".join(map(_name, segments))


def _name(pieces: list[str]) -> str:
    """What stands between two stars is met where it first can be; the last ends the name."""
    first, *others = ("".join(map(_sign, one)) for one in _parted(pieces, "*"))
    if not others:
        return first
    *middle, last = others
    return "".join((first, *(f"(?>[^/]*?{one})" for one in middle), "[^/]*", last))


def _parted(given: list[_T], at: _T) -> list[list[_T]]:
    parts: list[list[_T]] = [[]]
    for one in given:
        if one == at:
            parts.append([])
        else:
            parts[-1].append(one)
    return parts


def _sign(piece: str) -> str:
    """One character of a name: any, one of a set, an escaped one or a plain one."""
    if piece == "?":
        return "[^/]"
    if len(piece) > 2 and piece[0] == "[":
        negated = piece[1] == "!"
        inside = re.escape(piece[1 + negated : -1]).replace(r"\-", "-")
        return f"(?!/)[{'^' if negated else ''}{inside}]"
    return re.escape(piece[-1])
