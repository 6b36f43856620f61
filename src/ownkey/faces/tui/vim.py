"""vi's keys for the composer: what a key does to a text and a place in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

WORD = re.compile(r"\w+|[^\w\s]+")

Mode = Literal["insert", "normal"]


class Step(NamedTuple):
    """What a key does."""

    at: int
    """Where the cursor is then."""
    edit: tuple[int, int, str] | None = None
    """What stands then from one place to another."""
    does: Literal["", "undo", "redo", "older", "newer"] = ""


class Motion(NamedTuple):
    go: Callable[[str, int], int]
    """From a place in a text to another; once, and again for a count."""
    reach: Literal["before", "onto", "lines"] = "before"
    """What an operator takes of it: what is before the other place, that place too, or lines."""


def _line(text: str, at: int) -> tuple[int, int]:
    """Where the line begins, and where it ends."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _row(text: str, at: int, by: int) -> int:
    """The same column, a line below or above; the same place where there is none."""
    start, end = _line(text, at)
    if (end == len(text)) if by > 0 else (start == 0):
        return at
    other, last = _line(text, end + 1 if by > 0 else start - 1)
    return min(other + at - start, last)


def _first(text: str, at: int) -> int:
    start, end = _line(text, at)
    return start + len(text[start:end]) - len(text[start:end].lstrip())


def _word(text: str, at: int) -> int:
    return next((one.start() for one in WORD.finditer(text) if one.start() > at), len(text))


def _word_end(text: str, at: int) -> int:
    return next((one.end() - 1 for one in WORD.finditer(text) if one.end() - 1 > at), len(text) - 1)


def _word_back(text: str, at: int) -> int:
    return max((one.start() for one in WORD.finditer(text, 0, at)), default=0)


MOTIONS: dict[str, Motion] = {
    "h": Motion(lambda text, at: max(at - 1, _line(text, at)[0])),
    "l": Motion(lambda text, at: min(at + 1, _line(text, at)[1])),
    "j": Motion(lambda text, at: _row(text, at, 1), "lines"),
    "k": Motion(lambda text, at: _row(text, at, -1), "lines"),
    "w": Motion(_word),
    "e": Motion(_word_end, "onto"),
    "b": Motion(_word_back),
    "0": Motion(lambda text, at: _line(text, at)[0]),
    "^": Motion(_first),
    "$": Motion(lambda text, at: _line(text, at)[1]),
    "gg": Motion(lambda text, at: 0, "lines"),
    "G": Motion(lambda text, at: _line(text, len(text))[0], "lines"),
}

SHORT = {"x": "dl", "X": "dh", "D": "d$", "C": "c$", "Y": "yy", "s": "cl", "S": "cc", "cw": "ce"}
"""Keys that say what several others say."""

INSERTS: dict[str, Callable[[str, int], int]] = {
    "i": lambda text, at: at,
    "a": lambda text, at: min(at + 1, _line(text, at)[1]),
    "I": _first,
    "A": lambda text, at: _line(text, at)[1],
}
"""Where writing goes on."""

REDO = "\x12"
"""Ctrl+R."""

DOES: dict[str, Literal["undo", "redo"]] = {"u": "undo", REDO: "redo"}

OPERATORS = "dcy"

BEGINS = ("g", "i", *OPERATORS)
"""Keys after which another is awaited; `i` only after an operator."""

STARTS = "/!@"
"""What begins a command, a shell line or a mention: in an empty composer they are written."""


