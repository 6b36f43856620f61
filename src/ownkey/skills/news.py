"""What is wrong with skills is told once: what was told is kept in a small file of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from ownkey.config.diagnostics import Diagnostic
from ownkey.sessions.slip import Slip

FILE = "skills-told.json"

KEPT = 1_000
"""Faults that are remembered, the latest."""

NAMED = 3
"""Faults that are told in full."""


class News:
    """Where nothing can be kept, a fault is told once in each conversation."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._slip = Slip(environ, FILE)
        self._told: tuple[str, ...] | None = None
        """None before there was any fault: the file is not read without need."""

    def of(self, faults: Sequence[Diagnostic]) -> Iterator[str]:
        """Words on those that were not told yet."""
        if faults and self._told is None:
            self._told = self._slip.read()
        told = self._told or ()
        fresh = {mark: one for one in faults if (mark := _mark(one)) not in told}
        if not fresh:
            return
        self._told = (*told, *fresh)[-KEPT:]
        self._slip.keep(self._told)
        yield from map(str, list(fresh.values())[:NAMED])
        if len(fresh) > NAMED:
            yield f"{len(fresh) - NAMED} more is wrong with skills: /skills."


def _mark(fault: Diagnostic) -> str:
    return sha256(str(fault).encode("utf-8", "replace")).hexdigest()[:16]
