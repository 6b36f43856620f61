"""Calls added up: tokens by kind, money, what the cache saved, and why it did not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from statistics import median

import msgspec

from ownkey.core.call import Call, Miss
from ownkey.core.message import Usage
from ownkey.money.bill import MILLION, Bill, bill, exact


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """What some calls used, together."""

    calls: int = 0
    broken: int = 0
    """Of them, those that broke off or were interrupted: providers bill these too, and
    mostly do not say for how much."""
    unpriced: int = 0
    """Of them, those whose cost is unknown: the true sum is higher."""
    retries: int = 0
    usage: Usage = Usage()
    cost: Decimal = Decimal(0)
    """US dollars."""
    saved: Decimal = Decimal(0)
    """By the cache, the premium of writing to it taken off."""
    drift: Decimal = Decimal(0)
    """What providers took beyond what the prices say."""
    first: float | None = None
    """Seconds to the first content, the median."""
    speed: float | None = None
    """Tokens of output a second from then on, the median."""

    @property
    def hit_rate(self) -> float | None:
        """The share of all prompts that was read from a cache."""
        return self.usage.cache_read / self.usage.prompt if self.usage.prompt else None


def add_up(calls: Iterable[Call]) -> Sum:
    made = list(calls)
    bills = [one for call in made if (one := bill(call.usage, call.price))]
    return Sum(
        calls=len(made),
        broken=sum(bool(call.failed) for call in made),
        unpriced=sum(bill(call.usage, call.price) is None for call in made),
        retries=sum(call.retries for call in made),
        usage=sum((call.usage for call in made), Usage()),
        cost=_sum(bills, lambda one: one.total),
        saved=_sum(bills, lambda one: one.saved),
        drift=_sum(bills, lambda one: one.drift),
        first=_middle(call.first for call in made),
        speed=_middle(map(_speed, made)),
    )


def grouped(calls: Iterable[tuple[str, Call]]) -> dict[str, Sum]:
    """The sums by name, the dearest first."""
    groups: dict[str, list[Call]] = {}
    for name, call in calls:
        groups.setdefault(name, []).append(call)
    sums = {name: add_up(group) for name, group in groups.items()}
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1].cost, -pair[1].usage.prompt)))


def lost(call: Call, miss: Miss) -> Decimal | None:
    """US dollars that a miss cost: its tokens paid for again instead of read. None: unknown."""
    if call.price is None:
        return None
    rates = call.price.at(call.usage.prompt)
    paid = rates.input if rates.cache_write is None else rates.cache_write
    read = rates.input if rates.cache_read is None else rates.cache_read
    return miss.tokens * (exact(paid) - exact(read)) / MILLION


def _sum(bills: Iterable[Bill], part: Callable[[Bill], Decimal | None]) -> Decimal:
    return sum((part(one) or Decimal(0) for one in bills), Decimal(0))


def _middle(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _speed(call: Call) -> float | None:
    if call.first is None or call.failed or call.seconds <= call.first:
        return None
    return call.usage.output / (call.seconds - call.first)
