"""Secrets taken out of text, in every form in which they are likely to stand there."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

REDACTED = "[redacted]"

SHORTEST = 8
"""Characters from which a value counts. Shorter ones are words that local servers are given,
`none` or `ollama`, and stand in text by chance."""

HEADERS = re.compile(r"authorization|cookie|(^|[-_])(key|token|secret)s?($|[-_])", re.IGNORECASE)
"""Names of headers whose value is a secret, whoever set them."""

_T = TypeVar("_T")


class Veil:
    """Hides values from text: `veil(text)`. The words of a value count each for themselves,
    as the key in `Bearer KEY` does."""

    def __init__(self, values: Iterable[str] = (), mask: str = REDACTED) -> None:
        words = {word for value in values for word in (value.strip(), *value.split())}
        found = {form for word in words if len(word) >= SHORTEST for form in _forms(word)}
        self._mask = mask
        self._forms = sorted(found, key=len, reverse=True)
        self._ordered = sorted(found)
        self._first = {form[0] for form in found}

    def __call__(self, text: str) -> str:
        for form in self._forms:
            if form in text:
                text = text.replace(form, self._mask)
        return text

    def deep(self, value: _T) -> _T:
        """The same value without the secrets, wherever in its structs, tables and lists they
        stand. What holds none is given back as it is."""
        hidden: Any = self._hidden(value)
        return hidden  # type: ignore[no-any-return]  # of the type that it was

    def open_end(self, text: str) -> int:
        """Characters at the end of `text` that may be the beginning of a secret."""
        longest = len(self._forms[0]) if self._forms else 0
        for at in range(max(0, len(text) - longest + 1), len(text)):
            if text[at] in self._first and self._begins(text[at:]):
                return len(text) - at
        return 0

    def _begins(self, tail: str) -> bool:
        at = bisect_left(self._ordered, tail)
        # The tail itself is whole, and a longer form would come right after it.
        at += at < len(self._ordered) and self._ordered[at] == tail
        return at < len(self._ordered) and self._ordered[at].startswith(tail)

    def _hidden(self, value: Any) -> Any:
        match value:
            case str():
                return self(value)
            case dict():
                return {self._hidden(key): self._hidden(one) for key, one in value.items()}
            case list() | tuple():
                return type(value)(self._hidden(one) for one in value)
            case msgspec.Struct():
                old = {name: getattr(value, name) for name in value.__struct_fields__}
                new = {name: self._hidden(one) for name, one in old.items()}
                return value if new == old else msgspec.structs.replace(value, **new)
            case _:
                return value


class Flow:
    """A text that comes in pieces, and goes on as soon as no secret can begin in it."""

    def __init__(self, veil: Veil) -> None:
        self._veil = veil
        self._held = ""

    def feed(self, piece: str) -> str:
        whole = self._held + piece
        kept = self._veil.open_end(whole)
        tail = whole[len(whole) - kept :]
        if self._veil(tail) == tail:  # else one secret is whole that may yet be a longer one
            whole = self._veil(whole)
            kept = self._veil.open_end(whole)
        at = len(whole) - kept
        self._held = whole[at:]
        return self._veil(whole[:at])

    def close(self) -> str:
        """What was held back: no more is to come."""
        rest, self._held = self._held, ""
        return self._veil(rest)


def _forms(word: str) -> Iterator[str]:
    """The word itself, and as addresses, JSON, HTML, hexadecimal and base64 have it."""
    yield word
    address = quote(word, safe="")
    yield from (address, re.sub("%..", lambda code: code[0].lower(), address), quote(word))
    yield quote(word, safe="+")  # a plus that was read as a space and written again
    plain = json.dumps(word)[1:-1]
    yield from (plain, plain.replace("/", "\\/"), _escaped(word), escape(word))
    yield "".join(f"\\u{ord(char):04x}" for char in word)
    data = word.encode("utf-8", "surrogatepass")
    yield from (data.hex(), data.hex().upper())
    for before in range(3):
        yield from _in_base64(data, before)


def _escaped(word: str) -> str:
    """As some libraries have it: all but letters, digits and a few signs in four digits."""
    return re.sub(r"[^\w.:-]", lambda char: f"\\u{ord(char[0]):04x}", word, flags=re.ASCII)


def _in_base64(data: bytes, before: int) -> Iterator[str]:
    """The digits that are the same whatever stands around, after so many bytes modulo 3."""
    padded = bytes(before) + data
    begin, end = -(-before * 8 // 6), len(padded) * 8 // 6
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(padded)[begin:end].decode()
