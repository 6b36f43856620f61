"""What is wrong with skills is told once: what was told is kept in a small file of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256

import msgspec

from ownkey.config.diagnostics import Diagnostic
from ownkey.sessions import place

FILE = "skills-told.json"

KEPT = 1_000
"""Faults that are remembered, the latest."""

NAMED = 3
"""Faults that are told in full."""


def news(environ: Mapping[str, str], faults: Sequence[Diagnostic]) -> Iterator[str]:
    """Words on those that were not told yet. Where nothing can be kept, they are told again."""
    if not faults:
        return
    file = place.folder(environ) / FILE
    known: tuple[str, ...] = ()
    with suppress(OSError, msgspec.DecodeError):
        known = msgspec.json.decode(file.read_bytes(), type=tuple[str, ...])
    fresh = {mark: one for one in faults if (mark := _mark(one)) not in known}
    if not fresh:
        return
    with suppress(OSError):
        place.make_private(file.parent)
        new = file.with_suffix(".new")
        new.write_bytes(msgspec.json.encode((*known, *fresh)[-KEPT:]))
        new.replace(file)
    yield from map(str, list(fresh.values())[:NAMED])
    if len(fresh) > NAMED:
        yield f"{len(fresh) - NAMED} more is wrong with skills: /skills."


def _mark(fault: Diagnostic) -> str:
    return sha256(str(fault).encode("utf-8", "replace")).hexdigest()[:16]