class Vim:
    """Begins with writing, as after each prompt."""

    def __init__(self) -> None:
        self.mode: Mode = "insert"
        self._typed = ""
        self._kept = ""
        """What was deleted or yanked last; whole lines end with a line feed."""

    @property
    def writes(self) -> bool:
        return self.mode == "insert"

    def press(self, key: str, text: str, at: int) -> Step | None:
        """`key` as a character, `escape` by its name. None: it means what it always means."""
        return self._written(key, text, at) if self.writes else self._ruled(key, text, at)

    def rest(self) -> None:
        """A prompt was sent: the next one is written."""
        self.mode, self._typed = "insert", ""

    def _written(self, key: str, text: str, at: int) -> Step | None:
        if key != "escape":
            return None
        self.mode = "normal"
        return Step(max(at - 1, _line(text, at)[0]))

    def _ruled(self, key: str, text: str, at: int) -> Step | None:
        if key == "escape":
            waited, self._typed = self._typed, ""
            return Step(at) if waited else None
        if not text and key in STARTS:
            self.mode = "insert"
            return None
        self._typed += key
        step = self._obeyed(text, at)
        if step.edit is None:
            return step
        start, end, put = step.edit
        after = text[:start] + put + text[end:]
        return step if self.writes else step._replace(at=_within(after, step.at))

    def _obeyed(self, text: str, at: int) -> Step:
        """What was typed so far, if it is whole or cannot become so."""
        count, keys = _counted(self._typed)
        if keys in ("", *BEGINS[:1], *OPERATORS) or (
            keys[:1] in OPERATORS and (keys[1:] in ("g", "i"))
        ):
            return Step(at)
        self._typed = ""
        keys = SHORT.get(keys, keys)
        if keys[0] in OPERATORS:
            return self._operate(keys[0], keys[1:], count, text, at)
        if keys in MOTIONS:
            return self._move(keys, count, text, at)
        if keys in INSERTS:
            self.mode = "insert"
            return Step(INSERTS[keys](text, at))
        if keys in DOES:
            return Step(at, does=DOES[keys])
        return self._put(keys, text, at)

    def _move(self, keys: str, count: int, text: str, at: int) -> Step:
        to = _went(keys, count, text, at)
        if to == at and keys in "jk":
            return Step(at, does="newer" if keys == "j" else "older")
        return Step(_within(text, to))

    def _operate(self, operator: str, over: str, count: int, text: str, at: int) -> Step:
        span = _span(operator, over, count, text, at)
        if span is None:
            return Step(at)
        start, end, lines = span
        self._kept = text[start:end] + "\n" if lines else text[start:end]
        if operator == "y":
            return Step(start if not lines else at)
        if operator == "c":
            self.mode = "insert"
        elif lines:
            start, end = _whole(text, start, end)
            return Step(_line(text, start)[0], (start, end, ""))
        return Step(start, (start, end, ""))

    def _put(self, key: str, text: str, at: int) -> Step:
        """New lines, and what was kept."""
        start, end = _line(text, at)
        if key in "oO":
            self.mode = "insert"
            place = end if key == "o" else start
            return Step(place + (key == "o"), (place, place, "\n"))
        if key not in "pP" or not self._kept:
            return Step(at)
        if not self._kept.endswith("\n"):
            place = min(at + 1, end) if key == "p" else at
            return Step(place + len(self._kept) - 1, (place, place, self._kept))
        if key == "P":
            return Step(start, (start, start, self._kept))
        return Step(end + 1, (end, end, "\n" + self._kept[:-1]))


def _counted(typed: str) -> tuple[int, str]:
    """`3w`, `d3w` and `2dd`: how often, and the keys without that. `0` is a key by itself."""
    count = 1
    for number in re.findall(r"[1-9]\d*", typed):
        count *= int(number[:4])
    return count, re.sub(r"[1-9]\d*", "", typed)


def _went(keys: str, count: int, text: str, at: int) -> int:
    for _ in range(min(count, len(text) + 1)):
        at = MOTIONS[keys].go(text, at)
    return at


def _span(operator: str, over: str, count: int, text: str, at: int) -> tuple[int, int, bool] | None:
    """From where to where, and whether whole lines. None: that is nothing."""
    if over == operator:
        last = _went("j", count - 1, text, at)
        return _line(text, at)[0], _line(text, last)[1], True
    if over == "iw":
        inside = (one.span() for one in WORD.finditer(text) if one.start() <= at < one.end())
        return next(((*span, False) for span in inside), None)
    if over not in MOTIONS:
        return None
    reach, to = MOTIONS[over].reach, _went(over, count, text, at)
    start, end = min(at, to), max(at, to)
    if reach == "lines":
        return _line(text, start)[0], _line(text, end)[1], True
    if over == "w":  # the last word of a line ends with it
        end = min(end, _line(text, at)[1]) if count == 1 else end
    return start, min(end + (reach == "onto"), len(text)), False


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """With the line feed that goes with the lines: the one after them, else the one before."""
    return (start, end + 1) if end < len(text) else (max(start - 1, 0), end)


def _within(text: str, at: int) -> int:
    """On a character: the cursor is never behind the last one of a line."""
    start, end = _line(text, min(at, len(text)))
    return max(start, min(at, end - 1))
