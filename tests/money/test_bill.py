"""What calls cost: every figure here was computed by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ownkey.core.message import Usage
from ownkey.core.price import Price, Rates, Tier
from ownkey.money.bill import bill

SONNET = Price(
    Rates(input=3, output=15, cache_read=0.3, cache_write=3.75, cache_write_1h=6),
    "the test",
    tiers=(
        Tier(
            200_000,
            Rates(input=6, output=22.5, cache_read=0.6, cache_write=7.5, cache_write_1h=12),
        ),
    ),
)
PLAIN = Price(Rates(input=0.1, output=0.4), "the test")


@pytest.mark.parametrize(
    ("usage", "price", "total", "saved"),
    [
        (Usage(input=100_000), SONNET, "0.3", "0"),  # not cached: nothing saved
        (Usage(input=1000, output=100), SONNET, "0.0045", "0"),
        (Usage(cache_read=10_000), SONNET, "0.003", "0.027"),  # 0.03 without a cache
        (Usage(cache_write=10_000), SONNET, "0.0375", "-0.0075"),  # the premium of a write
        (Usage(cache_write=10_000, cache_write_1h=10_000), SONNET, "0.06", "-0.03"),
        (Usage(cache_write=10_000, cache_write_1h=4_000), SONNET, "0.0465", "-0.0165"),
        (Usage(1, 1, 1, 1), SONNET, "0.00002205", "0.00000195"),
        (Usage(input=200_000), SONNET, "0.6", "0"),  # the tier begins above its bound
        (Usage(input=200_001), SONNET, "1.200006", "0"),
        (Usage(input=1, cache_read=200_000, output=2), SONNET, "0.120051", "1.08"),
        (Usage(10, 10, 10, 10), PLAIN, "0.000007", "0"),  # rates that are not told are input's
        (Usage(), SONNET, "0", "0"),
        (Usage(input=10, cost=0.25), SONNET, "0.25", "0"),  # the provider's figure wins
    ],
)
def test_a_call_costs_what_its_tokens_do(
    usage: Usage, price: Price, total: str, saved: str
) -> None:
    made = bill(usage, price)
    assert made is not None
    assert (made.total, made.saved) == (Decimal(total), Decimal(saved))


def test_a_price_that_is_unknown_is_no_price_of_nothing() -> None:
    assert bill(Usage(input=1000), None) is None


def test_what_the_provider_took_is_known_without_a_price() -> None:
    made = bill(Usage(input=1000, cost=0.1), None)
    assert made is not None
    assert (made.total, made.saved, made.drift) == (Decimal("0.1"), None, None)


def test_the_providers_figure_shows_how_far_the_price_is_off() -> None:
    made = bill(Usage(input=1000, cost=0.0035), SONNET)
    assert made is not None
    assert made.drift == Decimal("0.0005")


def test_a_million_of_the_smallest_calls_add_up_exactly() -> None:
    made = bill(Usage(input=1), PLAIN)
    assert made is not None
    assert made.total * 1_000_000 == sum([made.total] * 1_000_000) == Decimal("0.1")
