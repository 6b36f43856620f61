"""What is wrong with a setting, where, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]
"""An error makes the value, the entry or the file unusable; a warning does not."""

ALIKE = 0.7
"""The similarity from which on one word may be meant by another."""


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a settings file. A `line` of 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    """The setting: `customModels[2].provider`."""
    what: str
    fix: str = ""
    severity: Severity = "error"

    @property
    def where(self) -> str:
        """`FILE:LINE:COLUMN`, as terminals and editors make it a link."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.where}: {_sentence(self.what)} {_sentence(self.fix)}".rstrip()


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """All of them for a person, one a line, errors first; empty where there is none."""
    ordered = sorted(diagnostics, key=lambda one: one.severity)
    return "\n".join(f"{one.severity}: {one}" for one in ordered)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that may have been meant: case, `_` and `-` do not count."""
    rated = [(_likeness(word, candidate), candidate) for candidate in known]
    score, best = max(rated, key=lambda pair: pair[0], default=(0.0, ""))
    return best if score >= ALIKE else None


def quoted(value: object, limit: int = 60) -> str:
    """A value of the user's, made harmless to a terminal and short."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, _bare(one), _bare(other)).ratio()


def _bare(word: str) -> str:
    return word[:200].lower().replace("_", "").replace("-", "")


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!", "…")) else f"{text}."
