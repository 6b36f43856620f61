"""One question, one answer: what the whole process costs, and what it sends."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bench.figure import Figure
from bench.process import medians, run
from bench.stage import WIRES, Stage
from bench.start import minimal

SYSTEM = ("system", "instructions", "messages")
"""Where the system prompt stands: in Chat Completions beside the question, which is short."""

TOKEN = 4
"""Bytes, as a rule of thumb."""


def measure(stage: Stage) -> Iterator[Figure]:
    ours, floor = medians(stage.task("text-1"), minimal(stage, "text-1"))
    least = "minimal client"
    yield Figure("`exec hi`, CPU", ours.cpu, floor=floor.cpu, against=least, most=1.6)
    yield Figure("the same, wall", ours.wall, floor=floor.wall, against=least, most=1.6)
    yield Figure("the same, peak", ours.peak, "MiB", floor.peak, least, most=1.7)
    for wire in WIRES:
        yield from _sent(stage, wire)


def _sent(stage: Stage, wire: str) -> Iterator[Figure]:
    stage.asked()
    run(stage.task("text-1", wire=wire))
    body = stage.asked()[0].body
    sent = msgspec.json.decode(body)
    tools = len(msgspec.json.encode(sent["tools"]))
    system = next(len(str(sent[name])) for name in SYSTEM if name in sent)
    yield Figure(f"its body, {wire}", len(body), "bytes", most=9000)
    yield Figure("of it tools", tools / TOKEN, "tokens")
    yield Figure("of it the system prompt", system / TOKEN, "tokens")
