"""What the person allowed for the rest of a session, and how far that goes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Self

from ownkey.gate.rule import Deed


class Grant(NamedTuple):
    """Leave for more than one call. Two that are equal allow the same."""

    effect: str
    command: str = ""
    """The very command, where one is run: a pattern would allow what nobody looked at."""
    steered: str = ""
    """The very file, where other programs act on it."""

    @classmethod
    def of(cls, deed: Deed) -> Self:
        """What would have to be granted for this."""
        if deed.steering:
            return cls("writes", steered=str(deed.path))
        return cls("runs outside" if deed.outside else deed.effect, deed.command)


def words(grant: Grant | None, cwd: Path) -> str:
    """How far it goes; empty where there can be none."""
    if grant is None:
        return ""
    if grant.steered:
        return f"every change of {grant.steered}"
    if grant.effect == "writes":
        return f"every change of files below {cwd}"
    if grant.effect == "runs outside":
        return "this very command, outside the sandbox, as often as it is wanted"
    if grant.effect == "runs":
        return "this very command, as often as it is wanted"
    return f"every call that {grant.effect}"
