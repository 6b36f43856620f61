"""What the person allowed for the rest of a session, and how far that goes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Grant(NamedTuple):
    """Leave for more than one call. Two that are equal allow the same."""

    effect: str
    command: str = ""
    """The very command, where one is run: a pattern would allow what nobody looked at."""


def wanted(effect: str, command: str) -> Grant:
    """What would have to be granted for this call."""
    return Grant(effect, command.strip())


def words(grant: Grant, cwd: Path) -> str:
    if grant.effect == "writes":
        return f"every change of files below {cwd}"
    if grant.effect == "runs outside":
        return "this very command, outside the sandbox, as often as it is wanted"
    if grant.effect == "runs":
        return "this very command, as often as it is wanted"
    return f"every call that {grant.effect}"
