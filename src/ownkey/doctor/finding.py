"""What a check found out, and what that means for the person."""

from __future__ import annotations

from typing import Literal

import msgspec

from ownkey.core.errors import (
    ContentRefused,
    KeyRefused,
    NoAccess,
    OutOfCredit,
    ProviderError,
    Untrusted,
)

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
    mild: bool = False
    """Whether work goes on as well without what was seen not to work."""

    @property
    def amiss(self) -> bool:
        """Whether there is something to do about it."""
        return self.grave or (self.verdict == "no" and not self.mild)


BESIDE = (KeyRefused, NoAccess, OutOfCredit, ContentRefused, Untrusted)
"""What is refused to the account or the words, whatever the model can do."""


def tells(error: ProviderError) -> bool:
    """Whether an error says anything of what was asked for, and for good."""
    return not (error.transient or isinstance(error, BESIDE))


def failed(check: str, error: ProviderError) -> Finding:
    """A check without which the model is of no use, and the error that it met."""
    return _met(check, error, "no", grave=True)


def unable(check: str, error: ProviderError, *, vital: bool = False) -> Finding:
    """What an error says of an ability of the model's. `vital`: it is of no use without."""
    grave = vital and not error.transient
    return _met(check, error, "no" if tells(error) else "unknown", grave=grave)


def _met(check: str, error: ProviderError, verdict: Verdict, *, grave: bool) -> Finding:
    seen = error.what if not error.said else f"{error.what} It said: {error.said}"
    return Finding(
        check=check, verdict=verdict, saw=seen, cure=error.hint, kind=error.kind, grave=grave
    )
