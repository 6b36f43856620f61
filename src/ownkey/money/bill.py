"""What a call cost, and what it would have cost without a cache."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ownkey.core.message import Usage
from ownkey.core.price import Price

MILLION = Decimal(1_000_000)


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """US dollars by kind of token. `Decimal`: prices are decimal figures and counts are
    whole, so that sums of any length are exact."""

    input: Decimal = Decimal(0)
    cache_read: Decimal = Decimal(0)
    cache_write: Decimal = Decimal(0)
    output: Decimal = Decimal(0)
    without_cache: Decimal | None = None
    """The same tokens, the whole prompt paid for as input. None: no price is known, and
    only `reported` is."""
    reported: Decimal | None = None
    """What the provider says that it took."""

    @property
    def computed(self) -> Decimal:
        return self.input + self.cache_read + self.cache_write + self.output

    @property
    def total(self) -> Decimal:
        """The provider's own figure, which wins, or ours."""
        return self.computed if self.reported is None else self.reported

    @property
    def saved(self) -> Decimal | None:
        """By the cache, the premium of writing to it taken off: it may be below nothing."""
        return None if self.without_cache is None else self.without_cache - self.computed

    @property
    def drift(self) -> Decimal | None:
        """How much more the provider took than the prices say."""
        return None if self.without_cache is None else self.total - self.computed


def bill(usage: Usage, price: Price | None) -> Bill | None:
    """The bill of one call. None where neither the price is known nor the provider said it."""
    reported = None if usage.cost is None else exact(usage.cost)
    if price is None:
        return None if reported is None else Bill(reported=reported)
    rates = price.at(usage.prompt)
    short_lived = usage.cache_write - usage.cache_write_1h
    output = _cost(usage.output, rates.output)
    return Bill(
        input=_cost(usage.input, rates.input),
        cache_read=_cost(usage.cache_read, rates.cache_read, rates.input),
        cache_write=_cost(short_lived, rates.cache_write, rates.input)
        + _cost(usage.cache_write_1h, rates.cache_write_1h, rates.cache_write, rates.input),
        output=output,
        without_cache=_cost(usage.prompt, rates.input) + output,
        reported=reported,
    )


def _cost(tokens: int, *rates: float | None) -> Decimal:
    """At the first rate that is known."""
    rate = next(rate for rate in rates if rate is not None)
    return tokens * exact(rate) / MILLION


def exact(figure: float) -> Decimal:
    """The decimal that was written, not the binary fraction nearest to it."""
    return Decimal(repr(figure))
