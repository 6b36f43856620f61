"""Adding a model: what is missing is asked for, the endpoint tried, and the entry written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ownkey import console, exits, words
from ownkey.app import load_settings
from ownkey.commands.adding import finding, questions, trying
from ownkey.commands.adding.finding import Found
from ownkey.commands.adding.wish import LEFT, Wish, agreed, say
from ownkey.config import addition
from ownkey.config.addition import Addition
from ownkey.config.revise import Revision
from ownkey.config.settings import Settings
from ownkey.core.errors import UsageError
from ownkey.options import Options
from ownkey.setup import add
from ownkey.setup.add import Key

ADDED = exits.DONE

__all__ = ["ADDED", "Wish", "run"]


def run(wish: Wish) -> int:
    """Nothing is written before the last question is answered."""
    try:
        return _add(wish)
    except (EOFError, KeyboardInterrupt):
        wish.talk.say(f"\n{LEFT}")
        return exits.INTERRUPTED


def _add(wish: Wish) -> int:
    options = Options(cwd=Path.cwd(), settings=wish.settings)
    loaded = load_settings(options)
    place = questions.place(wish, options)
    key = questions.key(wish, place, options)
    found = finding.found(wish, place, key)
    model = questions.model(wish, place, found.ids)
    _refuse_twin(wish, loaded, found, model)
    entry = add.entry(
        model=model,
        name=wish.name or add.display_name(place, model, loaded),
        base_url=found.base_url,
        provider=found.provider,
        key=key,
    )
    default = wish.default or (bool(loaded.models) and agreed(wish, "Make it the default?"))
    planned = addition.plan(loaded, options.environ, entry, default=default)
    tried = trying.tried(wish, planned, options)
    revision = addition.save(planned)
    revision = replace(revision, notes=(*revision.notes, *tried.notes))
    return _tell(wish, planned, revision, key, verified=tried.answers)


def _refuse_twin(wish: Wish, loaded: Settings, found: Found, model: str) -> None:
    twin = add.twin(loaded, found.provider, found.base_url, model)
    if twin and not wish.name:
        what = f"{model} at {found.base_url} is there already, as {twin.id}."
        raise UsageError(what, f"{LEFT} With a --name of its own it is added once more.")


def _tell(wish: Wish, planned: Addition, revision: Revision, key: Key, *, verified: bool) -> int:
    model = planned.model
    if wish.as_json:
        console.say(words.document(_facts(planned, revision, verified=verified)))
        return exits.DONE
    lines = [f"Added {revision.name} ({revision.id}).", f"Written: {revision.where}"]
    lines += revision.notes
    if key.is_literal:
        lines.append(f"The key stands in that file. Better: ownkey keys move {model.id}")
    lines.append(f"Take it out: ownkey models remove {revision.id}")
    say(wish, "\n  ".join(lines))
    return exits.DONE


def _facts(planned: Addition, revision: Revision, *, verified: bool) -> dict[str, Any]:
    model = planned.model
    return {
        "id": revision.id,
        "name": revision.name,
        "model": model.name,
        "provider": model.wire,
        "baseUrl": model.base_url,
        "verified": verified,
        "file": str(revision.file),
        "line": revision.line,
        "column": revision.column,
        "backup": str(revision.backup) if revision.backup else None,
        "notes": revision.notes,
    }
