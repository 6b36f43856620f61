"""One entry of a file's list of models: its fields, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from ownkey.config import variables
from ownkey.config.diagnostics import Diagnostic, Severity, nearest, quoted
from ownkey.config.document import Pointer
from ownkey.config.fields import (
    COUNT,
    FLAG,
    KEY,
    OBJECT,
    SECONDS,
    TEXT,
    TEXTS,
    TTL,
    WHOLE,
    Kind,
    described,
    mismatch,
)
from ownkey.config.files import File
from ownkey.core.model import WireName

FIELDS: dict[str, Kind] = {
    "model": TEXT,
    "displayName": TEXT,
    "baseUrl": TEXT,
    "apiKey": KEY,
    "provider": TEXT,
    "maxOutputTokens": COUNT,
    "supportsImages": FLAG,
    "noImageSupport": FLAG,
    "extraArgs": OBJECT,
    "extraHeaders": OBJECT,
    "reasoningEffort": TEXT,
    "enableThinking": FLAG,
    "thinkingMaxTokens": COUNT,
    "maxContextLimit": COUNT,
    "bedrock": OBJECT,
    "id": TEXT,
    "index": WHOLE,
    "quirks": OBJECT,
    "contextWindow": COUNT,
    "pricing": OBJECT,
    "priceLike": TEXT,
    "cacheTtl": TTL,
    "fallback": TEXTS,
    "idleTimeout": SECONDS,
    "allowInsecure": FLAG,
}
"""Every field of an entry that is documented or ours. Others are for other programs."""

HOW_TO_GIVE = {
    "model": "Give the name that the endpoint knows the model by",
    "baseUrl": 'Give the endpoint\'s address: "https://api.example.com/v1"',
    "provider": f"Use one of: {', '.join(get_args(WireName))}",
    "apiKey": "Give the key, or ${NAME} to take it from an environment variable",
}
"""What to do where a field is missing that no entry can do without."""


class Dialect(msgspec.Struct, frozen=True):
    """How a file writes its list of models."""

    list: str
    spelling: Mapping[str, str]
    """The file's name for each of `FIELDS` that it may have."""
    expands: bool
    """Whether `${NAME}` is a variable there."""


MODERN = Dialect("customModels", {name: name for name in FIELDS}, expands=True)


class Entry:
    """An entry being read: its fields that fit their kind, and its faults so far."""

    def __init__(
        self, file: File, index: int, dialect: Dialect, environ: Mapping[str, str]
    ) -> None:
        self.file = file
        self.pointer: Pointer = (dialect.list, index)
        self.index = index
        self.dialect = dialect
        self.environ = environ
        self.fields: dict[str, Any] = {}
        self.faulty: set[str] = set()
        """Fields that a fault has been reported of: their absence needs no second word."""
        self.diagnostics: list[Diagnostic] = []
        self._sort(file.value[dialect.list][index])

    @property
    def failed(self) -> bool:
        return any(one.severity == "error" for one in self.diagnostics)

    def spelled(self, field: str) -> str:
        return self.dialect.spelling[field]

    def at(self, field: str, *inner: str | int) -> Pointer:
        return (*self.pointer, self.spelled(field), *inner)

    def report(
        self,
        pointer: Pointer,
        what: str,
        fix: str = "",
        *,
        severity: Severity = "error",
        at_name: bool = False,
    ) -> None:
        self.diagnostics.append(
            self.file.diagnostic(pointer, what, fix, severity=severity, at_name=at_name)
        )

    def expand(self, text: str, pointer: Pointer) -> variables.Expanded | None:
        """The text with its variables replaced; None where one cannot be, which is reported."""
        if not self.dialect.expands and variables.REFERENCE.search(text):
            what = f"Variables are not expanded in {self.file.path.name}"
            self.report(pointer, what, "Write the value itself, or move the entry to settings.json")
            return None
        if not self.dialect.expands:
            return variables.Expanded(text, ())
        try:
            return variables.expand(text, self.environ)
        except variables.Unresolved as error:
            self.report(pointer, error.what, error.fix)
            return None

    def required(self, field: str) -> str:
        """The text of a field that no entry can do without; reports where it is missing."""
        value = str(self.fields.get(field, ""))
        if not value and field not in self.faulty:
            state = "empty" if field in self.fields else "missing"
            self.report(self.at(field), f"{self.spelled(field)} is {state}", HOW_TO_GIVE[field])
        return value

    def _sort(self, raw: Any) -> None:
        if not isinstance(raw, dict):
            self.faulty |= set(FIELDS)
            what = f"An entry must be an object, not {described(raw)}"
            self.report(self.pointer, what, "Put its fields between { and }")
            return
        fields = {spelled: field for field, spelled in self.dialect.spelling.items()}
        for name, value in raw.items():
            field = fields.get(name)
            if field is None:
                self._unknown(name, set(raw), fields)
            elif value is not None and not FIELDS[field].fits(value):
                self.faulty.add(field)
                self.report((*self.pointer, name), *mismatch(name, FIELDS[field], value))
            elif value is not None:
                self.fields[field] = value

    def _unknown(self, name: str, present: set[str], fields: Mapping[str, str]) -> None:
        """A name close to a known one is a slip: the cause, if that one is missing."""
        meant = nearest(name, fields)
        if meant is None:
            return
        cause = meant not in present and fields[meant] in HOW_TO_GIVE
        if cause:
            self.faulty.add(fields[meant])
        self.report(
            (*self.pointer, name),
            f"Unknown field {quoted(name)}: did you mean {meant!r}?",
            f"Rename it to {meant}" if meant not in present else "Remove it",
            severity="error" if cause else "warning",
            at_name=True,
        )
