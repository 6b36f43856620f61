"""One question to a model and what it used: the ledger's entry."""

from __future__ import annotations

from typing import Literal

import msgspec

from ownkey.core.message import Origin, Usage
from ownkey.core.price import Price

Purpose = Literal["turn", "aside", "subagent", "compaction", "title", "doctor"]

Cause = Literal["model", "effort", "tools", "system", "history", "expired", "minimum", "provider"]
"""Why less was read from the cache than could be: the model was switched, the effort, the
tools or the system prompt changed, the history was rewritten, the lifetime ran out, the
prompt is shorter than the provider caches, or the provider just did not find it."""


class Miss(msgspec.Struct, frozen=True):
    """Tokens that the last call had made cacheable, and that were paid for again."""

    cause: Cause
    tokens: int


class Call(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A model call that was billed, or may have been."""

    model: str
    """`Model.id`."""
    origin: Origin
    usage: Usage
    purpose: Purpose = "turn"
    price: Price | None = None
    """What was held to be the price then. None: unknown."""
    failed: str = ""
    """The kind of failure of an answer that was discarded, or `aborted`."""
    first: float | None = None
    """Seconds from the question to the first content."""
    seconds: float = 0.0
    """From the question to the end of the answer."""
    retries: int = 0
    """Failed attempts before this one."""
    miss: Miss | None = None
