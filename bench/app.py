"""The app as on a terminal: while an answer streams in, in a long session, and at rest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from statistics import median, quantiles
from typing import NamedTuple

from textual.app import App, ComposeResult

from bench.figure import Figure
from bench.floors.transcript import Transcript as Least
from bench.process import RUNS
from bench.stage import Stage
from bench.terminal import READY, Terminal, opened
from bench.text import markdown
from ownkey.core.message import Assistant, Origin, Text, User
from ownkey.faces.tui.themes import DARK
from ownkey.faces.tui.transcript import Transcript
from ownkey.sessions import place
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said

RATE = 2_000
TOKENS = 20_000
SLOW_RATE, SLOW_TOKENS = 200, 2_000
BYTES = 4
"""Tokens a second, in all, and the bytes of each."""

LONG_TOKENS = 5_000
"""Of one list, and of one table."""

PART = 5 * BYTES
"""Bytes that come at once."""

MESSAGES = 5_000

KEYS = 100
SIGNS = [chr(0x4E00 + number) for number in range(KEYS)]
"""Letters that stand in no answer: each is seen once, when it was typed."""

AT_REST = 10.0
"""Seconds."""

LAST = b"the last word"

MICRO, MILLI = 1e6, 1e3


class Room(App[None]):
    """A transcript, and how often the screen was drawn."""

    def __init__(self, transcript: Transcript | Least) -> None:
        super().__init__()
        self.transcript = transcript
        self.frames = 0

    def compose(self) -> ComposeResult:
        yield self.transcript

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name

    def post_display_hook(self) -> None:
        self.frames += 1


class Painted(NamedTuple):
    worked: float
    """Seconds of processor."""
    took: float
    """Seconds of the clock."""
    frames: int


def measure(stage: Stage) -> Iterator[Figure]:
    yield from _painting()
    yield from _streaming(stage)
    yield from _long(stage)
    yield from _resting(stage)


def _painting() -> Iterator[Figure]:
    """The transcript alone, in this process: markdown as it comes."""
    paced = asyncio.run(_painted(Transcript(), RATE))
    what = f"{TOKENS:,} tokens of markdown at {RATE:,}/s"
    yield Figure(f"{what}: share of a processor", paced.worked / paced.took * 100, "%", most=20)
    yield Figure("its frames a second", paced.frames / paced.took, "", most=30)
    ours, floor = (
        median(asyncio.run(_painted(kind())).worked for _ in range(RUNS))
        for kind in (Transcript, Least)
    )
    what = "the same at full speed, CPU"
    yield Figure(what, ours, floor=floor, against="least transcript", most=0.8)


async def _painted(transcript: Transcript | Least, rate: int = 0) -> Painted:
    """All of the text in parts of a few tokens. 0: as fast as they are taken."""
    text = markdown(TOKENS * BYTES)
    app = Room(transcript)
    async with app.run_test(size=(120, 40)):
        worked, began, sent = time.process_time(), time.monotonic(), 0
        while sent < len(text):
            due = int((time.monotonic() - began) * rate) * BYTES if rate else sent + PART
            for at in range(sent, min(due, len(text)), PART):
                transcript.answer(text[at : min(at + PART, due)])
            sent = due
            await asyncio.sleep(0.005 if rate else 0)
        took = time.monotonic() - began
        await asyncio.sleep(0.3)  # for the last of it to be drawn
        return Painted(time.process_time() - worked, took, app.frames)


def _streaming(stage: Stage) -> Iterator[Figure]:
    """The whole app on a terminal, its answer from the far side."""
    with _app(stage, f"prose-{TOKENS}-{RATE}") as terminal:
        terminal.shown(READY)
        terminal.rest(1)
        terminal.typed("Go\r", b"quick")
        late = _late(terminal)
    yield Figure(f"key to screen at {RATE:,} tokens/s, 95 of 100", late * MILLI, "ms", most=60)
    token = _token(stage, "prose", SLOW_TOKENS, SLOW_RATE)
    yield Figure(f"CPU of a token at {SLOW_RATE}/s, in all", token, "µs", most=600)
    for kind in ("list", "table"):
        token = _token(stage, kind, LONG_TOKENS, RATE)
        yield Figure(f"CPU of a token of one long {kind} at {RATE:,}/s", token, "µs", most=200)


def _token(stage: Stage, kind: str, tokens: int, rate: int) -> float:
    """Microseconds of processor that the app takes for each."""
    with _app(stage, f"{kind}-{tokens}-{rate}") as terminal:
        terminal.shown(READY)
        terminal.rest(1)
        began = terminal.worked()
        terminal.typed("Go\r", b"quick")
        terminal.rest(tokens / rate)
        return (terminal.worked() - began) / tokens * MICRO


def _long(stage: Stage) -> Iterator[Figure]:
    origin, body = Origin("anthropic", "host.example", "model"), markdown(800)
    journal = Journal.create(place.folder(stage.environment()), stage.work, "custom:Far-0")
    for _ in range(MESSAGES // 2):
        journal.append(Said(User((Text("a question"),))))
        journal.append(Said(Assistant((Text(f"{body}\n\n{LAST.decode()}"),), origin)))
    journal.close()
    with _app(stage, "text-1", "--resume", "last") as terminal:
        yield Figure(f"{MESSAGES:,} messages opened", terminal.shown(LAST), most=1)
        terminal.rest(1)
        yield Figure("key to screen then, 95 of 100", _late(terminal) * MILLI, "ms", most=60)
        yield Figure("its memory", terminal.memory(), "MiB", most=100)


def _resting(stage: Stage) -> Iterator[Figure]:
    with _app(stage, "text-1") as terminal:
        terminal.shown(READY)
        terminal.rest(3)
        began = terminal.worked()
        terminal.rest(AT_REST)
        share = (terminal.worked() - began) / AT_REST
        yield Figure("at rest: share of a processor", share * 100, "%", most=0.5)
        yield Figure("at rest: memory", terminal.memory(), "MiB", most=60)


def _app(stage: Stage, scene: str, *arguments: str) -> AbstractContextManager[Terminal]:
    return opened(stage.ownkey("--settings", stage.settings(scene), *arguments))


def _late(terminal: Terminal) -> float:
    taken = []
    for sign in SIGNS:
        taken.append(terminal.typed(sign))
        terminal.rest(0.05)
    return quantiles(taken, n=20)[-1]
