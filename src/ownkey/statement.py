"""What was spent, in lines for a person: tokens by kind, money, savings, misses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ownkey.core.call import Call, Cause
from ownkey.money.ledger import Sum, add_up, grouped, lost

BARS = "▁▂▃▄▅▆▇█"

MISSES = 3
"""How many of the last misses are told."""

CAUSES: dict[Cause, str] = {
    "model": "the model was switched",
    "effort": "the reasoning effort was changed",
    "tools": "the tools were changed",
    "system": "the system prompt was changed",
    "history": "the history was rewritten",
    "expired": "the cache had forgotten it by then",
    "minimum": "the prompt is shorter than the provider caches",
    "provider": "the provider did not find it again, for reasons of its own",
}

WIDTHS = (16, 6, 8, 8, 8, 6, 8, 9)
"""Of the columns; with a blank between them they fill 76 characters, which are 80 with the
margins of the app."""


def of_calls(calls: Sequence[Call], *, bars: bool) -> Iterator[str]:
    """One conversation: by model, in total, and what the cache did."""
    if not calls:
        yield "No model was asked yet."
        return
    yield from of_groups(grouped((call.origin.model, call) for call in calls), "MODEL")
    yield ""
    yield from _notes(add_up(calls))
    if bars and len(calls) > 1:
        yield f"Prompt by call: {_bars([call.usage.prompt for call in calls])}"
    yield from _misses(calls)


def of_groups(groups: dict[str, Sum], title: str) -> Iterator[str]:
    """A table with a line for each group, and one for all of them."""
    yield _line(title, "CALLS", "UNCACHED", "READ", "WRITTEN", "HIT", "OUTPUT", "USD")
    for name, one in groups.items():
        yield _row(name, one)
    if len(groups) > 1:
        yield _row("total", _total(groups.values()))


def dollars(amount: Decimal) -> str:
    """With as many places as matter: `$12.30`, `$0.0042`, `$0.00`."""
    sign = "-" if amount < 0 else ""
    size = abs(amount)
    places = 2 if size == 0 or size >= 1 else 4
    if 0 < size < Decimal("0.0001"):
        return f"{sign}<$0.0001"
    return f"{sign}${size:,.{places}f}"


def cost(one: Sum) -> str:
    """`$0.0042`; `unknown`; `$0.0042+` where it is unknown for a part of the calls."""
    if one.unpriced and one.unpriced == one.calls:
        return "unknown"
    return dollars(one.cost) + ("+" if one.unpriced else "")


def tokens(count: int) -> str:
    """`950`, `12.3k`, `1.25M`"""
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1e3:.1f}k" if count < 1_000_000 else f"{count / 1e6:.2f}M"


def _row(name: str, one: Sum) -> str:
    usage = one.usage
    return _line(
        name,
        str(one.calls),
        tokens(usage.input),
        tokens(usage.cache_read),
        tokens(usage.cache_write),
        "-" if one.hit_rate is None else f"{one.hit_rate:.1%}",
        tokens(usage.output),
        cost(one),
    )


def _line(*cells: str) -> str:
    first, *others = (
        cell if len(cell) <= width else cell[: width - 1] + "…"
        for cell, width in zip(cells, WIDTHS, strict=True)
    )
    aligned = (cell.rjust(width) for cell, width in zip(others, WIDTHS[1:], strict=True))
    return " ".join((first.ljust(WIDTHS[0]), *aligned)).rstrip()


def _notes(total: Sum) -> Iterator[str]:
    if total.saved:
        without = total.cost - total.drift + total.saved
        share = f" of {dollars(without)}" if without else ""
        verb = "Saved by caching" if total.saved > 0 else "Paid for caching, not yet earned back"
        yield f"{verb}: {dollars(abs(total.saved))}{share}, premiums of writing included."
    if total.usage.reasoning:
        yield f"Reasoning: {tokens(total.usage.reasoning)} of the output."
    if total.first is not None:
        speed = f", then {total.speed:.0f} tokens/s" if total.speed else ""
        yield f"First content after {total.first:.1f} s{speed} (medians)."
    if total.drift:
        yield f"Providers took {dollars(total.drift)} more than their prices say."
    if total.retries:
        yield f"Asked again {'once' if total.retries == 1 else f'{total.retries} times'}."
    if total.broken:
        answers = "1 answer" if total.broken == 1 else f"{total.broken} answers"
        yield f"{answers} broke off: what the provider did not tell of that is not in here."
    if total.unpriced:
        yield (
            f'The price is unknown for {total.unpriced} of {total.calls} calls: give "pricing"'
            " in the model's entry."
        )


def _misses(calls: Iterable[Call]) -> Iterator[str]:
    missed = [(call, call.miss) for call in calls if call.miss]
    for call, miss in missed[-MISSES:]:
        cost = lost(call, miss)
        price = f", {dollars(cost)}" if cost is not None else ""
        yield f"Missed the cache: {CAUSES[miss.cause]} ({tokens(miss.tokens)} tokens{price})."


def _bars(values: Sequence[int]) -> str:
    highest = max(values) or 1
    return "".join(BARS[min(value * len(BARS) // highest, len(BARS) - 1)] for value in values)


def _total(sums: Iterable[Sum]) -> Sum:
    """The sums summed; medians are not of that kind and are left out."""
    listed = list(sums)
    whole = Sum()
    return Sum(
        calls=sum(one.calls for one in listed),
        unpriced=sum(one.unpriced for one in listed),
        usage=sum((one.usage for one in listed), whole.usage),
        cost=sum((one.cost for one in listed), whole.cost),
    )
