"""The three wire formats from the provider's side: what is accepted, what is answered.

A format decodes a request into types that know every field, checks what types cannot
say, and streams a `Turn` back. Each refusal is worded and shaped as its provider's is.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from ownkey.rehearsal.cache import Bill, Caching, Segment
from ownkey.rehearsal.conversation import Conversation, Turn


class Problem(msgspec.Struct, frozen=True):
    """Why a request is refused. The error's `type` follows from the status."""

    status: int
    message: str
    code: str = ""
    messages: str = ""
    """The wording of the Messages format, where it differs."""
    headers: dict[str, str] = {}


class Refused(Exception):
    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.problem = Problem(status, message)


class Format(Protocol):
    """One request, understood. Making it raises `Refused`."""

    path: ClassVar[str]
    caching: ClassVar[Caching]
    model: str
    scope: str
    """What a cache entry belongs to, besides its bytes."""
    reasons: bool
    """Whether the coder may think aloud."""
    conversation: Conversation
    segments: tuple[Segment, ...]

    def __init__(self, body: dict[str, Any], *, strict: bool) -> None: ...

    @staticmethod
    def authorised(headers: Mapping[str, str]) -> bool: ...

    @staticmethod
    def refusal(problem: Problem) -> tuple[int, dict[str, Any]]:
        """Status and body of an error answer."""
        ...

    @staticmethod
    def failure(problem: Problem) -> bytes:
        """The event that reports an error after the stream has begun."""
        ...

    def stream(self, turn: Turn, bill: Bill, serial: int) -> Iterator[bytes]:
        """The events of an answer, framed; the last is the terminal marker."""
        ...


T = TypeVar("T", bound=msgspec.Struct)
Check = Callable[[T], str | None]
"""Says what is wrong with a request, if anything is."""


def decode(body: dict[str, Any], kind: type[T], checks: Iterable[Check[T]], strict: bool) -> T:
    """`body` as `kind`. Unless `strict`, unknown top-level fields are ignored."""
    known = body if strict else {k: v for k, v in body.items() if k in kind.__struct_fields__}
    try:
        request = msgspec.convert(known, kind)
    except msgspec.ValidationError as error:
        raise Refused(str(error)) from error
    for check in checks:
        if wrong := check(request):
            raise Refused(wrong)
    return request


def bearer(headers: Mapping[str, str]) -> bool:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return scheme == "Bearer" and bool(key.strip())


def event(data: Mapping[str, Any] | str, name: str = "") -> bytes:
    """One server-sent event."""
    payload = data.encode() if isinstance(data, str) else msgspec.json.encode(data)
    label = f"event: {name}\n".encode() if name else b""
    return label + b"data: " + payload + b"\n\n"


def words(text: str) -> list[str]:
    """Text in the small pieces it is streamed in."""
    return re.findall(r"\s*\S+\s*$|\s*\S+", text)


def shreds(text: str, size: int = 7) -> list[str]:
    """Arguments in pieces that respect no boundary of JSON."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def written(arguments: Mapping[str, Any]) -> str:
    return msgspec.json.encode(arguments).decode()


def arguments(text: str) -> dict[str, Any]:
    """Arguments as they came back; what is not a JSON object counts as none."""
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def canonical(value: Any) -> bytes:
    """What is counted and cached: the value's JSON with its keys in the order they came."""
    return msgspec.json.encode(value)


def seal(thinking: str) -> str:
    """Thinking in a form that shows whether it comes back unchanged; it hides nothing."""
    data = thinking.encode()
    return base64.b64encode(blake2b(data, digest_size=8).digest() + data).decode()


def unseal(sealed: str) -> str | None:
    """The thinking inside, or None if `seal` did not make this."""
    try:
        data = base64.b64decode(sealed, validate=True)
        thinking = data[8:].decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return thinking if seal(thinking) == sealed else None
