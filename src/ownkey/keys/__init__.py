"""Where keys are kept outside the settings: a file, the system's keyring, a program.

Each place is a frozen struct with `fetch`: a `Keeper` of `core.secret`. Nothing is asked
before a key is needed.
"""

from __future__ import annotations

import re

from ownkey.core.errors import KeyMissing

LARGEST = 8192
"""Bytes of what is read as a key; the longest in use are tokens of some 2000."""

KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")
"""What can be sent as a key."""


def read(given: bytes, called: str) -> str:
    """The key in what a place gave: all of it but one line end. `called` is the place.
    Raises `KeyMissing` for what is no key."""
    text = given.decode("utf-8", "replace")
    key = text.removesuffix("\n").removesuffix("\r")
    if not key.strip():
        raise KeyMissing(f"{called} is empty.", "Put the key there.")
    if len(given) > LARGEST:
        raise KeyMissing(f"{called} is longer than a key.", "Leave nothing in it but the key.")
    if not KEY.fullmatch(key):
        what = f"{called} has several lines, space around the key, or what is not printable ASCII."
        raise KeyMissing(what, "Leave nothing in it but the key.")
    return key
