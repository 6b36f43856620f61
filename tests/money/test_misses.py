"""A prompt that is paid for twice is explained, and one that is not is left in peace."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ownkey.core.call import Cause, Miss
from ownkey.core.message import Text, Usage, User
from ownkey.core.model import Model, Prompt, Secret, Spec
from ownkey.core.quirks import Quirks
from ownkey.money.misses import SLACK, Watch

MODEL = Model(
    id="custom:Big-0",
    name="big-1",
    wire="anthropic",
    base_url="https://api.example.test",
    display_name="Big",
    key=Secret("test-key-not-real-1"),
    quirks=Quirks(cache="markers", cache_minimum=1024, cache_lifetime=300.0),
)
OTHER = replace(MODEL, name="big-2")
SPEC = Spec("ls", "List a folder.", {"type": "object"})


def said(*words: str) -> tuple[User, ...]:
    return tuple(User((Text(one),)) for one in words)


FIRST = Prompt(system="s", messages=said("one"), tools=(SPEC,), effort="low")
THEN = replace(FIRST, messages=said("one", "two"))

WRITTEN = Usage(input=10, cache_write=4990)
LOST = Usage(input=10, cache_write=5990)


def miss(model: Model, prompt: Prompt, usage: Usage, after: float = 60.0) -> Miss | None:
    watch = Watch()
    assert watch.missed(MODEL, FIRST, WRITTEN, 0.0) is None
    return watch.missed(model, prompt, usage, after)


@pytest.mark.parametrize(
    ("cause", "model", "prompt", "after"),
    [
        ("model", OTHER, THEN, 60.0),
        ("model", OTHER, replace(THEN, tools=()), 9999.0),
        ("effort", MODEL, replace(THEN, effort="high"), 60.0),
        ("tools", MODEL, replace(THEN, tools=()), 60.0),
        ("system", MODEL, replace(THEN, system="t"), 60.0),
        ("history", MODEL, replace(THEN, messages=said("summary", "two")), 60.0),
        ("history", MODEL, replace(THEN, messages=()), 60.0),
        ("expired", MODEL, THEN, 301.0),
        ("provider", MODEL, THEN, 299.0),
    ],
)
def test_a_miss_has_a_cause(cause: Cause, model: Model, prompt: Prompt, after: float) -> None:
    assert miss(model, prompt, LOST, after) == Miss(cause, 5000)


def test_an_hour_is_longer_than_five_minutes() -> None:
    patient = replace(MODEL, cache_ttl="1h")
    assert miss(patient, THEN, LOST, 3599.0) == Miss("provider", 5000)
    assert miss(patient, THEN, LOST, 3601.0) == Miss("expired", 5000)


def test_a_prompt_below_the_minimum_is_not_cached() -> None:
    strict = replace(MODEL, quirks=replace(MODEL.quirks, cache_minimum=8192))
    assert miss(strict, THEN, Usage(6000)) == Miss("minimum", 5000)


@pytest.mark.parametrize("read", [5000, 5000 - SLACK, 9000])
def test_what_was_read_is_no_miss(read: int) -> None:
    assert miss(MODEL, THEN, Usage(input=1000, cache_read=read)) is None


def test_half_a_miss_is_one() -> None:
    assert miss(MODEL, THEN, Usage(input=3000, cache_read=2000)) == Miss("provider", 3000)


def test_after_a_compaction_only_what_is_left_can_be_lost() -> None:
    short = replace(THEN, messages=said("summary"))
    assert miss(MODEL, short, Usage(input=900)) == Miss("history", 900)


def test_an_endpoint_that_never_reports_a_cache_is_not_blamed() -> None:
    silent = replace(MODEL, quirks=Quirks())
    watch = Watch()
    assert watch.missed(silent, FIRST, Usage(5000), 0.0) is None
    assert watch.missed(silent, THEN, Usage(6000), 1.0) is None
    assert watch.missed(silent, THEN, Usage(100, cache_read=5900), 2.0) is None
    assert watch.missed(silent, THEN, Usage(6000), 3.0) == Miss("provider", 6000)


def test_an_answer_that_was_not_counted_is_passed_over() -> None:
    watch = Watch()
    watch.missed(MODEL, FIRST, WRITTEN, 0.0)
    assert watch.missed(OTHER, THEN, Usage(), 1.0) is None
    assert watch.missed(MODEL, THEN, Usage(input=10, cache_read=4990), 2.0) is None
