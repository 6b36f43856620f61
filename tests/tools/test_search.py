"""The quick look at a whole text misses nothing that the look at its lines finds."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from ownkey.tools.search import sieve

PIECES = (
    "a", "b", "_", " ", ".", "^", "$", r"\b", r"\B", r"\s", r"\S", r"\n", "[^a]", "(?:b|$)",
    r"\A", r"\Z", "(?<!a)", "(?!b)", "a*", "(a)", "^$",
)  # fmt: skip

PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)


@given(PATTERNS, st.text("ab_ \n\r", max_size=12))
@example(r"\Ab", "a\nb")
@example("^$", "a\n\nb")
@example("a$", "a\r\nb")
def test_nothing_is_missed(pattern: str, text: str) -> None:
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    if text and any(re.search(pattern, line) for line in lines):
        assert sieve(pattern, re.NOFLAG)(text)


def test_what_holds_nothing_is_passed_over() -> None:
    assert not sieve("^two", re.NOFLAG)("one\nthree\n")
