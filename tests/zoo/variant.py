"""One way to have it wrong, and the far sides that go with it.

`cause` and `cure` are words of ownkey's message. `{far}` is the address of the far side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from ownkey.rehearsal import http
from tests.zoo.accents import Json
from tests.zoo.bodies import NO_SUCH_MODEL, WRONG_KEY, below
from tests.zoo.far import Answering
from tests.zoo.host import CHAT, Answer, Door, Host

NAME = "api.zoo.example"
"""The host of an endpoint that is reached by https."""

MODEL = "zoo-1"

Trust = Literal["trusted", "self-signed", "another's name", "expired", "none"]


class Variant(NamedTuple):
    name: str
    cause: str
    cure: str = ""
    exit: int = 69
    far: Answering | None = None
    """None: nobody is there."""
    entry: Mapping[str, Any] = {}
    """What differs from a right entry."""
    tunnel: Trust | None = None
    """At `NAME`, through the proxy; None: on a port nearby."""
    secure: bool = False
    """Nearby: whether it speaks TLS."""
    stands_at: str = "127.0.0.1"
    environment: Mapping[str, str] = {}
    arguments: tuple[str, ...] = ()
    slip: tuple[str, str] = ("", "")
    """What is typed wrong in the settings, and how."""
    added: str | None = None
    """Words of `models add`, where it is given no more than address, key and model; empty: it
    finds out what is right. None: what `exec` says."""

    @property
    def against(self) -> str:
        """What `models add` has against it; empty: it adds an entry that works."""
        if self.added is not None:
            return self.added
        return self.cause if self.exit else ""


class Always(NamedTuple):
    """A far side that has one answer to everything."""

    given: Answer

    def answer(self, _: http.Request) -> Answer:
        return self.given


class Elsewhere(NamedTuple):
    """A host that gives this answer where it would answer a question, and else itself."""

    host: Door
    given: Answer

    def answer(self, request: http.Request) -> Answer:
        return self.given if request.method == "POST" else self.host.answer(request)


PLAIN = Host("a plain host", below("/v1", CHAT), WRONG_KEY, NO_SUCH_MODEL, models="/v1/models")


def door(**changes: Any) -> Door:
    return Door(PLAIN._replace(**changes), MODEL)


def says(status: int, body: Any, kind: str = "application/json", **headers: str) -> Elsewhere:
    """A host that answers each question so."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Elsewhere(door(), Answer(status, kind, (data,), named))


def streams(*pieces: bytes, kind: str = "text/event-stream", **changes: Any) -> Elsewhere:
    return Elsewhere(door(), Answer(200, kind, pieces, **changes))


def never(chunk: Json) -> Any:
    """Usage is nowhere."""
    if not chunk.get("usage"):
        yield {name: value for name, value in chunk.items() if name != "usage"}


PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body>Welcome</body></html>"
HELLO = b'data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hel"}}]}\n\n'
LATER = {"retry_after": "120"}
"""Longer than ownkey waits: it tells at once."""
