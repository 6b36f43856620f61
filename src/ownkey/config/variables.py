"""`${NAME}` in a setting, replaced by what the environment has under that name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Unresolved(ValueError):
    """A reference that cannot be replaced, and so must not be sent."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class Expanded(NamedTuple):
    """The text with its references replaced, and the names of the variables used."""

    text: str
    names: tuple[str, ...]


def expand(text: str, environ: Mapping[str, str]) -> Expanded:
    """Replace every reference once: what a variable holds is not expanded again.
    Raises `Unresolved` for an unset or empty variable and for anything else after `${`."""
    names = tuple(dict.fromkeys(REFERENCE.findall(text)))
    for name in names:
        _require(name, environ)
    if "${" in REFERENCE.sub("", text):
        raise Unresolved(
            "'${' is here without the name of a variable",
            "Write ${NAME}: letters, digits and _ only",
        )
    return Expanded(REFERENCE.sub(lambda match: environ[match[1]], text), names)


def _require(name: str, environ: Mapping[str, str]) -> None:
    fault = _fault(environ.get(name))
    if fault:
        raise Unresolved(
            f"The environment variable {name} is {fault}",
            f"Set it before the start: export {name}=…",
        )


def _fault(value: str | None) -> str:
    if value is None:
        return "not set"
    if not value:
        return "empty"
    # Python keeps bytes that are not UTF-8 as lone surrogates, which nothing can send.
    return "not UTF-8" if any("\ud800" <= char <= "\udfff" for char in value) else ""
