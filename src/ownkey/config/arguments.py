"""Values of an entry's fields as a command line gives them."""

from __future__ import annotations

from typing import Any

from ownkey.config import jsonc, variables
from ownkey.config.credentials import AUTHORISING
from ownkey.config.diagnostics import nearest, quoted
from ownkey.config.entries import FIELDS
from ownkey.core.errors import UsageError

REFERRING = ("keyring:", "file:")
"""How a string begins that says where a key is, and is none."""


def value_of(field: str, said: str) -> Any:
    """What a person means who says this of a field in a command line: JSON, or text as it
    is. Raises `UsageError` for a field that does not exist, and for a key: a command line
    is kept by the shell, and shown to whoever lists processes."""
    kind = FIELDS.get(field)
    if kind is None:
        close = nearest(field, FIELDS)
        hint = f"Did you mean {close}?" if close else f"There are: {', '.join(FIELDS)}."
        raise UsageError(f"An entry has no field {quoted(field)}.", hint)
    value = _parsed(said)
    if value is not None and not kind.fits(value) and kind.fits(said):
        value = said
    if _holds_key(field, value):
        raise UsageError(
            f"A key in a command line can be seen by others: {field} stays as it is.",
            "Use `ownkey keys set`, or name an environment variable: '${NAME}'.",
        )
    return value


def _parsed(said: str) -> Any:
    try:
        said.encode()
        return jsonc.parse(said).value
    except UnicodeEncodeError as error:
        raise UsageError("The value is not UTF-8.", "Nothing was written.") from error
    except jsonc.Broken:
        return said


def _holds_key(field: str, value: Any) -> bool:
    if field == "apiKey":
        return isinstance(value, str) and _is_key(value)
    if field == "extraHeaders" and isinstance(value, dict):
        return any(name.lower() in AUTHORISING and _is_key(str(one)) for name, one in value.items())
    return False


def _is_key(text: str) -> bool:
    return not text.startswith(REFERRING) and not variables.REFERENCE.search(text)
