"""Word of a silence: when it comes, what it says, and what a byte does to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ownkey.wire.silence import Silence


class Hand:
    """A clock that is turned by hand, with one timer at most."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.timers = 0
        self._due: tuple[float, Callable[[], None]] | None = None
        self._loop = asyncio.new_event_loop()
        self._loop.close()

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None], /) -> asyncio.TimerHandle:
        self.timers += 1
        self._due = when, callback
        return asyncio.TimerHandle(when, callback, (), self._loop)

    def turn(self, seconds: float) -> None:
        end = self.now + seconds
        while self._due and self._due[0] <= end:
            self.now, ring = self._due
            self._due = None
            ring()
        self.now = end


@pytest.fixture
def hand() -> Hand:
    return Hand()


def told(hand: Hand) -> tuple[Silence, list[tuple[float, str]]]:
    words: list[tuple[float, str]] = []
    return Silence("far.example", lambda text: words.append((hand.now - 1000, text)), hand), words


def test_a_silence_is_told_of_after_a_quarter_of_a_minute_and_then_each_minute(hand: Hand) -> None:
    _, words = told(hand)
    hand.turn(14.75)
    assert words == []
    hand.turn(200)
    assert words == [
        (15, "no byte for 15 s from far.example"),
        (60, "no byte for 60 s from far.example"),
        (120, "no byte for 120 s from far.example"),
        (180, "no byte for 180 s from far.example"),
    ]


@pytest.mark.parametrize("at", [3.0, 14.75, 16.0, 61.0, 185.0])
def test_a_byte_begins_a_new_silence(hand: Hand, at: float) -> None:
    silence, words = told(hand)
    hand.turn(at)
    before = len(words)
    silence.heard()
    hand.turn(14.75)
    assert words[before:] == []
    hand.turn(0.5)
    assert words[before:] == [(at + 15, "no byte for 15 s from far.example")]


def test_bytes_set_no_timers(hand: Hand) -> None:
    silence, words = told(hand)
    for _ in range(1000):
        hand.turn(0.1)
        silence.heard()
    assert hand.timers < 20
    assert words == []
