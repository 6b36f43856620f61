"""What a fault of ours leaves on the screen: where it happened, and no key."""

from __future__ import annotations

from traceback import format_exception

from ownkey.core.secret import given
from ownkey.core.veil import Veil


def told(error: BaseException) -> str:
    """The traceback as Python has it, without the values of variables, and without every
    secret that this process has had in its hands."""
    return Veil(given())("".join(format_exception(error)))
