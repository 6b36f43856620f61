"""What may carry requests, each under the same least client: how the transport was chosen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec

from bench.figure import Figure
from bench.process import medians, python
from bench.stage import Stage
from bench.start import FLOORS, minimal
from bench.stream import MICRO, PIECES

CARRIERS = {"httpx2": "httpx2", "aiohttp": "aiohttp", "pyreqwest": "pyreqwest", "ours": "httptools"}
"""By what has to be installed."""


def measure(stage: Stage) -> Iterator[Figure]:
    scenes = [f"{stage.url}/text-{count}/v1/chat/completions" for count in (1, PIECES)]
    floors = minimal(stage, "text-1"), minimal(stage, f"text-{PIECES}")
    for name, module in CARRIERS.items():
        if find_spec(module) is None:
            continue
        runs = [stage.command(python(str(FLOORS / "carried.py"), name, url)) for url in scenes]
        try:
            one, all_its, least, all_of_least = medians(*runs, *floors)
        except RuntimeError as error:
            print(f"{name} failed: {error}", file=sys.stderr)
            continue
        yield Figure(f"{name}: one line", one.cpu, "s of CPU", least.cpu, "minimal client")
        yield Figure("its peak", one.peak, "MiB", least.peak, "minimal client")
        piece, floor = (
            (long.cpu - short.cpu) / PIECES * MICRO
            for long, short in ((all_its, one), (all_of_least, least))
        )
        yield Figure("a piece", piece, "µs of CPU", floor, "minimal client")
