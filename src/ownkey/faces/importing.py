"""Models of other programs: what was found, in a table, and what became of the chosen."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ownkey import console, exits, words
from ownkey.app import load_settings
from ownkey.config import settings
from ownkey.config.diagnostics import nearest, quoted
from ownkey.core import person
from ownkey.core.errors import UsageError
from ownkey.core.screen import homely
from ownkey.options import Options
from ownkey.setup import taking
from ownkey.setup.imports.candidate import Candidate, Key, Left
from ownkey.setup.imports.readers import READERS, SOURCES, look
from ownkey.setup.taking import Offer, Taken

HEAD = ("", "NAME", "MODEL", "HOST", "FORMAT", "KEY", "FOUND IN", "")


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """As the command line has it."""

    names: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    everything: bool = False
    with_keys: bool = False
    dry: bool = False
    settings: Path | None = None
    as_json: bool = False


def run(wish: Wish) -> int:
    options = Options(cwd=Path.cwd(), settings=wish.settings)
    environ = options.environ
    home = settings.home(environ)
    found = look(person.home(environ), environ, _sources(wish.sources))
    left = tuple(one for one in found if isinstance(one, Left))
    candidates = (one for one in found if isinstance(one, Candidate))
    offered = taking.offers(candidates, load_settings(options), environ)
    if not wish.as_json:
        _show(offered, left, environ)
    picked = _picked(wish, offered)
    taken = None
    if picked:
        file = wish.settings or home / "settings.json"
        taken = taking.take(file, picked, environ, with_keys=wish.with_keys, dry=wish.dry)
    if wish.as_json:
        facts = [_facts(one, environ) for one in offered]
        written = taken and {"written": not wish.dry, **msgspec.structs.asdict(taken)}
        everything = {"models": facts, "left": left, "added": written}
        console.say(words.document(everything))
    elif taken:
        _tell(taken, dry=wish.dry)
    return exits.DONE


def _sources(wanted: Sequence[str]) -> Sequence[str]:
    for name in wanted:
        if name not in SOURCES:
            close = nearest(name, SOURCES)
            hint = f"Did you mean {close!r}?" if close else f"There are: {', '.join(SOURCES)}."
            raise UsageError(f"There is no source {quoted(name)}.", hint)
    return wanted or SOURCES


def _picked(wish: Wish, offered: Sequence[Offer]) -> tuple[Offer, ...]:
    fresh = tuple(one for one in offered if one.state == "new")
    if wish.everything:
        return fresh
    if wish.names:
        return taking.chosen(offered, wish.names)
    if not fresh or wish.as_json or wish.dry:
        return ()
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _asked(fresh)
    console.say("\nAdd some by name, or all: ownkey models import --all")
    return ()


def _asked(fresh: Sequence[Offer]) -> tuple[Offer, ...]:
    """By number or name, until what was typed means something; nothing is none."""
    numbered = {str(number): one.display_name for number, one in enumerate(fresh, 1)}
    while True:
        try:
            said = console.ask("\nWhich to add? Numbers or names with commas, `all`, or nothing: ")
        except EOFError:
            return ()
        if said.strip().lower() == "all":
            return tuple(fresh)
        wanted = [numbered.get(word.strip(), word.strip()) for word in said.split(",")]
        try:
            return taking.chosen(fresh, filter(None, wanted))
        except UsageError as error:
            console.say("\n".join(error.failure().lines()))


def _show(offered: Sequence[Offer], left: Sequence[Left], environ: Mapping[str, str]) -> None:
    if not offered:
        programs = ", ".join(one.program for one in READERS)
        console.say(f"No models were found. Looked at: {programs}.")
        console.say("`ownkey models add` asks for what it needs.")
    fresh = [one for one in offered if one.state == "new"]
    numbers = {id(one): str(number) for number, one in enumerate(fresh, 1)}
    if offered:
        rows = (_row(one, numbers.get(id(one), ""), environ) for one in offered)
        console.table([HEAD, *rows])
    for note in left:
        console.say(f"{note.source}: {homely(note.where)}: {note.why}")


def _row(one: Offer, number: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    found = one.candidate
    return (
        number,
        one.display_name,
        found.model,
        _address(found.base_url).partition("//")[2].partition("/")[0] or found.base_url,
        found.provider,
        _of_key(found.key, environ),
        f"{found.source} {homely(found.where)}",
        "" if one.state == "new" else one.state,
    )


def _of_key(key: Key, environ: Mapping[str, str]) -> str:
    """Where it is, never what it is."""
    if key.literal:
        return f"in {homely(key.literal.source)}"
    if key.reference.startswith("${"):
        name = key.reference[2:-1]
        return f"${name}" if environ.get(name) else f"${name} (not set)"
    return key.reference or key.note or "none"


def _facts(one: Offer, environ: Mapping[str, str]) -> dict[str, Any]:
    found = one.candidate
    entry = found.entry(one.display_name, with_keys=False)
    return {
        "source": found.source,
        "where": found.where,
        "state": one.state,
        "key": _of_key(found.key, environ),
        "entry": entry | {"baseUrl": _address(found.base_url)},
    }


def _address(base_url: str) -> str:
    """Without its query, which may hold a key."""
    return base_url.partition("?")[0]


def _tell(taken: Taken, *, dry: bool) -> None:
    count = f"{len(taken.names)} model{'' if len(taken.names) == 1 else 's'}"
    console.say(f"\n{'Would add' if dry else 'Added'} {count} to {taken.file}:")
    for name in taken.names:
        console.say(f"  {name}")
    for note in taken.notes:
        console.say(f"  {note}")
    if taken.backup:
        back = shlex.join(["cp", str(taken.backup), str(taken.file)])
        console.say(f"  Take it back: {back}")
    if not dry:
        console.say("  See whether they work: ownkey doctor")
