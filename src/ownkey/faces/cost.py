"""`ownkey cost`: what conversations have cost, for people and for scripts."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from ownkey import console, exits, statement
from ownkey.core.call import Call
from ownkey.core.errors import UsageError
from ownkey.money.ledger import Sum, add_up, grouped
from ownkey.sessions import spending, store
from ownkey.sessions.spending import Spent

By = Literal["model", "day", "project", "session"]
Form = Literal["text", "json", "csv"]

NAMES: dict[By, Callable[[Spent], str]] = {
    "model": lambda one: f"{one.call.origin.model} at {one.call.origin.host}",
    "day": lambda one: one.at.astimezone().strftime("%Y-%m-%d"),
    "project": lambda one: one.cwd,
    "session": lambda one: one.session,
}

UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def conversation(wanted: str, form: Form) -> int:
    """One session: the last one of this folder, or the one that is named."""
    found = store.read(store.find(store.folder(os.environ), wanted, Path.cwd()))
    for damage in found.skipped:
        console.note(f"ownkey: {damage}")
    if form == "text":
        console.say(f"{found.id} · {found.cwd}\n")
        return _print(statement.of_calls(found.calls, bars=_can_draw()))
    return _write(grouped((call.origin.model, call) for call in found.calls), found.calls, form)


def history(since: str, by: By, form: Form) -> int:
    """All sessions, since a moment or since ever."""
    spent = list(spending.spent(store.folder(os.environ), moment(since) if since else None))
    groups = grouped((NAMES[by](one), one.call) for one in spent)
    if by == "day":
        groups = dict(sorted(groups.items()))
    if form != "text":
        return _write(groups, [one.call for one in spent], form)
    if not spent:
        return _print(["No model was asked in that time."])
    return _print(statement.of_groups(groups, by.upper()))


def moment(since: str) -> datetime:
    """`24h`, `7d`, `2w` ago, or a date. Raises `UsageError`."""
    if span := re.fullmatch(r"(\d{1,4})([hdw])", since):
        return datetime.now(UTC) - timedelta(**{UNITS[span[2]]: int(span[1])})
    try:
        return datetime.fromisoformat(since).astimezone()
    except ValueError:
        raise UsageError(
            f"{since!r} is no time to count from.", "Give one like 24h, 7d, 2w or 2026-11-01."
        ) from None


def _write(groups: dict[str, Sum], calls: Iterable[Call], form: Form) -> int:
    rows = [_facts(name, one) for name, one in groups.items()]
    if form == "json":
        whole = {"currency": "USD", "groups": rows, "total": _facts("total", add_up(calls))}
        console.say(json.dumps(whole, indent=2))
        return exits.DONE
    sheet = StringIO()
    writer = csv.DictWriter(sheet, list(_facts("", Sum())), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    console.say(sheet.getvalue(), end="")
    return exits.DONE


def _facts(name: str, one: Sum) -> dict[str, Any]:
    """Money that nobody knows is null, and never 0."""
    usage = one.usage
    known = one.unpriced < one.calls
    return {
        "name": name,
        "calls": one.calls,
        "broken": one.broken,
        "unpriced": one.unpriced,
        "retries": one.retries,
        "input_tokens": usage.input,
        "cache_read_input_tokens": usage.cache_read,
        "cache_creation_input_tokens": usage.cache_write,
        "output_tokens": usage.output,
        "reasoning_tokens": usage.reasoning,
        "hit_rate": None if one.hit_rate is None else round(one.hit_rate, 6),
        "cost_usd": float(one.cost) if known else None,
        "saved_usd": float(one.saved) if known else None,
        "drift_usd": float(one.drift) if known else None,
    }


def _print(lines: Iterable[str] | Iterator[str]) -> int:
    for line in lines:
        console.say(line)
    return exits.DONE


def _can_draw() -> bool:
    return sys.stdout.isatty() and "utf" in (sys.stdout.encoding or "").lower()
