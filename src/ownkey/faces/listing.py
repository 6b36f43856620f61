"""Lists for people and for scripts: tools, models, sessions."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ownkey import exits, words
from ownkey.app import Options, choose_model, choose_tools, load_settings, permitted
from ownkey.core.message import Assistant, Compaction, Entry, Result, Text, User
from ownkey.sessions import store


def tools(options: Options, *, as_json: bool) -> int:
    rows = [
        {
            "id": tool.spec.name,
            "effect": tool.effect,
            "currentlyAllowed": permitted(tool, options.level),
            "description": tool.spec.description,
        }
        for tool in choose_tools(options)
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


def models(runtime: Path | None, *, as_json: bool) -> int:
    """Every model the settings name, and every entry that is not usable and why."""
    loaded = load_settings(Options(cwd=Path.cwd(), settings=runtime))
    if as_json:
        return _json(
            {
                "models": [
                    {
                        "id": model.id,
                        "displayName": model.display_name,
                        "model": model.name,
                        "provider": model.wire,
                        "baseUrl": model.base_url,
                    }
                    for model in loaded.models
                ],
                "diagnostics": [str(one) for one in loaded.diagnostics],
            }
        )
    if not loaded.models and not loaded.diagnostics:
        choose_model(loaded, None)  # says where models go
    if loaded.models:
        _table(
            ("ID", "FORMAT", "MODEL", "ADDRESS"),
            ((model.id, model.wire, model.name, model.base_url) for model in loaded.models),
        )
    for one in loaded.diagnostics:
        print(words.plain(str(one)), file=sys.stderr)
    return exits.DONE if loaded.models else exits.SETTINGS


def sessions(*, everywhere: bool, as_json: bool) -> int:
    found = store.summaries(store.folder(os.environ), None if everywhere else Path.cwd())
    if as_json:
        return _json(found)
    if not found:
        print("No sessions here yet." if not everywhere else "No sessions yet.")
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
    print(f"{found.id} · {_when(found.started)} · {found.model} · {found.cwd}\n")
    for message in found.messages:
        if line := _said(message):
            print(words.plain(line))
    for damage in found.skipped:
        print(f"ownkey: {damage}", file=sys.stderr)
    return exits.DONE


def _said(message: Entry) -> str:
    match message:
        case User():
            told = [part.text for part in message.content if isinstance(part, Text)]
            return "> " + "\n> ".join(told[-1].splitlines()) + "\n" if told else ""
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
    print(json.dumps(msgspec.to_builtins(facts), indent=2))
    return exits.DONE


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> int:
    lines = [head, *(tuple(str(cell) for cell in row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(words.plain("  ".join(cells)).rstrip(), flush=True)
    return exits.DONE
