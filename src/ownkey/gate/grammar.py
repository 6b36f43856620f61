"""What bash certainly runs: a grammar of plain words, so narrow that a text has one reading.

It decides what may run unasked, so that it fails closed: whatever it does not take is not
certain, and not certain is asked about. `tests/gate/test_bash.py` holds it against bash itself.
"""

from __future__ import annotations

import re

Argv = tuple[str, ...]

LONGEST = 8_192
"""Characters; who writes more is asked about."""

MOST = 50
"""Commands in one text."""

NOT_PLAIN = {
    "grammar": "if then elif else fi for while until do done case esac select in function time"
    " coproc",
    "runs": ". source eval exec command builtin trap",
    "changes the shell": "enable hash alias unalias set shopt export declare typeset local"
    " readonly unset read mapfile readarray cd pushd popd let getopts shift ulimit umask bind"
    " complete compgen compopt printf",
    "leaves or waits": "return break continue exit logout kill wait jobs fg bg disown suspend",
    "tells of it": "fc history times caller dirs help test",
}
"""First words that bash takes for itself: its grammar, and builtins that change what comes after
them. Those that do nothing but write or end well (`echo`, `true`, `pwd`) are not among them."""

_TAKEN = frozenset(" ".join(NOT_PLAIN.values()).split())

_TOKEN = re.compile(
    r"(?P<blank>[ \t]+)"
    r"|(?P<join>&&|\|\|)"
    r"|(?P<pipe>\|)"
    r"|(?P<end>;)"
    r"|(?P<line>\n)"
    r"|(?P<word>(?:[A-Za-z0-9_@%+:,./=-]+|'[\t\n -&(-~]*'|\"[\t\n #%-\[\]^_a-~]*\")+)"
)
"""A quoted part holds no character that means something within it: neither `"` nor `$`, a
backslash, a backtick or `!` between double quotes."""

_PART = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^'\"]+)")

_WAITS = frozenset({"join", "pipe"})
"""After these a command must come, if need be on a later line."""


def commands(text: str) -> tuple[Argv, ...] | None:
    """The commands, each word for word, that bash runs of `text`, or fewer of them if one fails;
    None where that is not certain."""
    if len(text) > LONGEST:
        return None
    found: list[Argv] = []
    words: list[str] = []
    before = "line"
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            return None
        kind, place = token.lastgroup or "", token.end()
        if kind == "word":
            words.append(token[0])
        elif kind != "blank":
            if words:
                found.append(tuple(words))
                words, before = [], kind
            elif kind != "line":  # `;`, `|` or `&&` with nothing before it
                return None
    if words:
        found.append(tuple(words))
    elif before in _WAITS:
        return None
    return _plain(found)


def _plain(found: list[Argv]) -> tuple[Argv, ...] | None:
    if not 0 < len(found) <= MOST or not all(map(_begins_plainly, found)):
        return None
    return tuple(tuple(map(_unquoted, words)) for words in found)


def _begins_plainly(words: Argv) -> bool:
    """Whether the first word names a program: no assignment, no job (`%1`), nothing of bash's."""
    first = words[0]
    name = _unquoted(first)
    return bool(name) and name not in _TAKEN and "=" not in first and name[0] != "%"


def _unquoted(word: str) -> str:
    return "".join("".join(groups) for groups in _PART.findall(word))
