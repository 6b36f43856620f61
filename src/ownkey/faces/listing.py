"""Lists for people and for scripts: tools, models, sessions."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ownkey import console, exits, words
from ownkey.app import (
    choose_model,
    claims_of,
    find_skills,
    known_of,
    load_settings,
    permitted,
    stands,
    tools_for,
    with_local,
)
from ownkey.config.models import find as find_model
from ownkey.config.settings import Settings
from ownkey.core.errors import SettingsError
from ownkey.core.figure import Figure, Pace
from ownkey.core.message import Assistant, Compaction, Entry, Result, User
from ownkey.core.model import Model
from ownkey.core.price import Price, Rates
from ownkey.money.figures import Figures
from ownkey.options import Options
from ownkey.sessions import store
from ownkey.wire import memory
from ownkey.wire.memory import Memory

RATES = {
    "input": ("input", "input"),
    "output": ("output", "output"),
    "cacheRead": ("cache_read", "cache read"),
    "cacheWrite": ("cache_write", "cache write"),
    "cacheWrite1h": ("cache_write_1h", "cache write for an hour"),
}
"""An entry's name of each rate, its field, and what it is called."""


def tools(options: Options, *, as_json: bool) -> int:
    standing = stands(options)
    skills = find_skills(options, load_settings(options, standing), standing)
    rows = [
        {
            "id": tool.spec.name,
            "effect": tool.effect,
            "currentlyAllowed": permitted(tool, options.level),
            "description": tool.spec.description,
        }
        for tool in tools_for(options, skills, ())
    ]
    if as_json:
        return _json(rows)
    return _table(
        ("TOOL", "EFFECT", "RUNS NOW", "WHAT"),
        (
            (
                row["id"],
                row["effect"],
                "yes" if row["currentlyAllowed"] else "no",
                words.shorten(str(row["description"]), 60),
            )
            for row in rows
        ),
    )


def models(runtime: Path | None, *, offline: bool, as_json: bool) -> int:
    """Every model there is, and every entry that is not usable and why."""
    options = Options(cwd=Path.cwd(), settings=runtime)
    if not offline:
        options = asyncio.run(with_local(options))
    loaded = load_settings(options)
    usable = (*loaded.models, *loaded.builtin)
    default = _default(loaded)
    if as_json:
        rows = [
            _listed(one, builtin=one in loaded.builtin, default=one.id == default) for one in usable
        ]
        console.say(
            words.document({"models": rows, "diagnostics": words.faults(loaded.diagnostics)})
        )
        return exits.DONE if usable else exits.SETTINGS
    if not usable and not loaded.diagnostics:
        choose_model(loaded, None)  # says where models go
    if usable:
        _table(
            ("ID", "FORMAT", "MODEL", "ADDRESS", ""),
            (
                (one.id, one.wire, one.name, one.base_url, "default" if one.id == default else "")
                for one in usable
            ),
        )
    for one in loaded.diagnostics:
        console.note(str(one))
    return exits.DONE if usable else exits.SETTINGS


def _default(loaded: Settings) -> str:
    """The id of the model that answers unasked; empty: none does."""
    try:
        return find_model(loaded, None).id
    except SettingsError:
        return ""


def model(
    runtime: Path | None, wanted: str | None, *, why: bool, offline: bool, as_json: bool
) -> int:
    """All that is known of one model: its price, its limits, what it can do."""
    options = Options(cwd=Path.cwd(), settings=runtime)
    if not offline:
        options = asyncio.run(with_local(options))
    loaded = load_settings(options)
    meant = find_model(loaded, wanted)
    known = known_of(loaded, meant, asyncio.run(claims_of(options, meant, offline=offline)))
    pace = Memory(memory.place(options.environ)).recall(meant).pace
    if as_json:
        names = {"id": meant.id, "model": meant.name, "baseUrl": meant.base_url}
        console.say(words.document(names | _entry(known) | {"lastSeen": pace}))
        return exits.DONE
    console.say(f"{meant.id} · {meant.name} at {meant.base_url}\n")
    columns = 3 if why else 2
    head = ("FIGURE", "VALUE", "FROM")
    rows = (*_figures(known), *_pace(pace))
    return _table(head[:columns], (row[:columns] for row in rows))


def sessions(*, everywhere: bool, as_json: bool) -> int:
    found = store.summaries(store.folder(os.environ), None if everywhere else Path.cwd())
    if as_json:
        return _json(found)
    if not found:
        console.say("No sessions here yet." if not everywhere else "No sessions yet.")
        return exits.DONE
    return _table(
        ("SESSION", "WHEN", "MODEL", "TITLE"),
        ((one.id, _when(one.started), one.model, words.shorten(one.title, 60)) for one in found),
    )


