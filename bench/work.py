"""Long work: what a turn costs when a conversation has become long, and what is left of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from bench import turns
from bench.figure import Figure
from bench.process import Cost, medians, python, run
from bench.stage import WIRES, Stage

TURNS = (50, 200, 1_000)
EARLY, LATE = slice(5, 45), slice(-100, None)
"""Turns 5 to 45, and the last hundred."""

PART = "".join(f"line {number} of the part that is read\n" for number in range(20))
MILLI = 1e3
MS = "ms of CPU"
KIB = 1024


class Turns(NamedTuple):
    cost: Cost
    costs: list[float]
    """Milliseconds of processor from each request to the next."""
    sent: list[float]
    """Of these, until the request was sent and the head of its answer had come."""
    body: float
    """Bytes of the last request."""


def measure(stage: Stage) -> Iterator[Figure]:
    (stage.work / "part").write_text(PART, "utf-8")
    for wire in WIRES:
        yield from _of_wire(stage, wire)
    yield from _kept(stage)


def _of_wire(stage: Stage, wire: str) -> Iterator[Figure]:
    held = [_hold(stage, wire, count) for count in TURNS]
    for count, one in zip(TURNS, held, strict=True):
        yield Figure(f"{wire}: a turn, of {count:,}", median(one.costs), MS, most=4.4)
    shortest, longest = held[0], held[-1]
    early, late = (median(longest.costs[part]) for part in (EARLY, LATE))
    more = median(longest.sent[LATE]) - median(longest.sent[EARLY])
    yield Figure("its last turns", late, MS, early, "its first")
    yield Figure("of these, to send so many more bytes", more, MS)
    yield Figure("what else they cost", late - more, MS, early, "its first", most=1.3)
    grown = (longest.cost.peak - shortest.cost.peak) / (TURNS[-1] - TURNS[0])
    size = longest.body / TURNS[-1]
    yield Figure("memory for a turn", grown * KIB, "KiB", size / KIB, "its JSON", most=8)


def _hold(stage: Stage, wire: str, count: int) -> Turns:
    marks = stage.home / "marks"
    settings = stage.settings(f"tools-{count}", wire)
    task = ["exec", "--max-steps", str(count + 1), "--settings", settings, "Go on."]
    cost = run(stage.command(python(turns.__file__, str(marks), *task)))
    rows = [[*map(float, line.split())] for line in marks.read_text("utf-8").splitlines()]
    return Turns(
        cost,
        [(after[0] - before[0]) * MILLI for before, after in pairwise(rows)],
        [(headed - began) * MILLI for began, headed, _ in rows],
        rows[-1][-1],
    )


def _kept(stage: Stage) -> Iterator[Figure]:
    """Of the last conversation held: its journal, and what it takes to go on with it."""
    (journal, *_) = sorted(stage.home.glob("state/**/*.jsonl"), key=os.path.getmtime, reverse=True)
    turn = journal.stat().st_size / TURNS[-1]
    yield Figure(f"journal of {TURNS[-1]:,} turns, for each", turn / KIB, "KiB")
    goes_on, begins = medians(stage.task("text-1", "-s", journal.stem), stage.task("text-1"))
    taken = (goes_on.cpu - begins.cpu) * MILLI
    yield Figure(f"to go on after {TURNS[-1]:,} turns, CPU", taken, "ms", most=300)
