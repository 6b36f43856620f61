"""The kinds of value a setting may have, and how a value is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, get_args

from ownkey.config.diagnostics import nearest, quoted
from ownkey.core.model import CacheTtl, Effort


class Kind(NamedTuple):
    """What fits, and the words for it: "must be …"."""

    words: str
    fits: Callable[[Any], bool]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


TEXT = Kind("a string", lambda value: isinstance(value, str))
TEXTS = Kind("a string or an array of strings", lambda v: isinstance(v, str) or _is_text_list(v))
STRINGS = Kind("an array of strings", _is_text_list)
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
WHOLE = Kind("a whole number", _is_whole)
COUNT = Kind("a positive whole number", lambda value: _is_whole(value) and value > 0)
SECONDS = Kind("a positive number of seconds", _is_positive)
RATE = Kind("US dollars for a million tokens, 0 or more", _is_amount)
DOLLARS = Kind("a positive number of US dollars", _is_positive)
TTL = Kind('"5m" or "1h"', lambda value: value in get_args(CacheTtl))
KEY = Kind('a string or {"command": [...]}', lambda value: isinstance(value, str | dict))
LIKELY = Kind('"redact" or "send"', lambda value: value in ("redact", "send"))
OBJECT = Kind("an object", lambda value: isinstance(value, dict))
ARRAY = Kind("an array", lambda value: isinstance(value, list))

EFFORTS: dict[str, Effort | None] = {
    "none": "none",
    "off": "none",
    "dynamic": None,
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}
"""The documented words for effort; `dynamic` leaves it to the model."""


def described(value: Any) -> str:
    """What a value is, without saying it: it may be a key."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def mismatch(name: str, kind: Kind, value: Any) -> tuple[str, str]:
    """Why the value does not fit, and the fix. Only counts are repeated: nobody keeps a
    key in one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    given = (
        quoted(value) if kind in (COUNT, SECONDS, DOLLARS, RATE) and is_number else described(value)
    )
    return f"{name} must be {kind.words}, not {given}", _requote(kind, value)


def _requote(kind: Kind, value: Any) -> str:
    if kind in (COUNT, WHOLE, SECONDS, DOLLARS, RATE, FLAG) and isinstance(value, str):
        return "Write it without quotes"
    if kind in (TEXT, KEY) and isinstance(value, bool | int | float):
        return "Write it in quotes"
    return ""


def unknown_effort(given: str) -> tuple[str, str]:
    """What is wrong with a word for effort, and the fix."""
    meant = nearest(given, EFFORTS)
    hint = f": did you mean {meant!r}?" if meant else ""
    return f"Invalid reasoningEffort {quoted(given)}{hint}", f"Use one of: {', '.join(EFFORTS)}"
