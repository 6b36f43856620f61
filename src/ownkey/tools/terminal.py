"""Terminal output as plain text, and the part of it that is worth sending to a model."""

from __future__ import annotations

import codecs
import os
import re
from io import TextIOWrapper
from pathlib import Path

HEAD = 10_000
TAIL = 20_000
"""Characters kept of what came first and of what came last."""

SAVED = 64_000_000
"""Characters of the output that are saved to a file at most."""

SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC and other strings: titles, links
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"  # two characters
)
"""ECMA-48 control sequences."""

UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]{0,4000}\x1b?|[ -/]*)?\Z|\r\Z")

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Plain:
    """Bytes from a terminal in, text without control sequences out, piece by piece."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def feed(self, data: bytes, *, last: bool = False) -> str:
        text = self._held + self._decoder.decode(data, last)
        unfinished = None if last else UNFINISHED.search(text)
        self._held = unfinished.group() if unfinished else ""
        text = text.removesuffix(self._held)
        return CONTROL.sub("", SEQUENCE.sub("", text)).replace("\r\n", "\n")


class Capture:
    """Output of any length in bounded memory: head and tail are kept, and the whole is
    saved to `file` once it is longer than they are."""

    def __init__(self, file: Path) -> None:
        self._length = 0
        self._spool = Spool(file)
        self._head = ""
        self._tail = ""

    @property
    def saved(self) -> Path | None:
        """The file, if there had to be one and could be."""
        return self._spool.path if self._spool.length else None

    def add(self, text: str) -> None:
        fitted = self._length <= HEAD + TAIL
        self._length += len(text)
        taken = text[: HEAD - len(self._head)]
        self._head += taken
        tail = self._tail + text[len(taken) :]
        if self._length > HEAD + TAIL:
            self._spool.add(self._head + tail if fitted else text)
        self._tail = tail[-TAIL:]

    def text(self) -> str:
        """What is worth sending, with a note of what is missing."""
        if self._length <= HEAD + TAIL:
            return _settled(self._head + self._tail)
        head = self._head[: self._head.rfind("\n") + 1] or self._head
        tail = self._tail[self._tail.find("\n") + 1 :] or self._tail
        cut = self._length - len(head) - len(tail)
        note = f"[{cut} characters left out; {self._spool.told()}]"
        return f"{_settled(head)}\n{note}\n{_settled(tail)}"

    def close(self) -> None:
        self._spool.close()


class Spool:
    """A file that takes the first of what it is given. A full disk must not end a
    command: then it says that it failed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.length = 0
        self._failed = False
        self._file: TextIOWrapper | None = None

    def add(self, text: str) -> None:
        text = text[: SAVED - self.length]
        if not text or self._failed:
            return
        try:
            self._file = self._file or self._create()
            self._file.write(text)
        except OSError:
            self._failed = True
        else:
            self.length += len(text)

    def told(self) -> str:
        if self._failed:
            return "the whole could not be saved"
        return f"{'all' if self.length < SAVED else 'the first 64 MB'} of it is in {self.path}"

    def close(self) -> None:
        if self._file:
            try:
                self._file.close()
            except OSError:
                self._failed = True

    def _create(self) -> TextIOWrapper:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return os.fdopen(descriptor, "w", encoding="utf-8", newline="")


def _settled(text: str) -> str:
    """Of what carriage returns let cover each other, progress bars mostly, the last."""
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return "\n".join(lines).rstrip("\n")
