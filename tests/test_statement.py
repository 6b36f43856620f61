"""What a person reads of what was spent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from inline_snapshot import snapshot

from ownkey import statement
from ownkey.core.call import Call, Miss
from ownkey.core.message import Origin, Usage
from ownkey.core.price import Price, Rates
from ownkey.money.ledger import grouped

PRICE = Price(Rates(input=3, output=15, cache_read=0.3, cache_write=3.75), "the test")
BIG = Origin("anthropic", "api.example.test", "big-1")
SMALL = Origin("openai", "127.0.0.1:11434", "a-model-with-a-name-that-is-rather-long")

CALLS = (
    Call(model="m", origin=BIG, usage=Usage(1204, 310, 0, 9310), price=PRICE, first=0.8, seconds=4),
    Call(
        model="m",
        origin=BIG,
        usage=Usage(12, 1800, 10514, 2200, reasoning=900),
        price=PRICE,
        first=1.2,
        seconds=21.2,
        retries=1,
    ),
    Call(
        model="m",
        origin=BIG,
        usage=Usage(40, 25, 0, 14500),
        price=PRICE,
        miss=Miss("expired", 12_714),
    ),
    Call(model="n", origin=SMALL, usage=Usage(15_000, 20), failed="aborted"),
)


def test_a_conversation_in_lines() -> None:
    assert "\n".join(statement.of_calls(CALLS, bars=True)) == snapshot("""\
MODEL             CALLS UNCACHED     READ  WRITTEN    HIT   OUTPUT       USD
big-1                 3    1,256    10.5k    26.0k  27.8%    2,135   $0.1365
a-model-with-a-…      1    15.0k        0        0   0.0%       20   unknown
total                 4    16.3k    10.5k    26.0k  19.9%    2,155  $0.1365+

Saved by caching: $0.0089 of $0.1454, premiums of writing included.
Reasoning: 900 of the output.
First content after 1.0 s, then 93 tokens/s (medians).
Asked again once.
1 answer broke off: what the provider did not tell of that is not in here.
The price is unknown for 1 of 4 calls: give "pricing" in the model's entry.
Prompt by call: ▆▇██
Missed the cache: the cache had forgotten it by then (12.7k tokens, $0.0439).\
""")


def test_a_conversation_without_a_call() -> None:
    assert list(statement.of_calls((), bars=True)) == ["No model was asked yet."]


def test_no_line_is_wider_than_a_terminal() -> None:
    huge = Call(model="m", origin=SMALL, usage=Usage(*[10**9] * 4), price=PRICE)
    lines = statement.of_groups(grouped([("x" * 99, huge), ("y", huge)]), "PROJECT")
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0.00"),
        ("0.00004", "<$0.0001"),
        ("0.00421", "$0.0042"),
        ("0.999", "$0.9990"),
        ("1.276", "$1.28"),
        ("12345.6", "$12,345.60"),
        ("-0.5", "-$0.5000"),
    ],
)
def test_money_has_the_places_that_matter(amount: str, shown: str) -> None:
    assert statement.dollars(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0"), (9_999, "9,999"), (12_340, "12.3k"), (1_250_000, "1.25M")]
)
def test_tokens_are_short(count: int, shown: str) -> None:
    assert statement.tokens(count) == shown
