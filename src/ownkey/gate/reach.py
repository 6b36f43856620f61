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
_BLANK = re.compile(r"\$\{?IFS\}?|[\s\u00a0\u2028\u2029]+")
_NAMED = re.compile(r"\$\{(\w+)\}")


def segments(text: str) -> list[list[str]]:
    """The words between all that may part one command from another, without their quotes."""
    bare = _NAMED.sub(r"$\1", _BLANK.sub(_blank, _ANSI.sub(_decoded, text)))
    bare = bare.replace("\\\n", "")
    bare = re.sub(r"[\\'\"]", "", bare)
    whole = [part.split() for part in _SEPARATOR.split(bare)]
    # `{rm,-rf,x}` is three words.
    braces = [part.replace(",", " ").split() for part in re.findall(r"\{([^{}]*,[^{}]*)\}", bare)]
    return [words for words in (*whole, *braces) if words]


def begins(words: Sequence[str], prefix: Sequence[str]) -> bool:
    """Whether a command of these words could be one that `prefix` begins. Options, with one
    word each that may belong to them, may stand in between: `git -C x push` begins `git push`."""
    return any(
        _named(word, prefix[0]) and _follows(words[start + 1 :], prefix[1:])
        for start, word in enumerate(words)
    )


def _named(word: str, name: str) -> bool:
    return word == name or word.rpartition("/")[2] == name


def _follows(words: Sequence[str], prefix: Sequence[str]) -> bool:
    if not prefix:
        return True
    for place, word in enumerate(words):
        if word == prefix[0] and _follows(words[place + 1 :], prefix[1:]):
            return True
        if not word.startswith("-") and not (place and words[place - 1].startswith("-")):
            return False
    return False


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
