"""An entry's own price: what it means, and each fault told at its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ownkey.config import models
from ownkey.config.settings import load
from ownkey.core.price import Price, Rates, Tier

Write = Callable[..., Path]
MakeEntry = Callable[..., dict[str, Any]]

HOW = 'Write it like {"input": 3, "output": 15, "cacheRead": 0.3}: USD for a million tokens.'
HOW_ABOVE = 'Write it like "above": {"200000": {"input": 6, "output": 22.5}}.'
RATE = "US dollars for a million tokens, 0 or more"
NAMES = "input, output, cacheRead, cacheWrite, cacheWrite1h"

FAULTS = [
    ("▸{}", [f"pricing has no input. {HOW}", f"pricing has no output. {HOW}"]),
    ('▸{"input": 3}', [f"pricing has no output. {HOW}"]),
    ('▸{"input": null, "output": 1}', [f"pricing has no input. {HOW}"]),
    ('{"input": ▸-1, "output": 1}', [f"input must be {RATE}, not -1."]),
    (
        '{"input": ▸"3", "output": 1}',
        [f"input must be {RATE}, not a string. Write it without quotes."],
    ),
    ('{"input": 3, "output": ▸true}', [f"output must be {RATE}, not true."]),
    (
        '{"input": 3, "output": 15, ▸"cacheReed": 0.3}',
        [f"Unknown rate 'cacheReed': did you mean 'cacheRead'? Use some of: {NAMES}, above."],
    ),
    (
        '{"input": 3, "output": 15, ▸"perImage": 0.3}',
        [f"Unknown rate 'perImage'. Use some of: {NAMES}, above."],
    ),
    (
        '{"input": 3, "output": 15, "above": ▸200000}',
        [f"above must be an object, not a number. {HOW_ABOVE}"],
    ),
    (
        '{"input": 3, "output": 15, "above": {▸"200k": {"input": 6}}}',
        [f"'200k' is no number of tokens. {HOW_ABOVE}"],
    ),
    (
        '{"input": 3, "output": 15, "above": {"200000": ▸6}}',
        [f"200000 must be an object, not a number. {HOW_ABOVE}"],
    ),
    (
        '{"input": 3, "output": 15, "above": {"200000": {▸"above": {}}}}',
        [f"Unknown rate 'above'. Use some of: {NAMES}."],
    ),
    (
        '{"input": 3, "output": 15, "above": {"200000": {"output": ▸[]}}}',
        [f"output must be {RATE}, not an array."],
    ),
]


def priced(write: Write, text: str) -> Path:
    return write(
        '{"customModels": [{"model": "m", "baseUrl": "https://a.example/v1", "apiKey":'
        ' "test-key-not-real-1", "provider": "openai",\n"pricing": ' + text + "}]}"
    )


def test_every_rate_is_read_and_a_tier_is_completed_from_below(folder: Path, write: Write) -> None:
    path = priced(
        write,
        '{"input": 3, "output": 15.5, "cacheRead": 0, "cacheWrite": 3.75, "cacheWrite1h": 6,'
        ' "above": {"500000": {"output": 99}, "200000": {"input": 6, "cacheRead": 0.6}}}',
    )
    (model,) = load(folder, {}).models
    rates = {"output": 15.5, "cache_write": 3.75, "cache_write_1h": 6}
    assert model.price == Price(
        Rates(input=3, cache_read=0, **rates),
        f"{path}:2:12",
        (
            Tier(200_000, Rates(input=6, cache_read=0.6, **rates)),
            Tier(500_000, Rates(input=3, cache_read=0, **{**rates, "output": 99})),
        ),
    )


@pytest.mark.parametrize(("marked", "words"), FAULTS)
def test_a_fault_is_told_at_its_place(
    folder: Path, write: Write, marked: str, words: list[str]
) -> None:
    path = priced(write, marked.replace("▸", ""))
    column = len('"pricing": ') + marked.index("▸") + 1
    loaded = load(folder, {})
    assert [str(one) for one in loaded.diagnostics] == [f"{path}:2:{column}: {w}" for w in words]
    assert loaded.models == ()


def test_of_a_price_and_a_likeness_the_price_counts(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(priceLike="gpt-4o", pricing={"input": 1, "output": 2})]})
    loaded = load(folder, {})
    assert [re.sub(r"^\S+ ", "", str(one)) for one in loaded.diagnostics] == [
        "pricing and priceLike are both given; pricing counts. Remove one of them."
    ]
    (model,) = loaded.models
    assert model.price is not None


def test_a_likeness_means_another_entry_by_any_of_its_names(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    one = entry(model="m-1", displayName="One", priceLike="Two")
    write({"customModels": [one, entry(model="m-2", displayName="Two", priceLike="m-2")]})
    loaded = load(folder, {})
    first, second = loaded.models
    assert models.like(loaded, first) == second
    assert models.like(loaded, second) is None, "nothing is like itself"