def session(wanted: str, *, as_json: bool) -> int:
    """One conversation, as it was."""
    found = store.read(store.find(store.folder(os.environ), wanted, Path.cwd()))
    if as_json:
        return _json(found)
    console.say(f"{found.id} · {_when(found.started)} · {found.model} · {found.cwd}\n")
    for message in found.messages:
        if line := _said(message):
            console.say(line)
    for damage in found.skipped:
        console.note(f"ownkey: {damage}")
    return exits.DONE


def _listed(model: Model, *, builtin: bool, default: bool) -> dict[str, Any]:
    return {
        "id": model.id,
        "displayName": model.display_name,
        "model": model.name,
        "provider": model.wire,
        "baseUrl": model.base_url,
        "builtin": builtin,
        "default": default,
    }


def _entry(known: Figures) -> dict[str, Any]:
    """The figures under the names that an entry has for them. None: unknown."""
    price = known.price
    return {
        "pricing": price
        and {
            **_rates(price.rates),
            "above": {str(tier.above): _rates(tier.rates) for tier in price.tiers},
            "source": price.source,
            "guess": price.guess,
        },
        "contextWindow": known.window and _figure(known.window),
        "maxOutputTokens": known.max_output and _figure(known.max_output),
        "supportsImages": known.images and _figure(known.images),
        "supportsTools": known.tools and _figure(known.tools),
        "supportsReasoning": known.reasoning and _figure(known.reasoning),
    }


def _rates(rates: Rates) -> dict[str, float | None]:
    return {name: getattr(rates, field) for name, (field, _) in RATES.items()}


def _figure(figure: Figure[Any]) -> dict[str, Any]:
    return {"value": figure.value, "source": figure.source, "guess": figure.guess}


def _figures(known: Figures) -> Iterator[tuple[str, str, str]]:
    yield from _prices(known.price)
    yield _row("context", known.window, "{:,} tokens")
    yield _row("output at most", known.max_output, "{:,} tokens")
    for name in ("images", "tools", "reasoning"):
        yield _row(name, getattr(known, name))


def _pace(pace: Pace | None) -> Iterator[tuple[str, str, str]]:
    if pace:
        seen = f"last seen {pace.day}"
        yield ("first word", f"after {pace.first:.1f} s", seen)
        yield ("speed", f"{pace.rate:.0f} tokens/s", seen)


def _prices(price: Price | None) -> Iterator[tuple[str, str, str]]:
    """Dollars for a million tokens."""
    if price is None:
        yield ("price", "unknown", "")
        return
    for above, rates in ((0, price.rates), *((tier.above, tier.rates) for tier in price.tiers)):
        bound = f", prompt above {above:,}" if above else ""
        for field, name in RATES.values():
            rate = getattr(rates, field)
            if rate is not None:
                shown = _marked(f"{_dollars(rate)} per million", guess=price.guess)
                yield (f"{name}{bound}", shown, price.source)


def _dollars(rate: float) -> str:
    """To the cent, where that is all of it."""
    return f"${rate:,.2f}" if round(rate, 2) == rate else f"${rate:,g}"


def _row(name: str, figure: Figure[Any] | None, form: str = "{}") -> tuple[str, str, str]:
    if figure is None:
        return (name, "unknown", "")
    value = figure.value
    shown = ("yes" if value else "no") if isinstance(value, bool) else form.format(value)
    return (name, _marked(shown, guess=figure.guess), figure.source)


def _marked(shown: str, *, guess: bool) -> str:
    return f"{shown} (guess)" if guess else shown


def _said(message: Entry) -> str:
    match message:
        case User():
            return "> " + "\n> ".join(message.text.splitlines()) + "\n" if message.text else ""
        case Assistant():
            calls = [f"• {words.of_call(call)}" for call in message.calls]
            return "\n".join(filter(None, (message.text.strip(), *calls)))
        case Result():
            outcome = words.of_result(message)
            return f"  {outcome}" if outcome else ""
        case Compaction():
            return f"-- compacted here; the last {message.kept} messages were kept --\n"


def _when(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _json(facts: Any) -> int:
    console.say(json.dumps(msgspec.to_builtins(facts), indent=2))
    return exits.DONE


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> int:
    console.table([head, *rows])
    return exits.DONE
