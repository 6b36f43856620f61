"""A fact about a model together with who says so."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from ownkey.core.price import Rates, Tier

T = TypeVar("T")


class Figure(msgspec.Struct, Generic[T], frozen=True, omit_defaults=True):
    """One fact, as it was found."""

    value: T
    source: str
    """For the person: `settings.json:9:7`, `the endpoint`, `catalog 2026-11-20 (…)`."""
    guess: bool = False
    """Taken from the model's family, not from the model at its host."""


class Claims(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What an endpoint says of a model of its own. None: it does not say."""

    source: str
    """The address that said so."""
    window: int | None = None
    """Tokens of context."""
    max_output: int | None = None
    """Tokens."""
    images: bool | None = None
    tools: bool | None = None
    reasoning: bool | None = None
    rates: Rates | None = None
    tiers: tuple[Tier, ...] = ()
    others: dict[str, str] = {}
    """Fields that somebody else says than `source`, and who."""

    def by(self, field: str) -> str:
        """Who says a field of it."""
        return self.others.get(field, self.source)


class Proof(msgspec.Struct, frozen=True):
    """Whether a model was seen to be able to do something."""

    able: bool
    day: str
    """`2026-11-23`."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How quickly an endpoint was seen to answer."""

    first: float
    """Seconds to the first word."""
    rate: float
    """Tokens a second from then on."""
    day: str
    """`2026-11-23`."""
