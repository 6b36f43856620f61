"""What was sent from one folder before, to be sent again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from ownkey.sessions import place

KEPT = 1_000
"""Prompts that are offered; the file is cut to these once it holds twice as many."""


def file_for(cwd: Path, environ: Mapping[str, str]) -> Path:
    """Beside the sessions of the folder `cwd`."""
    return place.shelf(place.folder(environ), cwd) / "prompts"


class History:
    """A file with one JSON string a line, and a place in it. The draft that was left is
    the newest end. A file that cannot be read or written is an empty history, never an
    error: nobody loses a prompt for it."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._sent = _read(file) if file else []
        self._at = len(self._sent)
        self._draft = ""

    def add(self, text: str) -> None:
        """`text` was sent. Goes to the newest end."""
        if not self._sent or self._sent[-1] != text:
            self._sent.append(text)
            self._write(text)
        self._at = len(self._sent)

    def keep(self, text: str) -> None:
        """`text` was dropped: it can be had back, but stands in no file."""
        self._sent.append(text)
        self._at = len(self._sent)

    def older(self, draft: str) -> str | None:
        """The prompt before the present one; None at the oldest."""
        if self._at == 0:
            return None
        if self._at == len(self._sent):
            self._draft = draft
        self._at -= 1
        return self._sent[self._at]

    def newer(self) -> str | None:
        """The prompt after the present one, at last the draft; None beyond it."""
        if self._at == len(self._sent):
            return None
        self._at += 1
        return self._draft if self._at == len(self._sent) else self._sent[self._at]

    def _write(self, text: str) -> None:
        if self._file is None:
            return
        try:
            descriptor = place.append_to(self._file)
            with os.fdopen(descriptor, "ab") as stream:
                stream.write(msgspec.json.encode(text) + b"\n")
        except (OSError, UnicodeEncodeError):
            self._file = None


def _read(file: Path) -> list[str]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return []
    if len(lines) > 2 * KEPT:
        _cut(file, lines[-KEPT:])
    return [text for line in lines[-KEPT:] if (text := _decode(line))]


def _cut(file: Path, lines: list[bytes]) -> None:
    """Through a file of its own, so that a crash leaves one of the two whole."""
    part = file.with_suffix(f".{os.getpid()}")
    try:
        with os.fdopen(place.append_to(part), "ab") as stream:
            stream.writelines(line + b"\n" for line in lines)
        part.replace(file)
    except OSError:
        return


def _decode(line: bytes) -> str:
    """Empty for a line that was torn."""
    try:
        return msgspec.json.decode(line, type=str)
    except msgspec.DecodeError:
        return ""
