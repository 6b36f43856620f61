"""Whose key stands where: every entry of the person's files, those that are broken too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from ownkey.config import kept, levels, variables
from ownkey.config.diagnostics import Diagnostic
from ownkey.config.document import dotted
from ownkey.config.entries import MODERN, Entry
from ownkey.config.models import Known
from ownkey.config.resolve import resolve
from ownkey.core.model import Model
from ownkey.core.secret import Secret

Kind = Literal["none", "literal", "variable", "keyring", "file", "command"]


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, seen as one that has a key."""

    who: Known
    kind: Kind
    place: str
    """The reference as it is written, `${KEY}`; of a command the program; no part of a key."""
    path: Path
    index: int
    """Of the entry in its file."""
    where: str
    """file:line:column of the key, or of the entry without one."""
    can_refer: bool
    """Whether a key in this file may be kept elsewhere."""
    fault: str = ""
    """What is wrong with the key as it is written."""

    @property
    def secret(self) -> Secret:
        return self.who.key if isinstance(self.who, Model) else Secret("")


def holders(home: Path, environ: Mapping[str, str], runtime: Path | None = None) -> list[Holder]:
    """In the order of the files and of the entries in them. A project's never have keys."""
    found = levels.find(home, None, runtime)
    return [_holder(entry) for level in found if level.mine for entry in _entries(level, environ)]


def _entries(level: levels.Level, environ: Mapping[str, str]) -> Iterator[Entry]:
    listed = level.file.value.get(level.dialect.list)
    if isinstance(listed, list):
        for index in range(len(listed)):
            yield Entry(level.file, index, level.dialect, environ)


def _holder(entry: Entry) -> Holder:
    given = entry.fields.get("apiKey", "")
    kind = _kind(given, expands=entry.dialect.expands)
    names = dict.fromkeys(variables.REFERENCE.findall(given)) if kind == "variable" else ()
    places = {"variable": ", ".join(f"${{{name}}}" for name in names), "literal": "", "none": ""}
    return Holder(
        who=resolve(entry),
        kind=kind,
        place=places.get(kind, kept.called(given)),
        path=entry.file.path,
        index=entry.index,
        where=entry.file.where(entry.at("apiKey")),
        can_refer=entry.dialect is MODERN,
        fault=_fault(entry),
    )


def _kind(given: object, *, expands: bool) -> Kind:
    if not given:
        return "none"
    if isinstance(given, dict):
        return "command"
    text = str(given)
    if expands and text.startswith(kept.KEYRING):
        return "keyring"
    if expands and text.startswith(kept.FILE):
        return "file"
    return "variable" if expands and variables.REFERENCE.search(text) else "literal"


def _fault(entry: Entry) -> str:
    """The first error of the key itself."""
    prefix = dotted(entry.at("apiKey"))
    wrong: Iterator[Diagnostic] = (
        one for one in entry.diagnostics if one.severity == "error" and one.path.startswith(prefix)
    )
    first = next(wrong, None)
    return f"{first.what}. {first.fix}" if first else ""
