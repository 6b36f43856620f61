from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.screen import Flow, safe, safe_line
from tests.often import OFTEN

INTRODUCERS = ["\x1b[", "\x1b]", "\x1bP", "\x1bX", "\x1b^", "\x1b_", "\x9b", "\x9d", "\x90", "\x1b"]

HOSTILE = st.one_of(
    st.sampled_from(
        [
            *INTRODUCERS,
            *("\x1b\\", "\x9c", "\x07", "\x08", "\r", "\x7f", "\x85", "\x00", "\n", "\t"),
            *("\u202e", "\u2066", "\u200b", "\u200c", "\u200d", "\ufeff", "\u2028", "\u00ad"),
            *("\ufe0f", "\ufe0e", "\U000e0041", "\U000e007f", "\U000e0101", "\ud800", "\udc9b"),
            *("2J", "0;31m", "52;c;aGk=", "\u0645", "\u0928", "\u05d0", "\U0001f469", "\U0001f3fd"),
            *("1", "#", "\u20e3", "\u2764", "x", " "),
        ]
    ),
    st.text(st.characters(codec=None), max_size=3),
)
TEXTS = st.lists(HOSTILE, max_size=40).map("".join)

KEPT_INVISIBLE = {"\u200c", "\u200d", "\ufe0e", "\ufe0f"}
DANGEROUS = {"Cc", "Cs", "Zl", "Zp"}
HARMLESS = set("\n\t")
PREPENDED = {*map(chr, range(0x600, 0x606)), *"\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"}
"""Format characters that are seen: signs that stand around numbers."""

EGYPTIAN = {*map(chr, range(0x13430, 0x13460))}
"""Format characters that arrange hieroglyphs."""


def forbidden(text: str) -> set[str]:
    return {sign for sign in text if _is_forbidden(sign)}


def _is_forbidden(sign: str) -> bool:
    if sign in HARMLESS | KEPT_INVISIBLE | PREPENDED | EGYPTIAN:
        return False
    return unicodedata.category(sign) in DANGEROUS | {"Cf"}


@OFTEN
@given(TEXTS)
def test_nothing_forbidden_is_left_of_any_text(text: str) -> None:
    shown = safe(text)
    assert forbidden(shown) == set()
    shown.encode("utf-8")


@OFTEN
@given(TEXTS)
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@OFTEN
@given(TEXTS, st.lists(st.integers(0, 60), max_size=6))
def test_cutting_a_text_anywhere_changes_nothing(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    flow = Flow()
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert "".join([*map(flow.add, pieces), flow.rest()]) == safe(text)


@OFTEN
@given(TEXTS)
def test_a_safe_line_is_one_line(text: str) -> None:
    assert len(safe_line(text).splitlines()) <= 1


def test_every_character_alone_is_shown_or_marked() -> None:
    every = (chr(number) for number in range(0x110000))
    assert {sign for one in every for sign in forbidden(safe(one))} == set()


def test_every_character_that_has_a_look_is_kept() -> None:
    seen = {"L", "N", "P", "S"}
    fillers = {"\u115f", "\u1160", "\u3164", "\uffa0"}
    lost = [
        one
        for one in map(chr, range(0x110000))
        if unicodedata.category(one)[0] in seen and one not in fillers and safe(one) != one
    ]
    assert lost == []


@pytest.mark.parametrize(
    "text",
    [
        "plain text\n\twith a tab",
        "na\u00efve \u4f60\u597d \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
        "\u0645\u06cc\u200c\u0631\u0648\u062f",  # Persian, spelled with a non-joiner
        "\u0915\u094d\u200d\u0937",  # Hindi, with a joiner
        "\U0001f469\U0001f3fd\u200d\U0001f4bb",  # a woman who codes
        "\U0001f469\u200d\u2764\ufe0f\u200d\U0001f468",
        "1\ufe0f\u20e3 and \u2764\ufe0f",
        "\U0001f1e9\U0001f1ea",  # a flag
        "e\u0301",  # an accent of its own
    ],
)
def test_what_people_write_stays_readable(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[H", ""),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://evil.example\x1b\\words\x1b]8;;\x1b\\", "words"),
        ("\x1b]52;c;aGk=\x07", ""),
        ("\x1bP$q m\x1b\\", ""),  # DECRQSS
        ("\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\", ""),
        ("\x9b2Ja\x9d0;b\x9cc", "ac"),
        ("\x1b[21t", ""),  # asks for the title
        ("\x1b[201~rm", "rm"),  # ends a bracketed paste
        ("\x1b]0;no end\nnext", "0;no end\nnext"),
        ("\x1b(0\x0e", ""),  # line drawing instead of letters
        ("a\x08b\rc\x7f", "abc"),
        ("\x1b\x1b[31m[31m", "[31m"),
        ("\x1b[\x1b[31m1m", "1m"),
        ("ab\u202edc\u202c", "ab\ufffddc\ufffd"),
        ("a\u200bb\ufeffc", "a\ufffdb\ufffdc"),
        ("rm\u200d -rf", "rm\ufffd -rf"),
        ("\U0001f600\u200d\u200d", "\U0001f600\u200d\ufffd"),
        ("x\U000e0068\U000e0069", "x\ufffd\ufffd"),
        ("\ud83d alone", "\ufffd alone"),
        ("\u2028line", "\ufffdline"),
    ],
)
def test_what_a_terminal_would_obey_is_gone(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize("start", INTRODUCERS)
def test_a_great_many_beginnings_take_no_great_time(start: str) -> None:
    safe(start * 200_000)
    flow = Flow()
    for _ in range(2_000):
        flow.add(start * 10)
