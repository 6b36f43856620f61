"""`ownkey keys`: where keys are kept, for people and for scripts. No part of one is shown."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from ownkey import console, exits, words
from ownkey.app import choose_model, load_settings
from ownkey.config import inventory, moving, settings
from ownkey.config.inventory import Holder
from ownkey.config.models import matching
from ownkey.config.moving import To
from ownkey.core.errors import KeyMissing, OwnkeyError, UsageError
from ownkey.core.model import Model
from ownkey.doctor import word
from ownkey.keys import file
from ownkey.keys import read as read_key
from ownkey.keys.file import InFile
from ownkey.options import Options
from ownkey.wire import memory
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory


def listed(runtime: Path | None, *, check: bool, as_json: bool) -> int:
    """Whose key is where, and whether it is there."""
    found = inventory.holders(_home(), os.environ, runtime)
    loaded = load_settings(Options(cwd=Path.cwd(), settings=runtime))
    rows = [*map(_builtin, loaded.builtin), *asyncio.run(_rows(found, check=check))]
    if as_json:
        console.say(words.document({"keys": rows}))
    elif not rows:
        console.say("There are no models in your settings, and so no keys.")
    else:
        _table(rows)
    return exits.SETTINGS if any(row["there"] is False for row in rows) else exits.DONE


def keep(name: str, to: To, *, as_json: bool) -> int:
    """Keep a key that is typed or piped in."""
    reference = moving.reference(moving.named(name), to)
    place = asyncio.run(moving.keep(name, _asked(name), to, _home()))
    if as_json:
        return _json({"name": name, "reference": reference, "place": place})
    console.say(f"Kept in {place}. Refer to it in an entry of {_home() / 'settings.json'}:")
    console.say(f'  "apiKey": "{reference}"')
    return exits.DONE


def move(wanted: str, to: To, *, as_json: bool) -> int:
    """Take a key out of the settings file."""
    entries = inventory.holders(_home(), os.environ)
    moved = asyncio.run(moving.move(_meant(entries, wanted), entries, to))
    if as_json:
        return _json(moved)
    console.say(f"The key is in {moved.place} now. Referring to it as {moved.reference}:")
    for model in moved.models:
        console.say(f"  {model}")
    for path in moved.copies:
        console.note(f"{path} has the key in it still: remove it.")
    return exits.DONE


def remove(name: str, place: To, *, force: bool, as_json: bool) -> int:
    """Forget a key that is kept."""
    reference = moving.reference(moving.named(name), place)
    entries = inventory.holders(_home(), os.environ)
    users = [one.who.id for one in entries if one.place == reference]
    if users and not force:
        what = f"{reference} is the key of {', '.join(users)}."
        raise UsageError(what, "Change their entries first, or use --force.")
    if not asyncio.run(moving.drop(name, place, _home())):
        raise UsageError(f"There is no {reference}.", "See `ownkey keys list`.")
    if as_json:
        return _json({"name": name, "reference": reference, "models": users})
    console.say(f"{reference} is removed.")
    return exits.DONE


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a key that was tried."""

    id: str
    """The model's."""
    host: str
    source: str
    """Where the key came from; empty: there is none."""
    taken: bool | None
    """None: there is none, or only a question that costs would show it."""
    free: bool = True


def test(runtime: Path | None, wanted: str | None, *, free: bool, as_json: bool) -> int:
    """Whether the endpoint of a model takes its key. Raises what it says against it."""
    options = Options(cwd=Path.cwd(), settings=runtime)
    model = choose_model(load_settings(options), wanted)
    tell = console.note if as_json else console.say
    trial = asyncio.run(_tried(options, model, tell, free=free))
    if as_json:
        _json(trial)
    else:
        console.say(_told(trial))
    return exits.FAILED if trial.source and trial.taken is None else exits.DONE


async def _tried(
    options: Options, model: Model, tell: Callable[[str], None], *, free: bool
) -> Trial:
    host = model.origin.host
    trial = Trial(id=model.id, host=host, source=model.key.source if model.key else "", taken=None)
    if not model.key:
        return trial
    client = Client(memory=Memory(memory.place(options.environ)))
    try:
        if await client.proof(model) == "taken":
            return replace(trial, taken=True)
        if free:
            return trial
        tell(f"{host}'s list says nothing of the key. {word.price(model)}")
        await word.ask(client, model)
    finally:
        await client.aclose()
    return replace(trial, taken=True, free=False)


def _told(trial: Trial) -> str:
    if not trial.source:
        return f"{trial.id} has no key, so there is nothing to test."
    if trial.taken is None:
        return f"{trial.host} does not say without being asked a question."
    free = " That was free." if trial.free else ""
    return f"{trial.host} takes the key of {trial.source}.{free}"


async def _rows(found: Iterable[Holder], *, check: bool) -> list[dict[str, Any]]:
    return [await _row(one, check=check) for one in found]


def _builtin(model: Model) -> dict[str, Any]:
    """A model without an entry is there because its variable is."""
    _, _, variable = model.key.source.rstrip(")").rpartition("(")
    return {
        "model": model.id,
        "kind": "variable",
        "place": variable,
        "where": "built in",
        "there": True,
        "why": "",
    }


async def _row(one: Holder, *, check: bool) -> dict[str, Any]:
    there, why = await _presence(one, check=check)
    return {
        "model": one.who.id,
        "kind": one.kind,
        "place": one.place or None,
        "where": one.where,
        "there": there,
        "why": why,
    }


async def _presence(one: Holder, *, check: bool) -> tuple[bool | None, str]:
    """Whether the key is there, and what there is to say of that. None: nobody asked."""
    if one.fault:
        return False, one.fault
    match one.secret.keeper:
        case None:
            return (None, "no key") if one.kind == "none" else (True, "")
        case InFile(path=path):
            fault = file.problem(Path(path))
        case _ if not check:
            return None, "not asked: --check does"
        case _:
            fault = await _opened(one)
    return fault is None, f"{fault.what} {fault.hint}" if fault else ""


async def _opened(one: Holder) -> KeyMissing | None:
    """Asks for the key; what keeps it from being had."""
    try:
        await one.secret.open()
    except KeyMissing as error:
        return error
    return None


def _meant(entries: Iterable[Holder], wanted: str) -> Holder:
    """The entry under any of its names."""
    known = {id(one.who): one for one in entries}
    match matching([one.who for one in known.values()], wanted):
        case [who]:
            return known[id(who)]
        case []:
            raise UsageError(f"There is no model {wanted!r}.", "See `ownkey keys list`.")
        case several:
            ids = ", ".join(one.id for one in several)
            raise UsageError(f"{wanted!r} may mean several models.", f"Say which: {ids}")


def _asked(name: str) -> str:
    """The key, from a prompt that does not show it, or from a pipe."""
    if sys.stdin.isatty():
        given = console.ask_secret(f"The key {name} (it is not shown): ").encode()
    else:
        given = sys.stdin.buffer.read()
    try:
        return read_key(given, "What you gave")
    except OwnkeyError as error:
        raise UsageError(error.what, "Copy the key again.") from error


def _table(rows: Iterable[dict[str, Any]]) -> None:
    states = {True: "yes", False: "NO", None: "?"}
    lines = [("MODEL", "KEY", "PLACE", "THERE", "")]
    lines += [
        (row["model"], row["kind"], row["place"] or row["where"], states[row["there"]], row["why"])
        for row in rows
    ]
    console.table(lines)


def _json(facts: Any) -> int:
    console.say(words.document(facts))
    return exits.DONE


def _home() -> Path:
    return settings.home(os.environ)
