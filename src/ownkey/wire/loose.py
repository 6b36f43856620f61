"""Reading what providers send without trusting any of it to have the type it should.

Unknown fields, nulls, lists for objects and numbers for texts are normal (wire-facts 0): a
value of the wrong type reads as nothing.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from ownkey.core.errors import BrokenStream

DONE = b"[DONE]"
"""OpenAI's closing line; it turns up on all three formats, and is missing on some."""

LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def is_done(data: bytes) -> bool:
    return data.strip() == DONE


def event(data: bytes, *, late: bool = False) -> dict[str, Any]:
    """The payload of one event: an object, or the first of a list of them, as Gemini wraps
    its errors; anything else reads as an empty one. Raises `BrokenStream` where it is no
    JSON, unless it comes `late`, after the terminal marker: that is no part of the answer.
    """
    try:
        value = msgspec.json.decode(data)
    except (ValueError, RecursionError):
        value = _lenient(data, late=late)
    if isinstance(value, dict):
        return value
    return next(iter(rows(value)), {})


def table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def arguments(value: Any) -> str:
    """A call's arguments are JSON in a text; some send the object itself, or null."""
    if not isinstance(value, dict):
        return text(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # objects in objects, without end: a hoax
        return ""


def count(value: Any) -> int:
    """A number of tokens."""
    return value if type(value) is int and 0 < value < 1 << 53 else 0


def dollars(value: Any) -> float | None:
    """An amount of money, or none that can be one."""
    is_number = type(value) in (int, float)
    return float(value) if is_number and 0 <= value < float("inf") else None


def found(value: Any, *paths: str) -> int:
    """The first count that is not zero at one of the dotted `paths`."""
    for path in paths:
        inner = value
        for key in path.split("."):
            inner = table(inner).get(key)
        if number := count(inner):
            return number
    return 0


def _lenient(data: bytes, *, late: bool) -> Any:
    """NaN, half a character and half a surrogate pair are no JSON, and yet they come
    (trust.md E07, E08). What cannot be kept or shown later is replaced here."""
    try:
        value = json.loads(data.decode("utf-8", "replace"), strict=False)
        whole = json.dumps(value, ensure_ascii=False)
        return json.loads(LONE_SURROGATE.sub("\ufffd", whole))
    except (ValueError, RecursionError) as error:
        if late:
            return None
        raise BrokenStream(
            "{host} sent an event that cannot be read.",
            "Try again; if it lasts, a proxy in between mangles the stream.",
            said=data[:200].decode("utf-8", "replace"),
        ) from error
