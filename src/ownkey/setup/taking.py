"""Taking models over into the settings: which are new, which are meant, and writing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from ownkey.config import variables, writing
from ownkey.config.diagnostics import nearest, quoted
from ownkey.config.models import Known
from ownkey.config.resolve import dashed
from ownkey.config.settings import Settings
from ownkey.core import origin
from ownkey.core.errors import UsageError
from ownkey.setup.imports.candidate import Candidate

State = Literal["new", "already there", "twice"]

Target = tuple[str, str, int | None, str]
"""Format, host, port and model: what makes two entries the same."""


class Offer(msgspec.Struct, frozen=True):
    """A candidate beside what there is already."""

    candidate: Candidate
    display_name: str
    """Its own among all models."""
    state: State = "new"
    """`twice`: another program has the same one, which stands before it."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be asked for by."""
        model = self.candidate.model
        return (self.display_name, dashed(self.display_name), model, f"{self.source}:{model}")

    @property
    def source(self) -> str:
        return self.candidate.source


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, or would be."""

    names: tuple[str, ...]
    file: Path
    backup: Path | None = None
    notes: tuple[str, ...] = ()
    """What is left to do, a sentence each."""


def offers(
    found: Iterable[Candidate], loaded: Settings, environ: Mapping[str, str]
) -> tuple[Offer, ...]:
    """Each candidate once, in order, with what is to be done with it."""
    everyone: tuple[Known, ...] = (*loaded.models, *loaded.broken)
    there = {
        _target(one.wire, one.base_url, one.name, environ)
        for one in everyone
        if one.wire and one.base_url
    }
    seen: set[Target] = set()
    names = {dashed(one.display_name) for one in everyone}
    made = []
    for one in dict.fromkeys(found):
        target = _target(one.provider, one.base_url, one.model, environ)
        state: State = "new"
        if target in there:
            state = "already there"
        elif target in seen:
            state = "twice"
        seen.add(target)
        name = next(name for name in _called(one) if state != "new" or dashed(name) not in names)
        if state == "new":
            names.add(dashed(name))
        made.append(Offer(one, name, state))
    return tuple(made)


def _target(wire: str, base_url: str, model: str, environ: Mapping[str, str]) -> Target:
    try:
        url = variables.expand(base_url, environ).text
    except variables.Unresolved:
        url = base_url
    host = "localhost" if origin.is_loopback(url) else origin.host_of(url)
    return wire, host, origin.port_of(url), model


def _called(one: Candidate) -> Iterator[str]:
    """Its name, and others that say the same, for as long as they are taken."""
    plain = one.name or one.model.rpartition("/")[2]
    yield plain
    yield f"{plain} ({one.source})"
    number = 2
    while True:
        yield f"{plain} ({one.source} {number})"
        number += 1


def chosen(offered: Sequence[Offer], wanted: Iterable[str]) -> tuple[Offer, ...]:
    """Those that are meant. Raises `UsageError` for a name that none has, or several have."""
    picked = {id(one): one for name in wanted for one in (_named(offered, name),)}
    return tuple(picked.values())


def _named(offered: Sequence[Offer], name: str) -> Offer:
    hits = [one for one in offered if name.lower() in (known.lower() for known in one.names)]
    fresh = [one for one in hits if one.state == "new"] or hits[:1]
    if not fresh:
        close = nearest(name, [known for one in offered for known in one.names])
        hint = f"Did you mean {close!r}?" if close else "`ownkey models import` lists them."
        raise UsageError(f"No model {quoted(name)} was found on this machine.", hint)
    if fresh[0].state != "new":
        raise UsageError(f"{quoted(name)} is in the settings already.", "`ownkey models` lists it.")
    if len(fresh) > 1:
        names = ", ".join(quoted(one.display_name) for one in fresh)
        raise UsageError(f"{quoted(name)} may mean several models.", f"Say which: {names}")
    return fresh[0]


def take(
    path: Path,
    picked: Sequence[Offer],
    environ: Mapping[str, str],
    *,
    with_keys: bool = False,
    dry: bool = False,
) -> Taken:
    """Write an entry for each into the file, all in one step; `dry` only says what that would
    do. Raises `SettingsError` where the file cannot be changed."""
    before = text = writing.read(path)
    notes: dict[str, None] = {}
    for one in picked:
        entry = one.candidate.entry(one.display_name, with_keys=with_keys)
        notes.update(dict.fromkeys(_notes(one.candidate, entry, environ, with_keys=with_keys)))
        text = writing.added(text, entry)
    backup = None if dry else writing.save(path, before, text)
    names = tuple(one.display_name for one in picked)
    return Taken(names=names, file=path, backup=backup, notes=tuple(notes))


def _notes(
    one: Candidate, entry: Mapping[str, Any], environ: Mapping[str, str], *, with_keys: bool
) -> Iterator[str]:
    """What the person has to do before it answers."""
    key = one.key
    if key.literal and not (with_keys or origin.is_near(one.base_url)):
        yield (
            f"The key that stands in {key.literal.source} was not taken: "
            "--with-keys copies it, or keep it in the variable."
        )
    if key.note:
        yield f"The key was not taken: {key.note}."
    for field in ("apiKey", "baseUrl"):
        for name in variables.REFERENCE.findall(str(entry.get(field, ""))):
            if not environ.get(name):
                yield f"{name} is not set: put this into your shell's profile: export {name}=…"
