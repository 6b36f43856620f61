"""Tool call ids that a provider accepts: of its form, and used only once."""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256

LENGTHS = (24, *range(64, 0, -1))
"""In characters. 24 is what most providers make themselves."""

TRIES = 64
"""Salts tried before a pattern counts as unmeetable."""


def fitting(raw: str, pattern: str, taken: Collection[str]) -> str:
    """`raw` itself, where it matches `pattern` in full and is not `taken`; else an id made
    of its hash, the same one each time. An empty pattern accepts all. Hashed, not cut:
    ids that differ only in their tails must stay different. Raises LookupError where no
    id can match."""
    accepts = re.compile(pattern or ".+").fullmatch
    if raw.isprintable() and accepts(raw) and raw not in taken:
        return raw
    for salt in range(TRIES):
        digest = sha256(f"{raw}\n{salt}".encode("utf-8", "surrogatepass")).hexdigest()
        for length in LENGTHS:
            if accepts(digest[:length]) and digest[:length] not in taken:
                return digest[:length]
    raise LookupError(pattern)
