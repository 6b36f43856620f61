"""From a model and a prompt to the one HTTP request that asks it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ownkey import __version__
from ownkey.core.errors import BadRequest
from ownkey.core.model import Model, Prompt, WireName
from ownkey.wire import Wire, address


class Request(msgspec.Struct, frozen=True):
    """A POST, ready to be sent. Its repr shows neither headers nor body."""

    url: str
    headers: dict[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<Request of {len(self.body)} bytes>"


def build(model: Model, prompt: Prompt) -> Request:
    """The same model and prompt give the same bytes, so that caches hit.

    Raises `BadRequest` for a header that cannot be sent.
    """
    wire = wire_of(model.wire)
    return Request(
        url=address.endpoint(model.wire, model.base_url, wire.path),
        headers=_headers(wire, model),
        body=_json(merge(wire.encode(model, prompt), model.extra)),
    )


def wire_of(name: WireName) -> Wire:
    """The module that speaks a wire format; the other two stay unloaded."""
    match name:
        case "anthropic":
            from ownkey.wire import anthropic

            return anthropic
        case "openai":
            from ownkey.wire import responses

            return responses
        case "generic-chat-completion-api":
            from ownkey.wire import chat

            return chat


def merge(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """`theirs` over `ours`: objects merge key by key, everything else is replaced."""
    merged = dict(ours)
    for key, value in theirs.items():
        mine = merged.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            merged[key] = merge(mine, value)
        else:
            merged[key] = value
    return merged


def _headers(wire: Wire, model: Model) -> dict[str, str]:
    """Ours, then the wire's, then the user's: the last one holds, whatever its case, and
    an empty value takes the header away."""
    headers = {
        "user-agent": f"ownkey/{__version__}",
        "content-type": "application/json",
        "accept": "text/event-stream",
        # Compressing makes proxies hold back what should arrive word by word.
        "accept-encoding": "identity",
    }
    headers |= wire.headers | _authorisation(model)
    headers |= {name.lower(): value.reveal() for name, value in model.headers.items()}
    sent = {name: value for name, value in headers.items() if value}
    for name, value in sent.items():
        _check(name, value, model)
    return sent


def _authorisation(model: Model) -> dict[str, str]:
    """One header with the key; none without, as local servers want it."""
    if not model.key:
        return {}
    key = model.key.reveal()
    bearer = model.quirks.auth == "bearer"
    return {"authorization": f"Bearer {key}"} if bearer else {"x-api-key": key}


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")


def _check(name: str, value: str, model: Model) -> None:
    """Refuse here what the transport would refuse in words that show the value."""
    if _NAME.fullmatch(name) and _VALUE.fullmatch(value):
        return
    shown = name if _NAME.fullmatch(name) else repr(name)
    raise BadRequest(
        f"The header {shown} cannot be sent: there is a line end, a blank at its"
        " edge, or a character outside ASCII in it.",
        f"Check `extraHeaders` in {model.source or 'the model entry'},"
        f" and the key from {model.key.source or '`apiKey`'}.",
    )


def _json(body: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(body))


def _whole(value: Any) -> Any:
    """`value` with lone surrogates replaced: a cut-off emoji in a file name or in a
    model's words is no reason not to go on (wire-facts 4.1)."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_whole(key): _whole(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_whole(inner) for inner in value]
        case _:
            return value
