"""File patterns: `*.py`, `src/**/test_*.py`, `*.{ts,tsx}`."""

from __future__ import annotations

import re
from collections.abc import Callable

from ownkey.core.errors import ToolError

PIECE = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]|\\.|.", re.DOTALL)

MEANING = {
    "**/": "(?:.*/)?",
    "**": ".*",
    "*": "[^/]*",
    "?": "[^/]",
}
BRACES = {"{": "(?:", ",": "|", "}": ")"}


def matcher(pattern: str) -> Callable[[str], bool]:
    """A test for relative paths with `/`. A pattern without a slash fits names at any
    depth; otherwise it fits whole paths, `**` any number of folders."""
    pattern = pattern.removeprefix("./")
    if pattern.startswith(("/", "~", "../")):
        raise ToolError(f"The pattern {pattern!r} leads elsewhere; put the folder into path.")
    anywhere = "" if "/" in pattern else MEANING["**/"]
    meaning = MEANING | BRACES if pattern.count("{") == pattern.count("}") else MEANING
    depth = 0
    parts = [anywhere]
    for piece in PIECE.findall(pattern):
        depth += (piece == "{") - (piece == "}")
        alone = piece == "," and not depth
        parts.append(_literal(piece) if alone else meaning.get(piece) or _literal(piece))
    try:
        fits = re.compile("".join(parts), re.DOTALL).fullmatch
    except re.error as error:
        raise ToolError(f"The pattern {pattern!r} is malformed: {error.msg}.") from error
    return lambda path: fits(path) is not None


def _literal(piece: str) -> str:
    """A set, an escaped character or a plain one."""
    if len(piece) > 2 and piece[0] == "[":
        negated = piece[1] == "!"
        inside = re.escape(piece[1 + negated : -1]).replace(r"\-", "-")
        return f"(?!/)[{'^' if negated else ''}{inside}]"
    return re.escape(piece[-1])
