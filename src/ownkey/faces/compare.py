"""`ownkey compare`: the person's models side by side on the same small tasks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from ownkey import console, exits, statement, words
from ownkey.app import choose_model, load_settings, mine, with_local
from ownkey.comparison import plot
from ownkey.comparison.plot import Column
from ownkey.comparison.tasks import TYPICAL, Task
from ownkey.comparison.trial import Trial, spent, tried
from ownkey.core.errors import UsageError
from ownkey.core.model import Model
from ownkey.money.bill import bill
from ownkey.money.ledger import Sum, add_up
from ownkey.options import Options


def run(
    wanted: Sequence[str],
    runtime: Path | None,
    *,
    work: Sequence[Task],
    budget: float | None,
    yes: bool,
    picture: Path | None,
    as_json: bool,
) -> int:
    """Try each model at each task, and tell how they did."""
    options = asyncio.run(with_local(Options(cwd=Path.cwd(), settings=runtime)))
    loaded = load_settings(options)
    names = wanted or mine(loaded, options)
    models = [choose_model(loaded, name) for name in names]
    if not models:
        choose_model(loaded, None)  # says where models go
    if not _agreed(models, work, yes=yes):
        return exits.DONE
    limit = None if budget is None else Decimal(repr(budget))
    trials = asyncio.run(_all(models, work, options, limit))
    sums = {model.id: [one for one in trials if one.model == model.id] for model in models}
    if picture:
        picture.write_text(_drawn(sums), "utf-8")
    if as_json:
        console.say(words.document({"trials": [_entry(one) for one in trials]}))
    else:
        console.say("\n".join(_table(sums)))
    return exits.DONE if any(one.solved for one in trials) else exits.FAILED


async def _all(
    models: Iterable[Model], work: Sequence[Task], options: Options, limit: Decimal | None
) -> list[Trial]:
    """One after the other, so that none slows another down, while there is money left."""
    trials: list[Trial] = []
    for model in models:
        for task in work:
            left = None if limit is None else limit - spent(trials)
            if left is not None and left <= 0:
                console.note("The budget is used up: the rest is not tried.")
                return trials
            trials.append(await tried(task, model.id, options, left))
            console.note(_progress(trials[-1]))
    return trials


def _progress(one: Trial) -> str:
    state = "solved" if one.solved else "not solved"
    why = f": {one.error.what}" if one.error else ""
    return f"{one.model}, {one.task}: {state} in {one.seconds:.0f} s{why}"


def _agreed(models: Iterable[Model], work: Sequence[Task], *, yes: bool) -> bool:
    """Whether the person wants to pay for it; the price is told in any case."""
    tell = console.note if yes else console.say
    for model in models:
        one = bill(TYPICAL, model.price)
        price = f"about {statement.dollars(one.total * len(work))}" if one else "an unknown price"
        tell(f"{model.id}: {len(work)} {'task' if len(work) == 1 else 'tasks'}, {price}.")
    tell("Commands that a model asks for run with your rights, in a copy of the task's folder.")
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("Nobody is here to agree to that.", "Say --yes, and --budget USD.")
    return console.ask("Go on? [y/N] ").strip().lower() in ("y", "yes")


HEADS = ("MODEL", "SOLVED", "FIRST", "TOKENS/S", "PROMPT", "OUTPUT", "HIT", "USD", "TIME")


def _table(sums: dict[str, list[Trial]]) -> Iterator[str]:
    rows = [HEADS, *(_row(name, trials) for name, trials in sums.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    for row in rows:
        name, *cells = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((name, *cells))


def _row(name: str, trials: Sequence[Trial]) -> tuple[str, ...]:
    one = _together(trials)
    return (
        name,
        f"{sum(trial.solved for trial in trials)}/{len(trials)}",
        "?" if one.first is None else f"{one.first:.1f} s",
        "?" if one.speed is None else f"{one.speed:.0f}",
        f"{one.usage.prompt:,}",
        f"{one.usage.output:,}",
        "?" if one.hit_rate is None else f"{one.hit_rate:.0%}",
        "?" if one.unpriced else statement.dollars(one.cost),
        f"{sum(trial.seconds for trial in trials):.0f} s",
    )


def _together(trials: Iterable[Trial]) -> Sum:
    return add_up(call for trial in trials for call in trial.calls)


def _drawn(sums: dict[str, list[Trial]]) -> str:
    rows = [_row(name, trials) for name, trials in sums.items()]
    shown = {title: [row[place] for row in rows] for place, title in enumerate(HEADS)}
    together = [_together(trials) for trials in sums.values()]
    solved = [float(sum(trial.solved for trial in trials)) for trials in sums.values()]
    seconds = [sum(trial.seconds for trial in trials) for trials in sums.values()]
    costs = [None if one.unpriced else float(one.cost) for one in together]
    hits = [one.hit_rate for one in together]
    firsts = [one.first for one in together]
    speeds = [one.speed for one in together]
    tasks = float(max(map(len, sums.values()), default=0))
    return plot.svg(
        list(sums),
        (
            Column("solved", solved, shown["SOLVED"], "#9fd8a4", most=tasks),
            Column("cost", costs, shown["USD"], "#f2c18d"),
            Column("time", seconds, shown["TIME"], "#a9c7ef"),
            Column("first word", firsts, shown["FIRST"], "#a9dfe8"),
            Column("tokens/s", speeds, shown["TOKENS/S"], "#d5b8e8"),
            Column("from cache", hits, shown["HIT"], "#e6d98f", most=1.0),
        ),
    )


def _entry(trial: Trial) -> dict[str, Any]:
    one = trial.sum
    return {
        "model": trial.model,
        "task": trial.task,
        "solved": trial.solved,
        "seconds": trial.seconds,
        "firstWord": one.first,
        "tokensPerSecond": one.speed,
        "calls": one.calls,
        "prompt": one.usage.prompt,
        "cacheRead": one.usage.cache_read,
        "output": one.usage.output,
        "hitRate": one.hit_rate,
        "cost": None if one.unpriced else float(one.cost),
        "error": trial.error and trial.error.what,
    }
