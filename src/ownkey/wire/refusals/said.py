"""What a provider said when it refused, dug out of whatever shape it said it in."""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple

import msgspec

PAGE = 8_000
"""Characters of a page that are looked at: what it is about stands at its beginning."""

LONGEST = 500
"""Characters of a provider's words worth showing."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
"""Control and direction characters: words from outside may not steer the terminal."""

_TITLE = re.compile(r"<title[^>]*>(.*?)</title|<h1[^>]*>(.*?)</h1", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(style|script)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)


class Said(NamedTuple):
    """A provider's words, and the names and numbers it gave its complaint."""

    words: str
    codes: tuple[str, ...] = ()
    status: int | None = None
    """An HTTP status given in the body: what counts when the line said 200."""
    html: bool = False
    field: str = ""
    """The part of the request that is complained of, where it is named apart."""

    def __bool__(self) -> bool:
        return bool(self.words or self.codes or self.status or self.html)

    @property
    def text(self) -> str:
        """All of it, for telling one complaint from another."""
        return " ".join((*self.codes, self.words))


def read(body: bytes) -> Said:
    """The provider's words out of a response body: JSON in any of the known shapes, an
    HTML page (its title), plain text, or nothing."""
    try:
        document = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace").strip()
    else:
        return of(document) if _complains(document) else Said("")
    if text.startswith("<"):
        return Said(_page(text), html=True)
    return Said(plain(text))


def of(value: Any) -> Said:
    """The words of an error object already decoded (wire-facts 1D lists the shapes)."""
    try:
        return _of(value)
    except RecursionError:  # errors in errors, without end: a hoax
        return Said("")


def plain(text: str) -> str:
    """One line without control characters."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"


COMPLAINTS = ("error", "errors", "message", "detail", "msg", "code")
"""What a document of an error has at least one of."""


def _complains(document: Any) -> bool:
    """A whole answer has a `type` and a `status` too, and they are not an error's."""
    if not isinstance(document, dict):
        return True
    named = any(document.get(name) for name in COMPLAINTS)
    return named or _status(document) is not None or _names_error(document.get("type"))


def _names_error(name: Any) -> bool:
    return isinstance(name, str) and name.endswith("error")


def _of(value: Any) -> Said:
    match value:
        case str():
            return Said(plain(value))
        case [first, *_]:
            return _of(first)
        case {"error": dict() | list() as inner} if inner:
            return _of(inner)
        case {"errors": [_, *_] as several}:
            return _of(several)
        case dict():
            words, field = plain(_words(value)), value.get("param")
            return Said(
                words, _codes(value), _status(value), field=field if isinstance(field, str) else ""
            )
        case _:
            return Said("")


def _words(error: dict[str, Any]) -> str:
    candidates = (error.get(name) for name in ("message", "error", "detail", "msg"))
    words = next((_flat(candidate) for candidate in candidates if candidate), "")
    beside = _upstream(error.get("metadata")) or _generation(error)
    return f"{words} ({beside})" if beside else words


def _flat(value: Any) -> str:
    """FastAPI's `detail` is a text or a list of complaints, each with its place."""
    match value:
        case str():
            return value
        case {"msg": str(words), "loc": [*place]}:
            return f"{'.'.join(map(str, place))}: {words}"
        case dict():
            return _of(value).words
        case list():
            return "; ".join(_flat(item) for item in value)
        case _:
            return str(value)


def _upstream(metadata: Any) -> str:
    """What the provider behind OpenRouter said; often JSON in a string."""
    match metadata:
        case {"raw": str(raw)} if raw:
            words = read(raw.encode()).words
            return f"{metadata.get('provider_name') or 'upstream'}: {words}"
        case _:
            return ""


def _generation(error: dict[str, Any]) -> str:
    """The call as the model wrote it, where Groq could not read it."""
    wrote = error.get("failed_generation")
    return f"failed_generation: {wrote}" if isinstance(wrote, str) and wrote else ""


def _codes(error: dict[str, Any]) -> tuple[str, ...]:
    values = (error.get(name) for name in ("type", "code", "status"))
    return tuple(value for value in values if isinstance(value, str))


def _status(error: dict[str, Any]) -> int | None:
    """OpenRouter, llama.cpp and Google give the HTTP status as `code`."""
    for value in (error.get("code"), error.get("status")):
        if isinstance(value, int | str) and re.fullmatch(r"[45]\d\d", str(value)):
            return int(value)
    return None


def _page(text: str) -> str:
    text = text[:PAGE]
    title = _TITLE.search(text)
    words = next((group for group in title.groups() if group), "") if title else text
    return plain(html.unescape(_TAG.sub(" ", words)))
