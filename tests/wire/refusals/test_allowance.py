"""The figures of a limit are shown as the provider named them."""

from __future__ import annotations

import pytest

from ownkey.wire.refusals import allowance


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, ""),
        ({"content-type": "text/plain", "x-request-id": "1"}, ""),
        ({"Retry-After": "120"}, "It says retry-after: 120."),
        (
            {"x-ratelimit-limit-tokens": "6000", "x-ratelimit-remaining-tokens": "0"},
            "It says x-ratelimit-remaining-tokens: 0, x-ratelimit-limit-tokens: 6000.",
        ),
        (
            {"anthropic-ratelimit-requests-remaining": "0"},
            "It says anthropic-ratelimit-requests-remaining: 0.",
        ),
    ],
)
def test_what_is_left_comes_first(headers: dict[str, str], words: str) -> None:
    assert allowance.told(headers) == words


def test_many_figures_and_long_ones_are_cut() -> None:
    many = {f"x-ratelimit-limit-{number:02}": "9" * 999 for number in range(20)}
    words = allowance.told(many)
    assert words.count("x-ratelimit-limit-") == 6
    assert len(words) < 600
