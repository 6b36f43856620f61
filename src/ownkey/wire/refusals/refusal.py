"""From a provider's refusal to an error of ours: what happened, where, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ownkey.core.errors import (
    BrokenStream,
    OutOfCredit,
    ProviderError,
    RateLimited,
    TooLong,
    WrongAddress,
)
from ownkey.core.model import Model
from ownkey.core.veil import Veil
from ownkey.wire.refusals import allowance, limit, retry, said, starts
from ownkey.wire.refusals.meaning import TYPES, explained, meaning
from ownkey.wire.refusals.said import Said

Headers = Mapping[str, str]
"""Looked up in lower case."""


def from_response(
    status: int, headers: Headers, body: bytes, *, url: str, model: Model
) -> ProviderError:
    """The error that a status other than 200, or a 200 that is no stream, stands for."""
    words = said.read(body)
    if status // 100 == 3:
        error = _redirect(url, headers)
    elif status // 100 == 2 and not words:
        error = _unstreamed()
    else:
        error = _error(_status(status, words), words)
    error.should_retry = WORD_ON_RETRY.get(headers.get("x-should-retry", ""), error.should_retry)
    error.retry_after = retry.wish(headers, words.text)
    if isinstance(error, RateLimited | OutOfCredit):
        error.hint = " ".join(filter(None, (error.hint, allowance.told(headers))))
    _place(error, model, url, status, headers)
    return error


def in_stream(error: Any) -> ProviderError:
    """The error that an error object inside a stream stands for. HTTP said 200, so the
    object's own code or type has to do (wire-facts 6.26). `placed` completes its words."""
    words = said.of(error)
    refused = _error(_own_status(words) or 500, words)
    refused.retry_after = retry.wish({}, words.text)
    return refused


@contextmanager
def placed(
    model: Model, url: str, status: int | None = None, headers: Headers | None = None
) -> Iterator[None]:
    """Complete every `ProviderError` raised inside with where it happened, and take the
    secrets of `model` out of its words."""
    try:
        yield
    except ProviderError as error:
        _place(error, model, url, status, headers or {})
        raise


def veiled(text: str, model: Model) -> str:
    """The text without the secrets of `model`."""
    return _veil(model)(text)


def shown(url: str) -> str:
    """An address without a login and without the query values that look like keys."""
    parts = urlsplit(url)
    query = [
        (name, "***" if _SECRET_NAME.search(name) else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query=urlencode(query, safe="*"), fragment="").geturl()


WORD_ON_RETRY = {"true": True, "false": False}
"""`x-should-retry` overrides everything (both official SDKs)."""


def _redirect(url: str, headers: Headers) -> ProviderError:
    return WrongAddress(
        f"{{url}} sends on to {shown(urljoin(url, headers.get('location', '')))}.",
        "If that is right, put it into `baseUrl` in {entry}: a key is not sent after a redirect.",
    )


def _unstreamed() -> ProviderError:
    return BrokenStream(
        "{host} answered in one piece although a stream was asked for.",
        "Check for `stream` in `extraArgs` in {entry}, or use an endpoint that streams.",
        should_retry=False,
    )


def _status(status: int, words: Said) -> int:
    """The status that counts: the body's own where the line said all was well."""
    if status // 100 == 2 and not words.html:
        return _own_status(words) or 400
    return status


def _own_status(words: Said) -> int | None:
    named = (TYPES[code] for code in words.codes if code in TYPES)
    return words.status or next(named, None)


def _error(status: int, words: Said) -> ProviderError:
    kind = meaning(status, "" if words.html else words.text)
    what, hint = explained(kind, words.text)
    error = kind(what, hint, said=words.words, names=words.codes, field=words.field)
    if isinstance(error, TooLong):
        error.limit = limit.named(words.text)
    return error


REQUEST_IDS = ("request-id", "x-request-id", "x-amzn-requestid", "apim-request-id", "cf-ray")
"""Headers that name the request to the provider's support, the best first."""

_SECRET_NAME = re.compile(r"key|token|secret|sig|auth|pass|code", re.IGNORECASE)


def _place(
    error: ProviderError, model: Model, url: str, status: int | None, headers: Headers
) -> None:
    error.url = error.url or shown(url)
    error.status = error.status or status
    ids = (headers[name] for name in REQUEST_IDS if name in headers)
    error.request_id = error.request_id or next(ids, "")
    names = {
        "host": urlsplit(error.url).netloc,
        "url": error.url,
        "model": model.name,
        "key": model.key.source or f"`apiKey` in {model.source or 'the model entry'}",
        "entry": model.source or "the model's entry",
        "start": starts.sentence(error.url),
    }
    hidden = _veil(model)
    error.what = hidden(_filled(error.what, names))
    error.hint = hidden(_filled(error.hint, names))
    error.said = said.short(hidden(error.said))
    error.url = hidden(error.url)
    error.request_id = said.short(hidden(said.plain(error.request_id)))
    error.args = (error.what,)


def _filled(template: str, names: Mapping[str, str]) -> str:
    """Braces that name nothing stay: the text may be finished already."""
    return re.sub(r"\{(\w+)\}", lambda name: names.get(name[1], name[0]), template)


def _veil(model: Model) -> Veil:
    """Over its key and its headers, whose values are shown nowhere."""
    secrets = (model.key, *model.headers.values())
    return Veil((one.reveal() for one in secrets if one.known), mask="***")
