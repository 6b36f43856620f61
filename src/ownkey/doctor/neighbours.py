"""Where the format of an entry is spoken instead, when it is not spoken where the entry says."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from contextlib import aclosing

from ownkey.core.errors import ProviderError
from ownkey.core.model import FORMATS, Model
from ownkey.core.origin import is_near
from ownkey.doctor.finding import Finding
from ownkey.doctor.speaks import Try, speaks
from ownkey.wire.published import nearby
from ownkey.wire.transport import Transport

PATIENCE = 30.0
"""Seconds for all the knocks."""

MISLED = ("wrong-address", "bad-request")
"""Kinds of error that a wrong path or a wrong format looks like."""


async def sought(model: Model, found: Iterable[Finding], *, asked: bool) -> Finding | None:
    """The line to change, if a neighbour speaks what this address does not. It is free, and
    done only where something points to it. `asked`: whether the model was."""
    error = next((one for one in found if one.grave), None)
    lost = any(one.check == "model" and one.verdict == "unknown" for one in found)
    if error is None and (asked or not lost):
        return None
    if error is not None and error.kind not in MISLED:
        return None
    best = await _best(model)
    if best is None or (best.wire, best.base_url) == (model.wire, model.base_url):
        return None
    return _told(model, best, error)


async def running(model: Model) -> str:
    """What listens on this machine instead of a server that does not; empty: nothing, or it was
    to be elsewhere."""
    if not is_near(model.base_url):
        return ""
    there = await nearby.listening(os.environ)
    names = ", ".join(f"{one.address} ({one.name})" for one in there)
    return f"A server does listen at {names}." if names else ""


async def _best(model: Model) -> Try | None:
    """The door that surely opens. None: there is none, or the written one does too."""
    async with aclosing(Transport()) as transport:
        try:
            async with asyncio.timeout(PATIENCE):
                speech = await speaks(
                    transport, model.base_url, model.key, name=model.name, prefer=(model.wire,)
                )
        except (ProviderError, TimeoutError):
            return None
    if model.wire in speech.wires and speech.best and speech.best.wire != model.wire:
        return next(one for one in speech.tries if one.wire == model.wire and one.sign == "there")
    return speech.best if speech.best and speech.best.sign == "there" else None


def _told(model: Model, best: Try, error: Finding | None) -> Finding:
    theirs, ours = FORMATS[best.wire], FORMATS[model.wire]
    lines = [] if best.wire == model.wire else [f'"provider": "{best.wire}"']
    if best.base_url != model.base_url:
        lines.append(f'"baseUrl": "{best.base_url}"')
    saw = f"This endpoint speaks {theirs}, not {ours}."
    if best.wire == model.wire:
        saw = f"This endpoint speaks {theirs} at {best.url}."
    return Finding(
        check="format",
        verdict="no",
        saw=saw,
        means=error.saw if error else "",
        cure=f"Write {' and '.join(lines)} into {model.source or 'its entry'}.",
        kind="wrong-address",
        grave=True,
    )
