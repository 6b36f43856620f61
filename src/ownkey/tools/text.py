"""Text in a file, to the byte: its encoding, its line endings, and replacing parts of it."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterable

import msgspec

from ownkey.core.errors import ToolError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

SNIFFED = 8_000
"""Bytes in which a NUL makes a file binary, as git has it."""


class Document(msgspec.Struct, frozen=True):
    """Decoded text. Each character stands for fixed bytes, so what an edit leaves alone
    comes out of `encode` as it was."""

    text: str
    encoding: str
    errors: str = "strict"
    mark: bytes = b""

    @property
    def note(self) -> str:
        """What a reader must know of the encoding; empty for UTF-8."""
        if self.errors != "strict":
            return "some bytes are not UTF-8; they are shown as \ufffd"
        return "" if self.encoding == "utf-8" else self.encoding

    def encode(self, text: str) -> bytes:
        """`text` in this document's encoding. Raises `ToolError` where it does not fit."""
        try:
            return self.mark + text.encode(self.encoding, self.errors)
        except UnicodeEncodeError as error:
            raise ToolError(
                f"The file's encoding, {self.encoding}, has no {text[error.start]!r}; "
                "do without it, or convert the file first."
            ) from error


def decode(data: bytes) -> Document | None:
    """The text that `data` is, or None for a binary file."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            text = _attempt(data[len(mark) :], encoding)
            if text is not None:
                return Document(text, encoding, mark=mark)
    if b"\0" in data[:SNIFFED]:
        return None
    return _unmarked(data)


def _unmarked(data: bytes) -> Document:
    text = _attempt(data, "utf-8")
    if text is not None:
        return Document(text, "utf-8")
    text = data.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= sign <= "\udcff" for sign in text)
    if sum(sign > "\x7f" for sign in text) > 2 * broken:
        return Document(text, "utf-8", "surrogateescape")
    text = _attempt(data, "windows-1252")
    if text is not None:
        return Document(text, "windows-1252")
    return Document(data.decode("latin-1"), "latin-1")


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


class View:
    """Text with each line ending as LF, and the way back to the exact text.

    A lone CR ends lines only in a file that has no LF at all.
    """

    def __init__(self, exact: str) -> None:
        self._exact = exact
        self._ending = "\r\n" if "\n" in exact or "\r" not in exact else "\r"
        self.text = self.flat(exact)
        shorter = len(self._ending) - 1
        self._shortened = [
            match.start() - shorter * earlier
            for earlier, match in enumerate(re.finditer(self._ending, exact))
            if shorter
        ]

    def flat(self, text: str) -> str:
        """`text` as this view would show it."""
        return text.replace(self._ending, "\n")

    def lines(self) -> list[str]:
        """The lines without their endings; none for an empty text."""
        lines = self.text.split("\n")
        return lines if lines[-1] else lines[:-1]

    def line(self, offset: int) -> int:
        """The number, from 1, of the line at `offset` of the view."""
        return self.text.count("\n", 0, offset) + 1

    def replace(self, old: str, new: str, offsets: Iterable[int]) -> str:
        """The exact text with `new` for `old` at these offsets of the view, in order and
        without overlap. What both have in common at their ends is not touched; inserted
        lines end as the line does into which they go."""
        old, new = self.flat(old), self.flat(new)
        before = _shared(old, new)
        after = _shared(old[before:][::-1], new[before:][::-1])
        inserted = new[before : len(new) - after]
        pieces: list[str] = []
        done = 0
        for offset in offsets:
            start = self._position(offset + before)
            pieces += self._exact[done:start], inserted.replace("\n", self._ending_at(start))
            done = self._position(offset + len(old) - after)
        return "".join([*pieces, self._exact[done:]])

    def _position(self, offset: int) -> int:
        return offset + bisect_left(self._shortened, offset)

    def _ending_at(self, position: int) -> str:
        """How the line at `position` ends; for the last one, how the line before it did."""
        if self._ending == "\r":
            return "\r"
        end = self._exact.find("\n", position)
        if end < 0:
            end = self._exact.rfind("\n", 0, position)
        return "\r\n" if end > 0 and self._exact[end - 1] == "\r" else "\n"


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    most = min(len(one), len(other))
    return next((at for at in range(most) if one[at] != other[at]), most)
