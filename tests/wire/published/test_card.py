"""What is read out of a model's row, and what is left where it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.figure import Claims
from ownkey.core.price import Rates, Tier
from ownkey.wire.published import card, look

BARE = Claims(source="far")
FIELDS = {
    part
    for path in (*card.WINDOWS, *card.OUTPUTS, *(one.path for one in card.ABILITIES))
    for part in path.split(".")
} | {"pricing", "metadata", "overrides", "min_prompt_tokens"}
FIELDS |= {name for tariff in card.TARIFFS for name in tariff[:5] if name}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(max_size=4), inner, max_size=6)
    ),
)


def read(row: Any) -> Claims:
    return card.read(row, BARE)


def rates(pricing: dict[str, Any]) -> Rates | None:
    return read({"pricing": pricing}).rates


@given(anything)
def test_no_row_is_too_odd(row: Any) -> None:
    said = read(row)
    assert said.window is None or 256 <= said.window <= 100_000_000
    assert said.max_output is None or 0 < said.max_output <= (said.window or 0)
    for one in filter(None, (said.rates, *(tier.rates for tier in said.tiers))):
        told = (one.input, one.output, one.cache_read, one.cache_write, one.cache_write_1h)
        assert all(rate is None or 0 <= rate <= 10_000 for rate in told)


@given(anything, st.text(max_size=5))
def test_no_list_is_too_odd(rows: Any, name: str) -> None:
    assert isinstance(look.row(rows, name), dict)


@pytest.mark.parametrize(
    "value", [None, True, "131072", -1, 0, 7, 10**12, 4096.5, [4096], {"tokens": 4096}], ids=repr
)
def test_what_is_no_window_is_none(value: Any) -> None:
    assert read({"context_length": value}) == BARE


def test_a_text_is_dollars_for_a_token_and_a_number_for_a_million() -> None:
    text = {"prompt": "0.000003", "completion": "1.5e-5", "input_cache_read": "0.0000003"}
    assert rates(text) == Rates(input=3, output=15, cache_read=0.3)
    assert rates({"input": 0.6, "output": 2}) == Rates(input=0.6, output=2)


@pytest.mark.parametrize(
    "pricing",
    [
        {"prompt": "-1", "completion": "-1"},
        {"prompt": "0.000003"},
        {"prompt": "0.000003", "completion": None},
        {"prompt": "0.000003", "completion": "0"},
        {"prompt": "on request", "completion": "0.000015"},
        {"prompt": "nan", "completion": "nan"},
        {"prompt": "inf", "completion": "1e999999999"},
        {"prompt": "3", "completion": "15"},
        {"input": 0, "output": 0},
        {"input": 2, "output": 8, "currency": "CNY"},
        {"input": True, "output": True},
        {"input": 0.0000006, "output": 0.000002},
        {"prompt": ["0.000003"], "completion": {"usd": 1}},
    ],
    ids=json.dumps,
)
def test_what_is_no_price_is_none(pricing: dict[str, Any]) -> None:
    """In another unit, of a router, half, or of what is not sold by the token."""
    assert rates(pricing) is None


def test_free_is_free_where_it_is_said_so() -> None:
    assert rates({"prompt": "0", "completion": "0"}) == Rates(input=0, output=0)


def test_a_cache_that_costs_nothing_is_one_that_the_list_does_not_know_of() -> None:
    """It is paid for as input, rather than promised to be free."""
    told = {"prompt": "0.000003", "completion": "0.000015", "input_cache_read": "0"}
    assert rates(told) == Rates(input=3, output=15)


def test_long_prompts_cost_what_the_list_says_of_them() -> None:
    pricing = {
        "prompt": "0.000003",
        "completion": "0.000015",
        "overrides": [
            {"min_prompt_tokens": 500_000, "prompt": "0.000009"},
            {"min_prompt_tokens": 200_000, "prompt": "0.000006", "completion": "0.0000225"},
            {"utc_start": 0, "utc_end": 1200, "prompt": "0.000001"},
            {"min_prompt_tokens": 1000, "utc_start": 0, "prompt": "0.000001"},
            "junk",
        ],
    }
    assert read({"pricing": pricing}).tiers == (
        Tier(199_999, Rates(input=6, output=22.5)),
        Tier(499_999, Rates(input=9, output=15)),
    )


def test_a_limit_of_the_answer_is_believed_inside_a_window() -> None:
    assert read({"max_tokens": 128_000}).max_output is None
    assert read({"context_window": 100_000, "max_tokens": 128_000}).max_output is None
    assert read({"context_window": 200_000, "max_tokens": 128_000}).max_output == 128_000


def test_a_tag_that_is_missing_denies_nothing() -> None:
    said = read({"tags": ["reasoning"], "supported_parameters": []})
    assert (said.images, said.tools, said.reasoning) == (None, None, True)


def test_a_model_is_found_by_its_id_before_its_aliases() -> None:
    old = {"id": "m-1", "aliases": ["m", None, 7]}
    new = {"id": "m", "aliases": ["m-1"]}
    assert look.row([old, new], "m") is new
    assert look.row([old], "m") is old
    assert look.row([{"id": "models/gemini-9"}], "gemini-9")
    assert look.row([{"name": "qwen3:latest"}], "qwen3")
    assert look.row([old, new], "other") == {}
