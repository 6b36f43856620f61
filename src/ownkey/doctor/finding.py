"""What a check found out, and what that means for the person."""

from __future__ import annotations

from typing import Literal

import msgspec

from ownkey.core.errors import ProviderError

Verdict = Literal["ok", "no", "unknown", "not tried"]
"""`no`: it was seen not to work. `unknown`: it could not be told."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The outcome of one check."""

    check: str
    verdict: Verdict
    saw: str
    """What was seen, in a few words, or in sentences."""
    means: str = ""
    """What follows from that for work with ownkey."""
    cure: str = ""
    """The one thing to do, or the line to change."""
    kind: str = ""
    """`Failure.kind` of the error behind it."""
    grave: bool = False
    """Whether the model is of no use for work until that is mended."""

    @property
    def amiss(self) -> bool:
        """Whether there is something to do about it."""
        return self.grave or (self.verdict == "no" and bool(self.means or self.cure))


def failed(check: str, error: ProviderError, *, grave: bool = False) -> Finding:
    """What an error says of a check. One that may pass says nothing for good."""
    seen = error.what if not error.said else f"{error.what} It said: {error.said}"
    return Finding(
        check=check,
        verdict="unknown" if error.transient and not grave else "no",
        saw=seen,
        cure=error.hint,
        kind=error.kind,
        grave=grave,
    )
