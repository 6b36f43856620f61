"""Calls added up: every figure here was computed by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ownkey.core.call import Call, Miss
from ownkey.core.message import Origin, Usage
from ownkey.core.price import Price, Rates
from ownkey.money.ledger import Sum, add_up, grouped, lost

PRICE = Price(Rates(input=3, output=15, cache_read=0.3, cache_write=3.75), "the test")
ORIGIN = Origin("anthropic", "api.example.test", "big-1")


def called(usage: Usage, price: Price | None = PRICE, **fields: Any) -> Call:
    return Call(model="custom:Big-0", origin=ORIGIN, usage=usage, price=price, **fields)


def test_calls_add_up() -> None:
    total = add_up(
        [
            called(Usage(1000, 100, 0, 4000), first=1.0, seconds=2.0),
            called(Usage(200, 100, 4000, 800, reasoning=40), first=0.5, seconds=1.0, retries=2),
            called(Usage(input=500), failed="aborted", first=9.0, seconds=9.5),
        ]
    )
    assert (total.calls, total.broken, total.unpriced, total.retries) == (3, 1, 0, 2)
    assert total.usage == Usage(1700, 200, 4000, 4800, reasoning=40)
    assert total.hit_rate == 4000 / 10_500
    # 1.7k at $3, 4k at $0.30, 4.8k at $3.75 and 200 at $15 a million.
    assert total.cost == Decimal("0.0273")
    # Without a cache 10.5k at $3 and 200 at $15: $0.0345.
    assert total.saved == Decimal("0.0072")
    assert (total.first, total.speed) == (1.0, 150.0)


def test_nothing_adds_up_to_nothing() -> None:
    assert add_up([]) == Sum()
    assert Sum().hit_rate is None


def test_an_unknown_price_is_counted_and_adds_nothing() -> None:
    total = add_up([called(Usage(1000)), called(Usage(1000), None)])
    assert (total.unpriced, total.cost) == (1, Decimal("0.003"))


def test_what_the_provider_took_wins_and_the_difference_shows() -> None:
    total = add_up([called(Usage(1000, cost=0.004)), called(Usage(1000, cost=0.002), None)])
    assert (total.cost, total.drift, total.unpriced) == (Decimal("0.006"), Decimal("0.001"), 0)


def test_groups_are_in_the_order_of_their_cost() -> None:
    cheap, dear = called(Usage(1)), called(Usage(9))
    groups = grouped([("a", cheap), ("b", dear), ("a", cheap)])
    assert list(groups) == ["b", "a"]
    assert groups["a"].calls == 2


@pytest.mark.parametrize(
    ("price", "cost"),
    [
        (PRICE, "0.00345"),  # written again at $3.75 instead of read at $0.30
        (Price(Rates(input=2, output=8, cache_read=0.5), ""), "0.0015"),
        (Price(Rates(input=2, output=8), ""), "0"),
        (None, None),
    ],
)
def test_a_miss_costs_what_reading_would_have_spared(price: Price | None, cost: str | None) -> None:
    miss = Miss("expired", 1000)
    found = lost(called(Usage(2000), price), miss)
    assert found == (None if cost is None else Decimal(cost))
