"""What one call costs at a price, kind by kind, and what caching saved on it.

Money is `Decimal`: a rate is taken as the figure that was written (`0.1` is a tenth), a
token count is whole, and their product has far fewer digits than the 28 that are kept. So
each bill, and every sum of bills in whatever order, is exact, and rounding is left to
whoever shows it. Floats would drift by the order they are added in.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ownkey.core.message import Usage
from ownkey.core.price import Price, Rates

MILLION = Decimal(1_000_000)


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """US dollars for one call."""

    input: Decimal
    """The part of the prompt that no cache was asked about."""
    output: Decimal
    cache_read: Decimal
    cache_write: Decimal
    """For both lifetimes."""
    without_cache: Decimal
    """What the same tokens cost where nothing is cached."""
    reported: Decimal | None = None
    """What the provider itself says that it takes."""

    @property
    def listed(self) -> Decimal:
        """What the call costs at the price."""
        return self.input + self.output + self.cache_read + self.cache_write

    @property
    def total(self) -> Decimal:
        """What is paid: the provider's own word goes before the price."""
        return self.listed if self.reported is None else self.reported

    @property
    def drift(self) -> Decimal:
        """How much more the provider takes than the price says; less is below zero."""
        return self.total - self.listed

    @property
    def saved(self) -> Decimal:
        """What caching saved, net of what writing costs more than plain input; below zero
        where nothing was read again. Both sides are at the price: a discount or a wrong
        price is drift, not caching."""
        return self.without_cache - self.listed


def cost(usage: Usage, price: Price) -> Bill:
    """The bill of one call. Usages may be added up, bills too; but a sum of usages is no
    call, as its tier would be that of a prompt nobody sent."""
    rates = price.at(usage.prompt)
    short = usage.cache_write - usage.cache_write_1h
    return Bill(
        input=_charge(usage.input, rates.input),
        output=_charge(usage.output, rates.output),
        cache_read=_charge(usage.cache_read, _read(rates)),
        cache_write=_charge(short, _write(rates)) + _charge(usage.cache_write_1h, _write_1h(rates)),
        without_cache=_charge(usage.prompt, rates.input) + _charge(usage.output, rates.output),
        reported=reported(usage),
    )


def reported(usage: Usage) -> Decimal | None:
    """What the provider says the call costs: all that is known where the price is not."""
    return None if usage.cost is None else _exact(usage.cost)


def _read(rates: Rates) -> float:
    return rates.input if rates.cache_read is None else rates.cache_read


def _write(rates: Rates) -> float:
    return rates.input if rates.cache_write is None else rates.cache_write


def _write_1h(rates: Rates) -> float:
    """Nobody sells the longer lifetime for less than the shorter."""
    return _write(rates) if rates.cache_write_1h is None else rates.cache_write_1h


def _charge(tokens: int, rate: float) -> Decimal:
    return tokens * _exact(rate) / MILLION


def _exact(figure: float) -> Decimal:
    """The shortest decimal that means this float: the figure somebody wrote."""
    return Decimal(repr(figure))
