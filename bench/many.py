"""Many conversations at once in one process: what each token costs, and how late it is."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bench import crowd
from bench.figure import Figure
from bench.process import output, python
from bench.stage import Stage

COUNTS = (1, 10, 100, 500)
RATE = 100
"""Tokens a second, each."""
SECONDS = 10

MICRO, MILLI, KIB = 1e6, 1e3, 1024


def measure(stage: Stage) -> Iterator[Figure]:
    """Against one conversation alone. At five hundred, the far side cannot keep its own pace
    beside them on few processors: then the delay is of both."""
    first: dict[str, float] | None = None
    for count in COUNTS:
        held = _held(stage, count)
        first = first or held
        token, alone = (one["cpu"] * MICRO / (RATE * SECONDS) for one in (held, first))
        what = f"{count:,} at {RATE} tokens/s"
        yield Figure(f"{what}: CPU of a token", token / count, "µs", alone, "one", most=1.5)
        yield Figure("delay, 95 of 100", held["delay"] * MILLI, "ms")
        if count > 1:
            grown = (held["peak"] - first["peak"]) / (count - 1)
            yield Figure("memory of one more", grown * KIB, "KiB")


def _held(stage: Stage, count: int) -> dict[str, float]:
    numbers = map(str, (count, RATE * SECONDS, RATE))
    held: dict[str, float] = json.loads(
        output(stage.command(python(crowd.__file__, stage.url, *numbers)))
    )
    return held
