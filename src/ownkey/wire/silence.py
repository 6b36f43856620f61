"""Word that an answer is awaited, when not a byte of it has come for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Protocol

FIRST = 15.0
"""Seconds of silence before the first word."""

AGAIN = 60.0
"""Seconds of silence before the second, and from each word to the next."""

Body = AsyncGenerator[bytes]


class Clock(Protocol):
    """The part of an event loop that is needed here."""

    def time(self) -> float: ...
    def call_at(self, when: float, callback: Callable[[], None], /) -> asyncio.TimerHandle: ...


class Silence:
    """Since the last byte. A byte costs one look at the clock: the one timer there is finds
    out how late it is when it goes off."""

    def __init__(self, host: str, tell: Callable[[str], None], clock: Clock) -> None:
        self._host = host
        self._tell = tell
        self._clock = clock
        self._heard = clock.time()
        self._words = 0
        """Told in this silence."""
        self._timer = clock.call_at(self._heard + FIRST, self._ring)

    def heard(self) -> None:
        self._heard = self._clock.time()
        self._words = 0

    def end(self) -> None:
        self._timer.cancel()

    def _ring(self) -> None:
        now = self._clock.time()
        if now >= self._heard + self._wait:
            self._tell(f"no byte for {self._wait:g} s from {self._host}")
            self._words += 1
        # No later, for a byte may have come by then, and a new silence begun.
        due = min(self._heard + self._wait, now + FIRST)
        self._timer = self._clock.call_at(due, self._ring)

    @property
    def _wait(self) -> float:
        return self._words * AGAIN or FIRST


@contextmanager
def watched(
    host: str, tell: Callable[[str], None], clock: Clock | None = None
) -> Iterator[Silence]:
    silence = Silence(host, tell, clock or asyncio.get_running_loop())
    try:
        yield silence
    finally:
        silence.end()


async def heard(body: Body, silence: Silence) -> Body:
    """The body as it comes, each piece of which breaks the silence."""
    async with aclosing(body):
        async for chunk in body:
            silence.heard()
            yield chunk
