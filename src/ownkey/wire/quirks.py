"""The effective profile of an endpoint: the rows about it, then what its entry says."""

from __future__ import annotations

import difflib
import re
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from ownkey.core.errors import SettingsError
from ownkey.core.model import WireName
from ownkey.core.quirks import Quirks
from ownkey.wire.formats import effort
from ownkey.wire.formats.ids import fitting
from ownkey.wire.rows import RULES

KINDS = get_type_hints(Quirks)


def resolve(wire: WireName, base_url: str, model_name: str, overrides: dict[str, Any]) -> Quirks:
    """The effective profile: rows in order, later ones win, and the `quirks` of the
    model's own entry last. Raises SettingsError where those cannot be understood."""
    for name, value in overrides.items():
        _require_known(name)
        _require_kind(name, value)
    changes: dict[str, Any] = {}
    for row in RULES:
        if row.fits(wire, base_url, model_name):
            changes |= row.changes
    profile = msgspec.convert(changes | overrides, Quirks)
    _require_usable(profile)
    return profile


def _require_known(name: str) -> None:
    if name not in KINDS:
        near = difflib.get_close_matches(name, KINDS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(KINDS)}."
        raise SettingsError(f"quirks.{name} does not exist", hint)


def _require_kind(name: str, value: object) -> None:
    kind = KINDS[name]
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise SettingsError(f"quirks.{name} cannot be {value!r}", _values(kind)) from error


def _values(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return f"It is one of: {', '.join(repr(one) for one in get_args(kind))}."
    return f"It is {SHAPES[get_origin(kind) or kind]}."


SHAPES = {bool: "true or false", str: "text", dict: "an object"}


def _require_usable(profile: Quirks) -> None:
    """What no type says. A pattern that no id made of hexadecimal digits meets would stop
    every conversation with tools later, far from the line that caused it."""
    try:
        fitting("", profile.tool_id, taken=())
    except (re.error, LookupError) as error:
        raise SettingsError(
            f"quirks.tool_id: no id of letters and digits matches {profile.tool_id!r}",
            "Give a regular expression such as [a-zA-Z0-9]{9}.",
        ) from error
    try:
        effort.levels(profile.efforts)
    except LookupError as error:
        raise SettingsError(
            f"quirks.efforts: there is no level {error.args[0]!r}",
            f"Give some of these, separated by spaces: {' '.join(effort.LEVELS)}.",
        ) from error
