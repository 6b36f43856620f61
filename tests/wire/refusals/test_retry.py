"""When a request is sent again, how long after, and when not."""

from __future__ import annotations

import pytest

from ownkey.core.errors import (
    BadRequest,
    BrokenStream,
    KeyRefused,
    OutOfCredit,
    Overloaded,
    ProviderError,
    RateLimited,
    Unreachable,
)
from ownkey.wire.refusals.retry import ENOUGH, Retries, delay, wish

DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


def lowest() -> float:
    return 0.0


def highest() -> float:
    return 1.0


def test_waits_double_up_to_eight_seconds() -> None:
    waits = [delay(Overloaded("down"), attempt, lowest) for attempt in range(9)]
    assert waits == [0.5, 1, 2, 4, 8, 8, 8, 8, None]


def test_chance_takes_up_to_a_quarter_off() -> None:
    assert delay(Overloaded("down"), 2, highest) == pytest.approx(1.5)


@pytest.mark.parametrize(("error", "retries"), [(Unreachable("no"), 4), (BrokenStream("no"), 2)])
def test_what_is_costly_or_hopeless_is_tried_less(error: ProviderError, retries: int) -> None:
    assert delay(error, retries - 1, lowest) is not None
    assert delay(error, retries, lowest) is None


def test_an_answer_that_breaks_off_is_asked_for_twice_more_whatever_breaks_it() -> None:
    retries = Retries(lowest)
    waits = [retries.next(Overloaded("down"), begun=begun) for begun in (False, True, True, True)]
    assert waits == [0.5, 1, 2, None]


def test_the_waits_for_one_request_are_bounded_together() -> None:
    retries = Retries(lowest)
    slow = RateLimited("slow", retry_after=ENOUGH / 6)
    waits = [retries.next(slow, begun=False) for _ in range(7)]
    assert waits == [*[ENOUGH / 6] * 6, None]


@pytest.mark.parametrize("error", [KeyRefused("no"), BadRequest("no"), OutOfCredit("no")])
def test_what_cannot_succeed_is_not_tried(error: ProviderError) -> None:
    assert delay(error, 0, lowest) is None


def test_the_providers_word_overrides_the_kind_of_error() -> None:
    assert delay(Overloaded("down", should_retry=False), 0, lowest) is None
    assert delay(BadRequest("no", should_retry=True), 0, lowest) == 0.5


@pytest.mark.parametrize(
    ("asked", "waited"), [(None, 0.5), (0.0, 0.5), (7.0, 7.0), (60.0, 60.0), (60.1, None)]
)
def test_a_wish_is_kept_unless_it_is_too_long(asked: float | None, waited: float | None) -> None:
    assert delay(RateLimited("slow", retry_after=asked), 0, highest) in (waited, 0.375)
    assert delay(RateLimited("slow", retry_after=asked), 0, lowest) == waited


@pytest.mark.parametrize(
    ("headers", "text", "seconds"),
    [
        ({"retry-after": "7"}, "", 7.0),
        ({"retry-after": "0.25"}, "", 0.25),
        ({"retry-after-ms": "1500", "retry-after": "9"}, "", 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, "", 9.0),
        ({"retry-after": "-3"}, "", 0.0),
        ({"retry-after": "1e9"}, "", 1e9),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "inf"}, "", None),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": DATE, "date": "Wed, 21 Oct 2026 07:27:30 GMT"}, "", 30.0),
        ({"retry-after": DATE, "date": "Wed, 21 Oct 2026 07:29:30 GMT"}, "", 0.0),
        ({"retry-after": DATE, "date": "today"}, "", None),
        ({"retry-after": "Mon, 01 Jan 2001 00:00:00 GMT"}, "", 0.0),
        ({}, "Quota exceeded. Please retry in 34.07s.", 34.07),
        ({}, "Please try again in 250ms.", 0.25),
        ({}, "Please try again in 6m0.5s.", 360.5),
        ({}, "Please retry after 1h2m3s", 3723.0),
        ({}, "Please retry after 5m", 300.0),
        ({}, "Please try again in 2 days.", None),
        ({"retry-after": "2"}, "Please retry in 34s.", 2.0),
        ({}, "Please try again.", None),
    ],
)
def test_a_wish_is_read_in_every_form(
    headers: dict[str, str], text: str, seconds: float | None
) -> None:
    assert wish(headers, text) == seconds
