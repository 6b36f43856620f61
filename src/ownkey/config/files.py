"""One settings file as it is on the disk: read, understood, or the reason why not."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import msgspec

from ownkey.config import jsonc
from ownkey.config.diagnostics import Diagnostic, Severity
from ownkey.config.document import Document, Pointer, dotted, position
from ownkey.config.fields import described

LIMIT = 1024 * 1024
"""Bytes of a file that is read: no person writes more settings."""


ABSENT = "absent"
"""The state of a file that is not there."""


class File(msgspec.Struct, frozen=True):
    """What looking for a file gave. Where `document` is None, `state` says why."""

    path: Path
    state: str = ""
    """`ABSENT`, `empty`, `broken at 3:5`, `unreadable`, `left out`; nothing where it was
    understood."""
    document: Document | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    mode: int = 0
    """Permission bits."""

    @property
    def value(self) -> dict[str, Any]:
        """The settings in it; none where it was not understood."""
        return self.document.value if self.document else {}

    def source(self, pointer: Pointer) -> str:
        """The place of a value in short: `settings.json:7:17`."""
        line, column = self._position(pointer)
        return f"{self.path.name}:{line}:{column}"

    def where(self, pointer: Pointer) -> str:
        """The place of a value in full."""
        return f"{self.path.parent / self.source(pointer)}"

    def diagnostic(
        self,
        pointer: Pointer,
        what: str,
        fix: str = "",
        *,
        severity: Severity = "error",
        at_name: bool = False,
    ) -> Diagnostic:
        """A fault of the value at `pointer`, or of its name if `at_name`."""
        line, column = self._position(pointer, at_name)
        return Diagnostic(
            file=str(self.path),
            line=line,
            column=column,
            path=dotted(pointer),
            what=what,
            fix=fix,
            severity=severity,
        )

    def _position(self, pointer: Pointer, at_name: bool = False) -> tuple[int, int]:
        if self.document is None:
            return 0, 0
        node = self.document.node(pointer)
        return self.document.position(node.key if at_name and node.key is not None else node.start)


def read(path: Path, *, streams: bool = False) -> File:
    """Look for a settings file. Never raises: what went wrong is in the diagnostics.
    `streams` accepts a pipe, as a shell's `<(…)` gives; elsewhere one would hang us."""
    try:
        found = path.stat()
        if not (stat.S_ISREG(found.st_mode) or (streams and stat.S_ISFIFO(found.st_mode))):
            return _unreadable(path, "This is not a file", "Put a file in its place")
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        return File(path, ABSENT)
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        return _unreadable(path, f"This file cannot be read: {reason}", "Make it readable to you")
    if len(data) > LIMIT:
        what = f"This file is larger than {LIMIT // 1024} KiB, which no settings are"
        return _unreadable(path, what, "Check what is in it")
    return understand(path, data, stat.S_IMODE(found.st_mode))


def written(path: Path, text: str) -> File:
    """What reading a file with this text would give."""
    return understand(path, text.encode(), 0o600)


def understand(path: Path, data: bytes, mode: int) -> File:
    """What these bytes say. Never raises: what is wrong with them is in the diagnostics."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        return _broken(path, before, len(before), "this byte is not UTF-8", "Save it as UTF-8")
    if jsonc.is_blank(text):
        return File(path, "empty")
    try:
        document = jsonc.parse(text)
    except jsonc.Broken as error:
        return _broken(path, text, error.offset, error.what, error.fix)
    if not isinstance(document.value, dict):
        what = f"settings are an object, not {described(document.value)}"
        return _broken(path, text, document.root.start, what, "Put { and } around them")
    file = File(path, document=document, mode=mode)
    return msgspec.structs.replace(file, diagnostics=_duplicates(file, document))


def _duplicates(file: File, document: Document) -> tuple[Diagnostic, ...]:
    what = "This name is set twice; the last one counts"
    return tuple(
        file.diagnostic(pointer, what, "Remove one", severity="warning", at_name=True)
        for pointer, _ in document.duplicates
    )


def _broken(path: Path, text: str, offset: int, what: str, fix: str) -> File:
    line, column = position(text, offset)
    fault = Diagnostic(
        file=str(path), line=line, column=column, what=what[:1].upper() + what[1:], fix=fix
    )
    return File(path, f"broken at {line}:{column}", diagnostics=(fault,))


def _unreadable(path: Path, what: str, fix: str) -> File:
    fault = Diagnostic(file=str(path), what=what, fix=fix)
    return File(path, "unreadable", diagnostics=(fault,))
