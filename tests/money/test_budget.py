"""A limit is kept before a call is made, and told of before it is reached."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from ownkey.core.call import Call
from ownkey.core.errors import OverBudget
from ownkey.core.message import Usage
from ownkey.core.model import Model, Secret
from ownkey.core.price import Price, Rates
from ownkey.money.budget import LEAST, OUTPUT, Budget, Limit

MODEL = Model(
    id="custom:Far-0",
    name="far-1",
    wire="anthropic",
    base_url="http://127.0.0.1:1",
    display_name="Far",
    key=Secret("test-key-not-real-1"),
    max_output=4_000,
    price=Price(Rates(input=1, output=10, cache_write=2), "the test"),
)


def dollars(amount: str, used: str = "0") -> Limit:
    return Limit("this session", Decimal(amount), Decimal(used))


def spent(usage: Usage, model: Model = MODEL) -> Call:
    return Call(model=model.id, origin=model.origin, usage=usage, price=model.price)


def test_without_a_limit_everything_is_allowed() -> None:
    assert Budget().afford(replace(MODEL, price=None), 10**9).price is None


def test_the_worst_case_must_fit() -> None:
    # 10,000 tokens written to the cache at $2 a million, and 4,000 of output at $10.
    assert Budget([dollars("0.06")]).afford(MODEL, 10_000) is MODEL


def test_the_answer_is_limited_to_what_is_left() -> None:
    # $0.05 less $0.02 for the prompt is 3,000 tokens of output.
    assert Budget([dollars("0.05")]).afford(MODEL, 10_000).max_output == 3_000


def test_an_answer_without_a_limit_gets_one_near_the_end() -> None:
    endless = replace(MODEL, max_output=None)
    assert Budget([dollars("1.0")]).afford(endless, 10_000) is endless
    assert Budget([dollars("0.1")]).afford(endless, 10_000).max_output == 8_000 < OUTPUT


@pytest.mark.parametrize("amount", ["0.019", "0.02", "0.03"])
def test_what_leaves_no_room_for_an_answer_is_not_sent(amount: str) -> None:
    with pytest.raises(OverBudget, match="leaves no room") as stopped:
        Budget([dollars(amount)]).afford(MODEL, 10_000)
    assert "go on in the same session" in stopped.value.hint


@pytest.mark.parametrize(
    ("amount", "shown"), [("5", "$5.00"), ("0.5", "$0.50"), ("0.00025", "$0.00025")]
)
def test_an_amount_is_shown_as_it_is(amount: str, shown: str) -> None:
    assert str(Limit("today", Decimal(amount))) == f"{shown} for today"


def test_the_narrowest_of_several_limits_counts_and_is_named() -> None:
    both = [dollars("100.0"), Limit("today", Decimal(5), used=Decimal("4.999"))]
    with pytest.raises(OverBudget, match=r"\$5\.00 for today"):
        Budget(both).afford(MODEL, 10_000)


def test_what_was_spent_counts_and_is_told_of_once() -> None:
    budget = Budget([dollars("1.0")])
    assert budget.spend(spent(Usage(output=79_999))) == []
    (words,) = budget.spend(spent(Usage(output=1)))
    assert words == "80% of the budget of $1.00 for this session is spent."
    assert budget.spend(spent(Usage(output=1))) == []


def test_tokens_are_counted_where_prices_are_unknown() -> None:
    unpriced = replace(MODEL, price=None)
    budget = Budget([dollars("1.0"), Limit("this session", Decimal(20_000), tokens=True)])
    assert budget.afford(unpriced, 10_000) is unpriced
    budget.spend(spent(Usage(input=10_000, output=2_000), unpriced))
    assert budget.afford(unpriced, 6_000).max_output == 2_000
    with pytest.raises(OverBudget, match="20,000 tokens"):
        budget.afford(unpriced, 8_000 - LEAST + 1)


def test_a_budget_of_money_is_not_held_where_the_price_is_unknown() -> None:
    with pytest.raises(OverBudget, match="price of far-1 is unknown") as stopped:
        Budget([dollars("1.0")]).afford(replace(MODEL, price=None), 10)
    assert "--max-tokens-total" in stopped.value.hint
