"""What a million tokens cost, and where the figure comes from."""

from __future__ import annotations

import msgspec


class Rates(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """US dollars for a million tokens of each kind. None: not told, so `input` is paid."""

    input: float
    output: float
    cache_read: float | None = None
    cache_write: float | None = None
    """For the shortest lifetime there is: five minutes at Anthropic's."""
    cache_write_1h: float | None = None


class Tier(msgspec.Struct, frozen=True):
    """The rates of a whole call whose prompt is longer than `above` tokens."""

    above: int
    rates: Rates


class Price(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model's price, as it was found."""

    rates: Rates
    source: str
    """For the person: `settings.json:9:7`, `the endpoint`, `catalog (2026-11-20)`."""
    tiers: tuple[Tier, ...] = ()
    """In rising order of `above`."""
    guess: bool = False
    """Taken from the model's family, not from the model at its host."""

    def at(self, prompt: int) -> Rates:
        """The rates of a call whose prompt is so many tokens long, cached ones included."""
        over = [tier.rates for tier in self.tiers if prompt > tier.above]
        return over[-1] if over else self.rates
