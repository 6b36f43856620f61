"""A long answer at full speed: what each piece of it costs, besides the process itself."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figure import Figure
from bench.process import medians
from bench.stage import WIRES, Stage
from bench.start import minimal

PIECES = 20_000
MICRO = 1e6
BOUND = 0.85


def measure(stage: Stage) -> Iterator[Figure]:
    for wire in WIRES:
        for form in ("text", "stream-json"):
            ours, floor = _each(stage, wire, form)
            what = f"`exec -o {form}`, {wire}: CPU of a piece"
            yield Figure(what, ours, "µs", floor, "minimal client", most=BOUND)


def _each(stage: Stage, wire: str, form: str) -> tuple[float, float]:
    """Microseconds of a piece, ours and of the minimal client in the same minute."""
    one, all_ours, least, all_theirs = (
        cost.cpu
        for cost in medians(
            stage.task("text-1", "-o", form, wire=wire),
            stage.task(f"text-{PIECES}", "-o", form, wire=wire),
            minimal(stage, "text-1"),
            minimal(stage, f"text-{PIECES}"),
        )
    )
    return (all_ours - one) / PIECES * MICRO, (all_theirs - least) / PIECES * MICRO
