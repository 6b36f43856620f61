"""How well the prompt cache is used, against the ways of other clients: `make bench-cache`.

One long conversation is really held; its requests are then put before the same strict cache
with the markers of each client. A token is four bytes of canonical JSON for all. The tables
of `docs/bench.md` are written anew, and are the same each time.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, get_args

from bench.conversation import hold, long_task, times
from bench.policies import POLICIES, bare
from bench.tables import write
from ownkey.core.model import WireName
from ownkey.core.price import Rates
from ownkey.money import catalog
from ownkey.rehearsal import sample
from ownkey.rehearsal.cache import LIFETIME, MINIMUM, Bill, cache
from ownkey.rehearsal.conversation import Call, Turn, playing
from ownkey.rehearsal.formats.messages import Messages

PRICED_AS = "claude-sonnet-4-5"

PEERS = {
    "pi 0.73": 6_100,
    "Codex 0.169": 38_900,
    "Claude Code 2.1": 49_800,
    "kimi-code 2.1": 85_000,
}
"""All input tokens of a task of four model calls, as measured of these in November 2026, on
another small task."""

SHORT_TASK = playing(
    Turn(text="First a look.", calls=(Call("grep", {"pattern": "def .*title"}),)),
    Turn(text="There.", calls=(Call("read", {"path": "shelf/order.py"}),)),
    Turn(
        text="That is it.",
        calls=(
            Call(
                "edit",
                {
                    "path": "shelf/order.py",
                    "old": 'title.lstrip("The ")',
                    "new": 'title.removeprefix("The ")',
                },
            ),
        ),
    ),
    Turn(text="Mended: lstrip took letters, where a word was meant."),
)


class Row(NamedTuple):
    name: str
    bills: list[Bill]

    @property
    def prompt(self) -> int:
        return sum(bill.prompt for bill in self.bills)

    @property
    def read(self) -> int:
        return sum(bill.read for bill in self.bills)

    @property
    def written(self) -> int:
        return sum(bill.write for bill in self.bills)

    @property
    def uncached(self) -> int:
        return sum(bill.uncached for bill in self.bills)

    def cost(self, rates: Rates) -> float:
        """US dollars, of the prompts."""
        read, write = rates.cache_read or rates.input, rates.cache_write or rates.input
        paid = self.uncached * rates.input + self.read * read + self.written * write
        return paid / 1_000_000


def rows(bodies: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """The same conversation with each client's markers, ours last, as they were sent."""
    for name, policy in POLICIES.items():
        yield Row(name, list(billed([policy(bare(body)) for body in bodies])))
    yield Row("ownkey", list(billed(bodies)))


def billed(bodies: Sequence[dict[str, Any]]) -> Iterator[Bill]:
    """By the strict cache of the rehearsal, in simulated time."""
    now = 0.0
    strict = cache("marked", lambda: now)
    for body, now in zip(bodies, times(bodies), strict=True):  # noqa: B007  the cache's clock
        yield strict.settle("bench", Messages(body, strict=False).segments)


def cacheable(bodies: Sequence[dict[str, Any]], bills: Sequence[Bill]) -> int:
    """Tokens that a request before, not too long ago nor too short, had in common with the
    next."""
    sent = list(times(bodies))
    return sum(
        bills[at].prompt
        for at, (before, now) in enumerate(pairwise(sent))
        if now - before < LIFETIME and bills[at].prompt >= MINIMUM
    )


def policies_table(bodies: Sequence[dict[str, Any]]) -> Iterator[str]:
    made = list(rows(bodies))
    listing = catalog.find("https://api.anthropic.com", PRICED_AS)
    if listing is None or listing.price is None:
        raise LookupError(PRICED_AS)
    rates = listing.price.rates
    best, dearest = cacheable(bodies, made[0].bills), made[0].cost(rates)
    yield "| markers | uncached | written | read | hits, of all input | of what could be | cost |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in made:
        yield (
            f"| {row.name} | {row.uncached:,} | {row.written:,} | {row.read:,}"
            f" | {row.read / row.prompt:.1%} | {row.read / best:.1%}"
            f" | {row.cost(rates) / dearest:.1%} |"
        )


async def short_table(folder: Path) -> Iterator[str]:
    lines = ["| client | tokens of input, all four calls | of them not from a cache |"]
    lines.append("| --- | ---: | ---: |")
    for wire in get_args(WireName):
        repository = sample.copy(folder / wire)
        held = await hold(SHORT_TASK, [sample.PROMPT], repository, wire)
        total = sum(bill.prompt for bill in held.bills)
        fresh = total - sum(bill.read for bill in held.bills)
        lines.append(f"| ownkey, {wire} | {total:,} | {fresh:,} |")
    lines += [f"| {name} | {tokens:,} | |" for name, tokens in PEERS.items()]
    return iter(lines)


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = await hold(*long_task(folder), folder, "anthropic")
        write("policies", policies_table(held.bodies))
        write("short task", await short_table(folder))


if __name__ == "__main__":
    asyncio.run(main())
