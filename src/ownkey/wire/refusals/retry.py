"""When to ask a provider again, and when to leave it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ownkey.core.errors import BadCall, BrokenStream, ProviderError, Unreachable

FIRST = 0.5
"""Seconds before the first retry; each later one waits twice as long (wire-facts 1D)."""

LONGEST = 8.0
"""Seconds a wait of our own choosing grows to."""

JITTER = 0.25
"""The share of a wait taken off at random, so that many clients do not come back at once."""

PATIENCE = 60.0
"""Seconds a provider may ask for. A longer wish is the person's to decide: a limit that
opens tomorrow is not waited for in silence."""

RETRIES = 8
"""Retries of one request: about forty seconds, which outlasts a restart behind a load
balancer and the reset of a per-second limit."""

FEWER: dict[type[ProviderError], int] = {
    # A wrong address or a server that is not running should be said soon: 7.5 seconds.
    Unreachable: 4,
    # The prompt is paid for again each time, and what breaks thrice breaks always.
    BrokenStream: 2,
    # Most models write the call as they should the second time; some never do.
    BadCall: 1,
}

BROKEN_OFF = 2
"""Retries after part of an answer came, whatever broke it off: it was paid for."""

ENOUGH = 300.0
"""Seconds that all waits for one request may add up to."""


class Retries:
    """Those of one request."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._waited = 0.0
        self.made = 0
        self._broken_off = 0

    def next(self, error: ProviderError, *, begun: bool) -> float | None:
        """Seconds to wait before asking again, or None to give up. `begun`: part of the
        answer had come."""
        wait = delay(error, self.made, self._random)
        if wait is None or self._waited + wait > ENOUGH:
            return None
        if begun and self._broken_off == BROKEN_OFF:
            return None
        self._waited += wait
        self.made += 1
        self._broken_off += begun
        return wait


def delay(error: ProviderError, attempt: int, random: Callable[[], float]) -> float | None:
    """Seconds to wait before asking again, or None to give up.

    `attempt` counts the retries already made; `random` gives numbers in [0, 1). A wait
    is never shorter than what the provider asked for.
    """
    again = error.transient if error.should_retry is None else error.should_retry
    asked = error.retry_after or 0.0
    if not again or attempt >= FEWER.get(type(error), RETRIES) or asked > PATIENCE:
        return None
    backoff = min(FIRST * 2.0**attempt, LONGEST) * (1 - JITTER * random())
    return max(asked, backoff)


def wish(headers: Mapping[str, str], text: str) -> float | None:
    """Seconds the provider wants to be left alone for, from the first place that says."""
    wishes = (
        _number(headers.get("retry-after-ms", ""), 0.001),
        _number(headers.get("retry-after", "")),
        _until(headers.get("retry-after", ""), headers.get("date", "")),
        _wish_in_words(text),
    )
    return next((wish for wish in wishes if wish is not None), None)


_RETRY_IN = re.compile(
    r"(?:retry|try again) (?:in|after) (?=\d)"
    r"(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m(?!s))?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?) ?(?P<unit>ms|s))?",
    re.IGNORECASE,
)


def _number(text: str, unit: float = 1.0) -> float | None:
    try:
        seconds = float(text) * unit
    except ValueError:
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _until(date: str, now: str) -> float | None:
    """Seconds to an HTTP date, by the server's clock where it gives one."""
    try:
        moment = parsedate_to_datetime(date)
        today = parsedate_to_datetime(now) if now else datetime.now(UTC)
        return max((moment - today).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def _wish_in_words(text: str) -> float | None:
    """Gemini, Groq and OpenAI put it into the message: `Please try again in 6m0.5s`."""
    found = _RETRY_IN.search(text)
    if not found or not any(found.groups()):
        return None
    parts = found.groupdict(default="0")
    seconds = float(parts["seconds"]) * (0.001 if parts["unit"] == "ms" else 1.0)
    return float(parts["hours"]) * 3600 + float(parts["minutes"]) * 60 + seconds
