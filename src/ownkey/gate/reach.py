"""What a command might run: every word it could begin with, however it is wrapped.

It serves what forbids, so it errs the other way than `grammar`: quotes, substitutions and the
arguments of `bash -c` are all looked into, and a text that only speaks of a command counts too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*)'")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|u[0-9a-fA-F]{1,4}|.)", re.DOTALL)
_SEPARATOR = re.compile(r"\$\(|[;&|()<>`\n\r{}]+")
_END = re.compile(r"(?:(?<![<>])[&|](?!>)|[;\n\r])+")
_BLANK = re.compile(r"\$\{?IFS\}?|[\s\u00a0\u2028\u2029]+")
_NAMED = re.compile(r"\$\{(\w+)\}")
_EXPANDED = re.compile(r"\$\([^()]*\)|`[^`]*`|\$\{[^{}]*\}|\$(?:\w+|[@*#?!$-])")
"""What may leave nothing behind: `g$()it` is `git`."""
_REDIRECTED = re.compile(
    r"(?:\d{1,3}|&|\{\w{1,40}\})?(?:<<<|<<-?|[<>]&|>>|>\||<>|[<>](?!\())[ \t]*"
    r"(?:\$\([^()]*\)|[^\s;&|()<>])*"
)
"""It may stand anywhere among the words of a command."""

MOST = 60
"""Options, with a word each, between two words of a command."""


def segments(text: str) -> list[list[str]]:
    """The words between all that may part one command from another, without their quotes."""
    text = _BLANK.sub(_blank, _ANSI.sub(_decoded, text)).replace("\\\n", "")
    bare = _bare(text)
    readings = (bare, _bare(_REDIRECTED.sub(" ", text)), _bare(_left(text)))
    whole = [part.split() for reading in readings for part in _SEPARATOR.split(reading)]
    # `{rm,-rf,x}` is three words.
    braces = [part.replace(",", " ").split() for part in re.findall(r"\{([^{}]*,[^{}]*)\}", bare)]
    return [words for words in (*whole, *braces) if words]


def parts(text: str) -> list[str]:
    """The text of each command, as it is written."""
    return _END.split(text.replace("\\\n", " "))


def begins(words: Sequence[str], prefix: Sequence[str]) -> bool:
    """Whether a command of these words could be one that `prefix` begins. Options, with one
    word each that may belong to them, may stand in between: `git -C x push` begins `git push`."""
    return any(
        _named(word, prefix[0]) and _follows(words, start + 1, prefix[1:])
        for start, word in enumerate(words)
    )


def _named(word: str, name: str) -> bool:
    return word == name or word.rpartition("/")[2] == name


def _follows(words: Sequence[str], start: int, prefix: Sequence[str]) -> bool:
    """So many options in between that nobody writes them might hide anything."""
    if not prefix:
        return True
    for place in range(start, min(len(words), start + MOST)):
        word = words[place]
        if word == prefix[0] and _follows(words, place + 1, prefix[1:]):
            return True
        if not word.startswith("-") and not (place > start and words[place - 1].startswith("-")):
            return False
    return len(words) > start + MOST


def _bare(text: str) -> str:
    return re.sub(r"[\\'\"]", "", _NAMED.sub(r"$\1", text))


def _left(text: str) -> str:
    """What is left if every expansion comes to nothing."""
    return _REDIRECTED.sub(" ", _EXPANDED.sub("", _REDIRECTED.sub(" ", text)))


def _blank(found: re.Match[str]) -> str:
    """A line that ends parts two commands; all other blanks part words."""
    return "\n" if "\n" in found[0] else " "


def _decoded(found: re.Match[str]) -> str:
    """`$'\\x72m'` is `rm`."""
    return _ESCAPE.sub(_character, found[1])


def _character(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "xu" and len(code) > 1:
        return chr(int(code[1:], 16))
    return chr(int(code, 8) & 255) if code[0] in "01234567" else code
