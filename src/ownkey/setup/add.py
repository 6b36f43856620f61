"""What `models add` decides without asking anyone: who is meant, which key, what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ownkey.config.diagnostics import nearest, quoted
from ownkey.config.models import Known
from ownkey.config.presets import PLACEHOLDER, PRESETS, Preset
from ownkey.config.resolve import dashed
from ownkey.config.settings import Settings
from ownkey.core import origin
from ownkey.core.errors import UsageError
from ownkey.core.model import Model, WireName
from ownkey.core.secret import Secret
from ownkey.setup.imports import hosts

ADDRESS = re.compile(r"[/.:]|^localhost$")
"""What no preset's name has in it, but for the dot of a few that are looked for first."""

VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
"""The name of one, as it is typed in place of a key."""


class Place(msgspec.Struct, frozen=True):
    """Who is to be asked, and where."""

    base_url: str
    preset: Preset | None = None

    @property
    def is_near(self) -> bool:
        return origin.is_near(self.base_url)

    @property
    def is_preset(self) -> bool:
        """Whether nothing is left to find out: it is the preset's own address."""
        return self.preset is not None and self.base_url == self.preset.base_url

    @property
    def called(self) -> str:
        return self.preset.name if self.preset else origin.host_of(self.base_url)

    @property
    def variable(self) -> str:
        """Where its key would be, for the host itself of a preset: to another one no key of it
        goes unless that is said. Empty: nobody knows."""
        preset = self.preset
        if preset is None:
            return ""
        own = origin.host_of(preset.base_url)
        is_own = PLACEHOLDER in preset.base_url or origin.host_of(self.base_url) == own
        return preset.variable if is_own else ""


class Key(msgspec.Struct, frozen=True):
    """A key, and how the entry refers to it."""

    secret: Secret
    reference: str = ""
    """`${VAR}`. Empty: the key itself stands in the file, if there is one."""

    @property
    def written(self) -> str:
        return self.reference or self.secret.reveal()

    @property
    def is_literal(self) -> bool:
        return bool(self.secret) and not self.reference


def place(said: str, base_url: str = "") -> Place:
    """The preset that is called so, or the address it is. Raises `UsageError`."""
    preset = _named(said) if said else None
    if said and preset is None and not ADDRESS.search(said):
        names = [one.name for one in PRESETS]
        close = nearest(said, names)
        hint = f"Did you mean {quoted(close)}?" if close else f"There are: {', '.join(names)}."
        raise UsageError(f"There is no preset {quoted(said)}.", f"{hint} Or give an address.")
    url = base_url or (preset.base_url if preset else said)
    if preset and not base_url and PLACEHOLDER in url:
        what = f"The address of {preset.name} has your own names in it: {url}"
        raise UsageError(what, "Give it with --base-url.")
    url = origin.absolute(url)
    if fault := origin.problem(url):
        raise UsageError(f"The address {fault}.", "Nothing was sent.")
    return Place(url, preset or hosts.preset_at(url))


def offered(environ: Mapping[str, str]) -> tuple[Preset, ...]:
    """All presets, those first whose key is there."""
    return tuple(sorted(PRESETS, key=lambda one: not has_key(one, environ)))


def has_key(preset: Preset, environ: Mapping[str, str]) -> bool:
    return bool(environ.get(preset.variable, "").strip())


def key_of(variable: str, environ: Mapping[str, str]) -> Key | None:
    """The key that a variable holds. None: it holds none."""
    value = environ.get(variable, "").strip() if variable else ""
    return Key(Secret(value, variable), f"${{{variable}}}") if value else None


def variable(said: str) -> str:
    """The name of the variable that was given instead of a key; empty where none was."""
    named = VARIABLE.fullmatch(said)
    return named[1] if named else ""


def usable(ids: Iterable[str]) -> tuple[str, ...]:
    """Those that can be shown and written; an endpoint may list anything."""
    return tuple(dict.fromkeys(one for one in ids if one.isprintable() and one.strip()))


def narrowed(ids: Sequence[str], said: str) -> tuple[str, ...]:
    """Which of the ids, as they are numbered from 1, is meant: by number, by name, or by parts
    of it, in any case."""
    if said.isdecimal() and 0 < int(said) <= len(ids):
        return (ids[int(said) - 1],)
    if said in ids:
        return (said,)
    parts = said.lower().split()
    return tuple(one for one in ids if all(part in one.lower() for part in parts))


def display_name(place: Place, model: str, loaded: Settings) -> str:
    """One that no other model has."""
    everyone: tuple[Known, ...] = (*loaded.models, *loaded.broken)
    taken = {dashed(one.display_name) for one in everyone}
    return next(name for name in _names(place, model) if dashed(name) not in taken)


def twin(loaded: Settings, wire: WireName, base_url: str, model: str) -> Model | None:
    """The model of the settings that is the same."""
    same = (wire, base_url.rstrip("/"), model)
    return next(
        (one for one in loaded.models if (one.wire, one.base_url.rstrip("/"), one.name) == same),
        None,
    )


def entry(*, model: str, name: str, base_url: str, provider: WireName, key: Key) -> dict[str, Any]:
    """The entry of `customModels`, in the order in which the documents write one."""
    fields = {
        "model": model,
        "displayName": name,
        "baseUrl": base_url,
        "apiKey": key.written,
        "provider": provider,
    }
    return {field: value for field, value in fields.items() if value}


def _named(said: str) -> Preset | None:
    wanted = dashed(said).lower()
    named = (one for one in PRESETS if dashed(one.name).lower() == wanted)
    return next(named, None) or hosts.preset(said)


def _names(place: Place, model: str) -> Iterator[str]:
    plain = f"{place.called} {model.rpartition('/')[2]}"
    yield plain
    number = 2
    while True:
        yield f"{plain} {number}"
        number += 1
