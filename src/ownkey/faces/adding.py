"""Adding a model: what is missing is asked for, the endpoint tried, and the entry written."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from ownkey import console, exits, words
from ownkey.app import choose_model, load_settings
from ownkey.config import addition
from ownkey.config.addition import Addition
from ownkey.config.revise import Revision
from ownkey.config.settings import Settings
from ownkey.core.errors import (
    KeyMissing,
    KeyRefused,
    OwnkeyError,
    ProviderError,
    UsageError,
    WrongAddress,
)
from ownkey.core.model import FORMATS, WireName
from ownkey.core.secret import Secret
from ownkey.doctor import word
from ownkey.doctor.speaks import Speech, speaks
from ownkey.keys import read as read_key
from ownkey.options import Options
from ownkey.setup import add
from ownkey.setup.add import Key, Place
from ownkey.wire import memory
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory

PAGE = 20
"""Models that are shown at a time."""

LEFT = "Nothing was written."


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line; empty is left open."""

    start: str = ""
    """A preset or an address."""
    model: str = ""
    name: str = ""
    provider: WireName | None = None
    base_url: str = ""
    variable: str = ""
    default: bool = False
    yes: bool = False
    verify: bool = True
    settings: Path | None = None
    as_json: bool = False

    @property
    def asks(self) -> bool:
        """Whether somebody is there to answer."""
        return not self.as_json and sys.stdin.isatty() and sys.stdout.isatty()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how to ask, and for what."""

    provider: WireName
    base_url: str
    ids: tuple[str, ...] = ()


def run(wish: Wish) -> int:
    """Nothing is written before the last question is answered."""
    try:
        return _add(wish)
    except (EOFError, KeyboardInterrupt):
        console.say(f"\n{LEFT}")
        return exits.INTERRUPTED


def _add(wish: Wish) -> int:
    options = Options(cwd=Path.cwd(), settings=wish.settings)
    loaded = load_settings(options)
    place = _place(wish, options)
    key = _key(wish, place, options)
    found = _found(wish, place, key)
    model = _model(wish, place, found.ids)
    _refuse_twin(wish, loaded, found, model)
    entry = add.entry(
        model=model,
        name=wish.name or add.display_name(place, model, loaded),
        base_url=found.base_url,
        provider=found.provider,
        key=key,
    )
    default = wish.default or (bool(loaded.models) and _agreed(wish, "Make it the default?"))
    planned = addition.plan(loaded, options.environ, entry, default=default)
    verified = _verified(wish, planned, options)
    return _tell(wish, planned, addition.save(planned), key, verified=verified)


def _place(wish: Wish, options: Options) -> Place:
    if wish.start or wish.base_url:
        return add.place(wish.start, wish.base_url)
    if not wish.asks:
        raise UsageError("Nothing says what to add.", "Name a preset or give an address.")
    presets = add.offered(options.environ)
    for number, one in enumerate(presets, 1):
        ready = f"  (key in {one.variable})" if add.has_key(one, options.environ) else ""
        console.say(f"{number:4}  {one.name}{ready}")
    while True:
        said = _ask("Which provider? A number, a name, or an address: ")
        if said.isdecimal() and 0 < int(said) <= len(presets):
            said = presets[int(said) - 1].name
        try:
            return add.place(said, _own_address(said))
        except UsageError as error:
            _complain(error)


def _own_address(said: str) -> str:
    """The address of a preset that has names of the person's own in it."""
    try:
        add.place(said)
    except UsageError as error:
        if "--base-url" in error.hint:
            return _ask(f"{error.what}\nYour address: ")
    return ""


def _key(wish: Wish, place: Place, options: Options) -> Key:
    """From the variable that is named or usual, else typed or piped in. One that is named and
    not set is referred to all the same where nothing is to be tried."""
    variable = wish.variable or place.variable
    if found := add.key_of(variable, options.environ):
        _say(wish, f"The key in {variable} is used, and is referred to as {found.reference}.")
        return found
    if wish.variable:
        if wish.verify:
            raise KeyMissing(f"{variable} is not set.", f"{LEFT} First: export {variable}=…")
        return Key(Secret(""), f"${{{variable}}}")
    if wish.asks:
        return _typed(place, options)
    if place.is_near or (place.preset and not place.preset.variable):
        return Key(Secret(""))
    return _piped(variable)


def _piped(variable: str) -> Key:
    given = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    if not given.strip():
        unset = f"{variable} is not set, and " if variable else ""
        what = f"There is no key: {unset}none was piped in."
        raise KeyMissing(what, f"{LEFT} Name the variable that has it with --key-variable.")
    return Key(Secret(read_key(given, "What was piped in"), "what was piped in"))


def _typed(place: Place, options: Options) -> Key:
    """A key, or where one is."""
    none = ", Enter if it needs none" if place.is_near else ""
    while True:
        given = console.ask_secret(
            f"The key for {place.called}, or $NAME of the variable that has it (what you type is"
            f" not shown{none}): "
        ).strip()
        if not given and place.is_near:
            return Key(Secret(""))
        try:
            if variable := add.variable(given):
                return _held(variable, options)
            return Key(Secret(read_key(given.encode(), "What you typed"), "what you typed"))
        except KeyMissing as error:
            _complain(error)


def _held(variable: str, options: Options) -> Key:
    found = add.key_of(variable, options.environ)
    if found is None:
        raise KeyMissing(f"{variable} is not set.", f"In your shell: export {variable}=…")
    return found


