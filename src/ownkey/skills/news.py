"""What is wrong with skills is told once: what was told is kept in a small file of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec

from ownkey.config.diagnostics import Diagnostic
from ownkey.sessions import place

FILE = "skills-told.json"

KEPT = 1_000
"""Faults that are remembered, the latest."""

NAMED = 3
"""Faults that are told in full."""


class News:
    """Where nothing can be kept, a fault is told once in each conversation."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._file = place.folder(environ) / FILE
        self._told: tuple[str, ...] | None = None
        """None before there was any fault: the file is not read without need."""

    def of(self, faults: Sequence[Diagnostic]) -> Iterator[str]:
        """Words on those that were not told yet."""
        if faults and self._told is None:
            self._told = _read(self._file)
        told = self._told or ()
        fresh = {mark: one for one in faults if (mark := _mark(one)) not in told}
        if not fresh:
            return
        self._keep((*told, *fresh)[-KEPT:])
        yield from map(str, list(fresh.values())[:NAMED])
        if len(fresh) > NAMED:
            yield f"{len(fresh) - NAMED} more is wrong with skills: /skills."

    def _keep(self, told: tuple[str, ...]) -> None:
        self._told = told
        with suppress(OSError):
            place.make_private(self._file.parent)
            fresh = self._file.with_suffix(".new")
            fresh.write_bytes(msgspec.json.encode(told))
            fresh.replace(self._file)


def _read(file: Path) -> tuple[str, ...]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[str, ...])
    except (OSError, msgspec.DecodeError):
        return ()


def _mark(fault: Diagnostic) -> str:
    return sha256(str(fault).encode("utf-8", "replace")).hexdigest()[:16]
