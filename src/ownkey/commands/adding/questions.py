"""What is missing is asked for: who, with which key, which model."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ownkey.commands.adding.wish import LEFT, Wish, complain, say
from ownkey.core.errors import KeyMissing, UsageError
from ownkey.core.secret import Secret
from ownkey.keys import read as read_key
from ownkey.options import Options
from ownkey.setup import add
from ownkey.setup.add import Key, Place

PAGE = 20
"""Models that are shown at a time."""


def place(wish: Wish, options: Options) -> Place:
    if wish.start or wish.base_url:
        return add.place(wish.start, wish.base_url)
    if not wish.asks:
        raise UsageError("Nothing says what to add.", "Name a preset or give an address.")
    presets = add.offered(options.environ)
    rows = [
        one.name + (f"  (key in {one.variable})" if add.has_key(one, options.environ) else "")
        for one in presets
    ]
    question, how = "Which provider?", "A number, a name, or an address"
    said = wish.talk.pick(question, how, rows, len(rows))
    while True:
        if said.isdecimal() and 0 < int(said) <= len(presets):
            said = presets[int(said) - 1].name
        try:
            return add.place(said, _own_address(wish, said))
        except UsageError as error:
            complain(wish, error)
        said = wish.talk.ask(f"{question} {how}: ")


def _own_address(wish: Wish, said: str) -> str:
    """The address of a preset that has names of the person's own in it."""
    try:
        add.place(said)
    except UsageError as error:
        if "--base-url" in error.hint:
            return wish.talk.ask(f"{error.what}\nYour address: ")
    return ""


def key(wish: Wish, place: Place, options: Options) -> Key:
    """From the variable that is named or usual, else typed or piped in. One that is named and
    not set is referred to all the same where nothing is to be tried."""
    variable = wish.variable or place.variable
    if found := add.key_of(variable, options.environ):
        say(wish, f"The key in {variable} is used, and is referred to as {found.reference}.")
        return found
    if wish.variable:
        if wish.verify:
            what = f"The environment variable {variable} is not set."
            raise KeyMissing(what, f"{LEFT} First: export {variable}=…")
        return Key(Secret(""), f"${{{variable}}}")
    if wish.asks:
        return _typed(wish, place, options)
    if place.is_near or (place.preset and not place.preset.variable):
        return Key(Secret(""))
    return _piped(place, variable)


def _piped(place: Place, variable: str) -> Key:
    given = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    if not given.strip():
        unset = f"{variable} is not set, and " if variable else ""
        what = f"There is no key: {unset}none was piped in."
        made = f" Keys are made at {place.preset.keys}" if variable and place.preset else ""
        named = "Name the variable that has it with --key-variable."
        raise KeyMissing(what, f"{LEFT} {named}{made}")
    return Key(Secret(read_key(given, "What was piped in"), "what was piped in"))


def _typed(wish: Wish, place: Place, options: Options) -> Key:
    """A key, or where one is."""
    if place.variable and place.preset:
        say(wish, f"Keys are made at {place.preset.keys}")
    none = ", Enter if it needs none" if place.is_near else ""
    while True:
        given = wish.talk.ask_secret(
            f"The key for {place.called}, or $NAME of the variable that has it (what you type is"
            f" not shown{none}): "
        )
        if not given and place.is_near:
            return Key(Secret(""))
        try:
            if variable := add.variable(given):
                return _held(variable, options)
            return Key(Secret(read_key(given.encode(), "What you typed"), "what you typed"))
        except KeyMissing as error:
            complain(wish, error)


def _held(variable: str, options: Options) -> Key:
    found = add.key_of(variable, options.environ)
    if found is None:
        raise KeyMissing(f"{variable} is not set.", f"In your shell: export {variable}=…")
    return found


def model(wish: Wish, place: Place, ids: Sequence[str]) -> str:
    if wish.model:
        return wish.model
    usual = place.preset.model if place.preset else ""
    if wish.asks:
        return _chosen(wish, ids, usual)
    if usual:
        return usual
    if len(ids) == 1:
        return ids[0]
    listed = f"It lists: {', '.join(ids[:10])}{' …' if len(ids) > 10 else ''}" if ids else ""
    raise UsageError("Nothing says which model.", f"{LEFT} Give --model ID. {listed}".strip())


def _chosen(wish: Wish, ids: Sequence[str], usual: str) -> str:
    """By number, by name, or by typing parts of it until one is left."""
    shown = ids = tuple(sorted(ids, key=lambda one: one != usual))
    otherwise = f" (Enter: {usual})" if usual else ""
    if not shown:
        say(wish, "It lists no models.")
    how = f"A number, its id, or a part of it{otherwise}"
    while True:
        said = wish.talk.pick("Which model?", how, shown, PAGE)
        if not said and usual:
            return usual
        match add.narrowed(shown, said) if said else ids:
            case (one,):
                return one
            case () if said and not ids:
                return said
            case ():
                say(wish, f"None of them has {said!r} in its id. All of them again:")
                shown = ids
            case several:
                shown = several
