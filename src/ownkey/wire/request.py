"""From a model and a prompt to the one HTTP request that asks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from ownkey import __version__
from ownkey.core.errors import BadRequest
from ownkey.core.model import IDLE, Model, Prompt, WireName
from ownkey.wire import Wire, address
from ownkey.wire.formats.parts import merge, to_json
from ownkey.wire.formats.settled import Settled


class Request(msgspec.Struct, frozen=True):
    """Ready to be sent. Its repr shows neither headers nor body."""

    url: str
    headers: dict[str, str]
    body: bytes = b""
    idle: float = IDLE
    """Seconds of silence after which the answer is given up."""
    method: Literal["GET", "POST"] = "POST"

    def __repr__(self) -> str:
        return f"<Request of {len(self.body)} bytes>"


def build(
    model: Model,
    prompt: Prompt,
    *,
    url: str = "",
    without: Sequence[str] = (),
    settled: Settled | None = None,
) -> Request:
    """The same model and prompt give the same bytes, so that caches hit. `url` stands in
    for the usual address; `without` names fields of ours to leave out, as `prune` has it.
    `settled` is what is encoded already of the conversation, and grows with it.

    Raises `BadRequest` for a header that cannot be sent.
    """
    wire = wire_of(model.wire)
    if settled is None or _reaches_into_messages(without):
        settled = Settled()
    else:
        settled.grow(prompt.messages, model, wire.items)
    return Request(
        url=url or address.endpoint(model.wire, model.base_url, wire.path),
        headers=_headers(wire, model, prompt.session),
        body=to_json(merge(prune(wire.encode(model, prompt, settled), without), model.extra)),
        idle=model.idle,
    )


def look(model: Model, url: str, question: bytes = b"") -> Request:
    """A GET at an address of the model's own origin, with its key and headers; a POST where
    there is a question to it."""
    headers = _headers(wire_of(model.wire), model, session="")
    method: Literal["GET", "POST"] = "POST" if question else "GET"
    return Request(url, headers | {"accept": "application/json"}, question, method=method)


def wire_of(name: WireName) -> Wire:
    """The module that speaks a wire format; the other two stay unloaded."""
    match name:
        case "anthropic":
            from ownkey.wire.formats import anthropic

            return anthropic
        case "openai":
            from ownkey.wire.formats import responses

            return responses
        case "generic-chat-completion-api":
            from ownkey.wire.formats import chat

            return chat


def prune(body: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The body without the fields at `paths`: `tools.strict` is that of every tool."""
    for path in paths:
        *way, name = path.split(".")
        for holder in _at(body, way):
            holder.pop(name, None)
    return body


def _reaches_into_messages(paths: Iterable[str]) -> bool:
    """Whether there is something in messages to be left out, also in those of long ago."""
    return any(path.startswith(("messages.", "input.")) for path in paths)


def holds(body: dict[str, Any], path: str) -> bool:
    *way, name = path.split(".")
    return any(name in holder for holder in _at(body, way))


def _at(value: Any, way: list[str]) -> Iterator[dict[str, Any]]:
    """The objects that lie at the end of the way; a list is entered at each of its items."""
    match value:
        case list():
            for item in value:
                yield from _at(item, way)
        case dict() if not way:
            yield value
        case dict():
            yield from _at(value.get(way[0]), way[1:])


def _headers(wire: Wire, model: Model, session: str) -> dict[str, str]:
    """Ours, then the wire's, the endpoint's and the user's: the last one holds, whatever
    its case, and an empty value takes the header away."""
    headers = {
        "user-agent": f"ownkey/{__version__}",
        "content-type": "application/json",
        "accept": "text/event-stream",
        # Compressing makes proxies hold back what should arrive word by word.
        "accept-encoding": "identity",
    }
    headers |= wire.headers | _authorisation(model)
    headers |= {name.lower(): value for name, value in model.quirks.headers.items()}
    if model.quirks.affinity:
        headers[model.quirks.affinity.lower()] = session
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
