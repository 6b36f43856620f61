"""Reading what providers send without trusting any of it to have the type it should.

Unknown fields, nulls, lists for objects and numbers for texts are normal (wire-facts 0): a
value of the wrong type reads as nothing.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from ownkey.core.errors import BrokenStream

DONE = b"[DONE]"
"""OpenAI's closing line; it turns up on all three formats, and is missing on some."""


def event(data: bytes) -> dict[str, Any]:
    """The payload of one event; what is no object reads as an empty one. Raises
    `BrokenStream` where it is no JSON."""
    try:
        return table(msgspec.json.decode(data))
    except msgspec.DecodeError:
        return table(_lenient(data))


def table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def count(value: Any) -> int:
    """A number of tokens."""
    return value if isinstance(value, int) and 0 < value < 1 << 53 else 0


def found(value: Any, *paths: str) -> int:
    """The first count that is not zero at one of the dotted `paths`."""
    for path in paths:
        inner = value
        for key in path.split("."):
            inner = table(inner).get(key)
        if number := count(inner):
            return number
    return 0


def _lenient(data: bytes) -> Any:
    """NaN and lone surrogates are no JSON, and yet they come (trust.md E07, E08)."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BrokenStream(
            "{host} sent an event that cannot be read.",
            "Try again; if it lasts, a proxy in between mangles the stream.",
            said=data[:200].decode("utf-8", "replace"),
        ) from error