def _found(wish: Wish, place: Place, key: Key) -> Found:
    """Format and address: the preset's, or those that answer."""
    provider = wish.provider or (
        place.preset.provider if place.preset and place.is_preset else None
    )
    if provider and (wish.model or not wish.verify):
        return Found(provider=provider, base_url=place.base_url)
    speech = asyncio.run(_speech(wish, place, key))
    ids, best = add.usable(speech.ids), speech.best
    if provider and not (best and best.sign == "key refused"):
        door = None if place.is_preset else speech.door(provider)
        return Found(provider=provider, base_url=door.base_url if door else place.base_url, ids=ids)
    if best is None or best.sign != "there":
        _give_up(place, speech)
    _say(wish, f"It speaks {FORMATS[best.wire]} at {best.base_url}.")
    return Found(provider=best.wire, base_url=best.base_url, ids=ids)


async def _speech(wish: Wish, place: Place, key: Key) -> Speech:
    from ownkey.wire.transport import Transport  # 90 ms that only the network is worth

    _say(wish, f"Looking at {place.called}, which costs nothing.")
    preferred = wish.provider or (place.preset.provider if place.preset else None)
    sender = Transport()
    try:
        return await speaks(
            sender, place.base_url, key.secret, prefer=(preferred,) if preferred else ()
        )
    finally:
        await sender.aclose()


def _give_up(place: Place, speech: Speech) -> NoReturn:
    """Say what was tried, and what came of it."""
    first = speech.tries[0]
    tried = "\n".join(f"  {one.url}: {one.said}" for one in speech.tries[:3])
    if first.sign == "key refused" or first.status in (401, 403):
        raise KeyRefused(f"{place.called} refused the key.\n{tried}", f"{LEFT} Check the key.")
    raise WrongAddress(
        f"None of the three formats was found at {place.base_url}. The first of"
        f" {len(speech.tries)} tries:\n{tried}",
        f"{LEFT} Check the address; --provider says the format where you know it.",
    )


def _model(wish: Wish, place: Place, ids: Sequence[str]) -> str:
    if wish.model:
        return wish.model
    usual = place.preset.model if place.preset else ""
    if wish.asks:
        return _chosen(ids, usual)
    if usual:
        return usual
    if len(ids) == 1:
        return ids[0]
    listed = f"It lists: {', '.join(ids[:10])}{' …' if len(ids) > 10 else ''}" if ids else ""
    raise UsageError("Nothing says which model.", f"{LEFT} Give --model ID. {listed}".strip())


def _chosen(ids: Sequence[str], usual: str) -> str:
    """By number, by name, or by typing parts of it until one is left."""
    shown = tuple(ids)
    otherwise = f" (Enter: {usual})" if usual else ""
    if not shown:
        console.say("It lists no models.")
    while True:
        for number, one in enumerate(shown[:PAGE], 1):
            console.say(f"{number:4}  {one}")
        if len(shown) > PAGE:
            console.say(f"      … and {len(shown) - PAGE} more")
        said = _ask(f"Which model? A number, its id, or a part of it{otherwise}: ")
        if not said and usual:
            return usual
        match add.narrowed(shown, said) if said else tuple(ids):
            case (one,):
                return one
            case () if said and not ids:
                return said
            case ():
                console.say(f"None of them has {said!r} in its id. All of them again:")
                shown = tuple(ids)
            case several:
                shown = several


def _refuse_twin(wish: Wish, loaded: Settings, found: Found, model: str) -> None:
    twin = add.twin(loaded, found.provider, found.base_url, model)
    if twin and not wish.name:
        what = f"{model} at {found.base_url} is there already, as {twin.id}."
        raise UsageError(what, f"{LEFT} With a --name of its own it is added once more.")


def _verified(wish: Wish, planned: Addition, options: Options) -> bool:
    """Whether it was seen to answer. Raises what is against it, unless it is to be kept."""
    if not wish.verify:
        return False
    memories = Memory(memory.place(options.environ))
    model = choose_model(planned.loaded, planned.model.id, memories.claims)
    _say(wish, word.price(model))
    if wish.asks and not wish.yes and not _agreed(wish, "Ask it?", usual=True):
        return False
    try:
        asyncio.run(_tried(planned, memories))
    except ProviderError as error:
        _say(wish, error.what)
        if not _agreed(wish, "Keep it all the same?"):
            error.hint = f"{error.hint} {LEFT} --no-verify adds it all the same.".strip()
            raise
        return False
    _say(wish, "It answers.")
    return True


async def _tried(planned: Addition, memories: Memory) -> None:
    client = Client(memory=memories)
    try:
        await word.ask(client, choose_model(planned.loaded, planned.model.id, memories.claims))
    finally:
        await client.aclose()


def _tell(wish: Wish, planned: Addition, revision: Revision, key: Key, *, verified: bool) -> int:
    model = planned.model
    if wish.as_json:
        console.say(words.document(_facts(planned, revision, verified=verified)))
        return exits.DONE
    console.say(f"Added {revision.name} ({revision.id}).")
    console.say(f"  Written: {revision.where}")
    for note in revision.notes:
        console.say(f"  {note}")
    if key.is_literal:
        console.say(f"  The key stands in that file. Better: ownkey keys move {model.id}")
    console.say(f"  Take it out: ownkey models remove {revision.id}")
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


def _say(wish: Wish, text: str) -> None:
    """Beside the result of a script, which alone goes to its output."""
    (console.note if wish.as_json else console.say)(text)


def _complain(error: OwnkeyError) -> None:
    console.say("\n".join(error.failure().lines()))


def _ask(question: str) -> str:
    return console.ask(question).strip()


def _agreed(wish: Wish, question: str, *, usual: bool = False) -> bool:
    """Where nobody is there to say so, no."""
    if not wish.asks or wish.yes:
        return False
    said = _ask(f"{question} [{'Y/n' if usual else 'y/N'}] ").lower()
    return said in ("y", "yes") or (usual and not said)
