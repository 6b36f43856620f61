"""Where settings name a model besides its own entry, and how a name is kept right when it changes.

Named are fallbacks, another's price, the default, and limits of length. A name may be any that
`models.meant` takes, so that most changes leave most names as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ownkey.config import amend, models
from ownkey.config.diagnostics import quoted
from ownkey.config.document import Pointer
from ownkey.config.entries import MODERN
from ownkey.config.levels import NESTED, PER_MODEL, Level
from ownkey.config.models import Known
from ownkey.config.resolve import dashed
from ownkey.config.settings import Settings
from ownkey.core.errors import SettingsError

DEFAULT = "the default"

SETTINGS: tuple[tuple[Pointer, str], ...] = (
    ((NESTED, "model"), DEFAULT),
    (("model",), DEFAULT),
    ((NESTED, "specModeModel"), "the model of the specification mode"),
)
"""Settings that are the name of a model."""


FIELDS = (("priceLike", "the price", True), ("fallback", "a fallback", False))
"""Fields of an entry that name models, what they say, and whether only another can be meant."""


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A name of a model, in a place that is not its own entry."""

    level: Level
    pointer: Pointer
    said: str
    what: str
    """What is said by it: `the fallback of Kimi`."""
    owner: str = ""
    """`Known.source` of the entry that it stands in; empty: it stands in none."""
    is_another: bool = False
    """Whether only another entry can be meant than the one it stands in."""
    is_key: bool = False
    """Whether it is the name of a member, and not a value."""

    @property
    def path(self) -> Path:
        return self.level.file.path

    @property
    def where(self) -> str:
        return self.level.file.where(self.pointer)


class Rename(msgspec.Struct, frozen=True):
    """A reference, and what it has to say from now on."""

    reference: Reference
    name: str

    def made(self, text: str) -> str:
        """The text of its file with it."""
        reference = self.reference
        if reference.is_key:
            return amend.rename(text, reference.pointer, self.name)
        return amend.put(text, reference.pointer, self.name)

    @property
    def told(self) -> str:
        reference = self.reference
        if not reference.level.mine:
            what = f"{reference.where} says {quoted(reference.said)} still, {reference.what}"
            return f"{what}: it is a project's, and means another model now, or none."
        if reference.what == DEFAULT:
            return f"It is the default, as {self.name}."
        return f"{reference.where}: {reference.what} is {self.name} now."


def found(loaded: Settings) -> Iterator[Reference]:
    """All of them, a project's included."""
    for level in loaded.levels:
        if level.dialect is MODERN and isinstance(level.file.value, dict):
            yield from _of_settings(level)
            if level.mine:
                yield from _of_entries(level)


def to(loaded: Settings, known: Known) -> Iterator[Reference]:
    """Those that mean this model."""
    return (one for one in found(loaded) if _means(loaded, one, known))


def followed(loaded: Settings, was: Known, fresh: Settings, now: Known) -> Iterator[Rename]:
    """What has to be said anew for every name to go on meaning the model, which was one thing in
    the settings that were loaded and is another in the fresh ones."""
    for reference in to(loaded, was):
        if not _means(fresh, reference, now):
            yield Rename(reference, _restated(reference.said, was, now))


def left(loaded: Settings, was: Known, fresh: Settings) -> Iterator[str]:
    """A sentence for each name that meant a model which is none any more."""
    said = {one.said for one in to(loaded, was) if one.owner != was.source}
    for reference in found(fresh):
        if reference.said in said:
            other = _meant(fresh, reference)
            means = f"means {other.id} now" if other else "means nobody now"
            yield (
                f"{reference.where} says {quoted(reference.said)} still, {reference.what}:"
                f" it {means}."
            )


def _of_settings(level: Level) -> Iterator[Reference]:
    for pointer, what in SETTINGS:
        if isinstance(said := _at(level.file.value, pointer), str):
            yield Reference(level=level, pointer=pointer, said=said, what=what)
    limits = level.file.value.get(PER_MODEL)
    for said in limits if isinstance(limits, dict) else ():
        pointer = (PER_MODEL, said)
        what = "a limit of length"
        yield Reference(level=level, pointer=pointer, said=said, what=what, is_key=True)


def _of_entries(level: Level) -> Iterator[Reference]:
    listed = level.file.value.get(level.dialect.list)
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(entry, dict):
            continue
        pointer: Pointer = (level.dialect.list, index)
        owner = level.file.where(pointer)
        name = entry.get("displayName") or entry.get("model")
        for field, what, is_another in FIELDS:
            for inner, said in _names(entry.get(field)):
                yield Reference(
                    level=level,
                    pointer=(*pointer, field, *inner),
                    said=said,
                    what=f"{what} of {name}",
                    owner=owner,
                    is_another=is_another,
                )


def _names(value: Any) -> Iterator[tuple[Pointer, str]]:
    """One name, or a list of them, each with the way to it."""
    if isinstance(value, str):
        yield (), value
    elif isinstance(value, list):
        yield from (((index,), one) for index, one in enumerate(value) if isinstance(one, str))


def _at(value: Any, pointer: Pointer) -> Any:
    for step in pointer:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _means(loaded: Settings, reference: Reference, known: Known) -> bool:
    meant = _meant(loaded, reference)
    return meant is not None and meant.source == known.source


def _meant(loaded: Settings, reference: Reference) -> Known | None:
    """The model that a reference means, if that is one alone."""
    if reference.is_another:
        entries: tuple[Known, ...] = (*loaded.models, *loaded.broken)
        others = [one for one in entries if one.source != reference.owner]
        hits = models.matching(others, reference.said)
        return hits[0] if len(hits) == 1 else None
    try:
        return models.meant(loaded, reference.said)
    except SettingsError:
        return None


def _restated(said: str, was: Known, now: Known) -> str:
    """In the form that it had: a display name, that with dashes, or an id."""
    if said == was.display_name:
        return now.display_name
    if said == dashed(was.display_name):
        return dashed(now.display_name)
    return now.id
