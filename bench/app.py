"""How quick the app is: `make bench-app`. Figures of one machine, some as ratios of one run.

First paint is timed from the start of a process to its text on a pseudo-terminal, against the
smallest Textual app there is, in turns. The rest is the processor time of this process.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from statistics import median

from textual.app import App, ComposeResult

from bench import keys
from bench.tables import write
from bench.terminal import opened
from bench.text import markdown
from ownkey.core.message import Assistant, Message, Origin, Text, User
from ownkey.faces.tui.feed import Feed
from ownkey.faces.tui.themes import DARK
from ownkey.faces.tui.transcript import Transcript

RUNS = 9

BARE = """\
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare it is")
Bare().run()
"""

RATE = 2_000
TOKENS = 20_000
BYTES = 4
"""Tokens a second, in all, and the bytes of each."""

MESSAGES = 5_000


class Room(App[None]):
    def compose(self) -> ComposeResult:
        yield Transcript()

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name


def first_paint(arguments: list[str], words: bytes, home: str) -> float:
    """Seconds until the process has put the words on the terminal."""
    with opened(arguments, home) as terminal:
        return terminal.shown(words)


def paints() -> tuple[float, float]:
    """Medians of ours and of the bare app, in turns."""
    ours: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(RUNS):
            ours.append(first_paint(["-P", "-m", "ownkey"], b"sk, or /", home))
            bare.append(first_paint(["-c", BARE], b"bare it is", home))
    return median(ours), median(bare)


async def streaming() -> tuple[float, float]:
    """Seconds of processor and of the clock, for an answer that streams in."""
    text = markdown(TOKENS * BYTES)
    app = Room()
    async with app.run_test(size=(120, 40)):
        transcript = app.query_one(Transcript)
        worked, began, sent = time.process_time(), time.monotonic(), 0
        while sent < len(text):
            due = min(int((time.monotonic() - began) * RATE) * BYTES, len(text))
            for at in range(sent, due, 5 * BYTES):
                transcript.answer(text[at : min(at + 5 * BYTES, due)])
            sent = due
            await asyncio.sleep(0.005)
        return time.process_time() - worked, time.monotonic() - began


async def long_session() -> tuple[float, float]:
    """Seconds until so many messages are on the screen, and MiB that the process has then."""
    origin = Origin("anthropic", "host.example", "model")
    body = markdown(800)
    messages: list[Message] = []
    for number in range(MESSAGES // 2):
        messages.append(User((Text(f"question {number}"),)))
        messages.append(Assistant((Text(f"{body}{number}"),), origin))
    app = Room()
    async with app.run_test(size=(120, 40)) as pilot:
        began = time.monotonic()
        Feed(app.query_one(Transcript)).replay(messages)
        while app.query_one(Transcript).virtual_size.height < MESSAGES:
            await pilot.pause(0.01)
        took = time.monotonic() - began
    unit = 1 if sys.platform == "darwin" else 1024
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 20)


def table() -> Iterator[str]:
    ours, bare = paints()
    worked, took = asyncio.run(streaming())
    long, memory = asyncio.run(long_session())
    streamed = asyncio.run(keys.streaming())
    yield "| what | figure |"
    yield "| --- | ---: |"
    yield f"| first paint, against the smallest Textual app | {ours / bare:.2f} times |"
    yield f"| the same, on this machine | {ours:.2f} s |"
    yield f"| {TOKENS:,} tokens at {RATE:,}/s: share of one processor | {worked / took:.0%} |"
    yield f"| the same, for one token | {worked / TOKENS * 1e6:.0f} µs |"
    yield f"| {MESSAGES:,} messages on the screen | {long:.2f} s |"
    yield f"| key to screen while an answer streams, 95 of 100 | {streamed * 1000:.0f} ms |"
    yield f"| the same with {MESSAGES:,} messages | {keys.long_session(MESSAGES) * 1000:.0f} ms |"
    yield f"| memory then | {memory:.0f} MiB |"


def main() -> None:
    write("the app", table())


if __name__ == "__main__":
    main()
