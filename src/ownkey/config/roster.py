"""The models of all levels: each of them once, in order, with an id of its own."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping

import msgspec

from ownkey.config import kept, variables
from ownkey.config.credentials import AUTHORISING
from ownkey.config.diagnostics import Diagnostic, nearest, quoted
from ownkey.config.entries import Entry
from ownkey.config.fields import ARRAY, mismatch
from ownkey.config.levels import Level
from ownkey.config.resolve import Broken, dashed, resolve
from ownkey.core import origin
from ownkey.core.model import Model


class Overridden(msgspec.Struct, frozen=True):
    """An entry that counts for nothing, as another replaces it."""

    name: str
    """Its display name."""
    source: str
    """file:line:column."""
    by: str
    """file:line:column of the one that counts."""


class Roster(msgspec.Struct, frozen=True):
    """Who may be asked, who may not, and why not."""

    models: tuple[Model, ...]
    broken: tuple[Broken, ...]
    diagnostics: tuple[Diagnostic, ...]
    overridden: tuple[Overridden, ...] = ()


def read(levels: Iterable[Level], environ: Mapping[str, str]) -> Roster:
    """Unite the lists of all levels. An entry replaces those of the same `id` or display
    name in the files below its own, also if it is broken: another address is no stand-in."""
    found: list[Model | Broken] = []
    faults: list[Diagnostic] = []
    overridden: list[Overridden] = []
    counts: dict[str, str] = {}
    ids: set[str] = set()
    for level in levels:
        entries = _entries(level, environ, faults)
        resolved = [(entry, resolve(entry)) for entry in entries]
        faults.extend(fault for entry in entries for fault in entry.diagnostics)
        shown = []
        for entry, one in resolved:
            if by := next((counts[name] for name in _names(entry, one) if name in counts), ""):
                overridden.append(Overridden(one.display_name, one.source, by))
            else:
                shown.append((entry, one))
        shown.sort(key=lambda pair: pair[0].fields.get("index", pair[0].index))
        found.extend(_with_own_id(entry, one, ids, faults) for entry, one in shown)
        for entry, one in resolved:
            counts = dict.fromkeys(_names(entry, one), one.source) | counts
        faults.extend(_exposed(level, entries))
    return Roster(
        models=tuple(one for one in found if isinstance(one, Model)),
        broken=tuple(one for one in found if isinstance(one, Broken)),
        diagnostics=tuple(faults),
        overridden=tuple(overridden),
    )


def _entries(level: Level, environ: Mapping[str, str], faults: list[Diagnostic]) -> list[Entry]:
    if not level.mine:
        return []
    file, name = level.file, level.dialect.list
    listed = file.value.get(name)
    if listed is None:
        faults.extend(_misspelt(level, name))
        return []
    if not ARRAY.fits(listed):
        faults.append(file.diagnostic((name,), *mismatch(name, ARRAY, listed)))
        return []
    return [Entry(file, index, level.dialect, environ) for index in range(len(listed))]


def _misspelt(level: Level, name: str) -> Iterable[Diagnostic]:
    """A file whose models nobody would find."""
    for given in level.file.value:
        if given != name and nearest(given, [name]):
            what = f"Unknown setting {quoted(given)}: did you mean {name!r}?"
            yield level.file.diagnostic((given,), what, f"Rename it to {name}", at_name=True)


def _names(entry: Entry, model: Model | Broken) -> set[str]:
    return {entry.fields.get("id", ""), dashed(model.display_name)} - {""}


def _with_own_id(
    entry: Entry, model: Model | Broken, ids: set[str], faults: list[Diagnostic]
) -> Model | Broken:
    if model.id not in ids:
        ids.add(model.id)
        return model
    pointer = entry.at("id") if "id" in entry.fields else entry.pointer
    what = f"Another entry has the id {quoted(model.id)} already"
    fault = entry.file.diagnostic(pointer, what, "Give this one an id of its own")
    faults.append(fault)
    return Broken(
        id=model.id,
        name=model.name,
        display_name=model.display_name,
        diagnostics=(fault,),
        source=model.source,
    )


def _exposed(level: Level, entries: Iterable[Entry]) -> Iterable[Diagnostic]:
    """A word on a file that others may read while a key stands in it."""
    if os.name != "posix" or not level.file.mode & 0o077:
        return
    if any(_holds_key(entry) for entry in entries):
        yield Diagnostic(
            file=str(level.file.path),
            what="Other users of this machine may read this file, and a key stands in it",
            fix=f"Run `chmod 600 {shlex.quote(str(level.file.path))}`",
            severity="warning",
        )


def _holds_key(entry: Entry) -> bool:
    """Whether a secret stands here in clear. Servers on this machine want a placeholder."""
    headers = entry.fields.get("extraHeaders", {})
    secrets = [value for name, value in headers.items() if name.lower() in AUTHORISING]
    key = entry.fields.get("apiKey", "")
    secrets.append("" if entry.dialect.expands and kept.elsewhere(key) else key)
    in_clear = any(one and not variables.REFERENCE.search(str(one)) for one in secrets)
    return in_clear and not origin.is_loopback(entry.fields.get("baseUrl", ""))
