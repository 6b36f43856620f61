"""Which of the three formats an endpoint speaks, and at which base address: found by knocking.

No model hears of it. A knock names a model that nobody has and holds no conversation that any
format allows, so that what can be learned is only whether there is a door.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import aclosing, suppress
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from ownkey.core import origin
from ownkey.core.errors import (
    BadRequest,
    BrokenStream,
    KeyRefused,
    NoAccess,
    ProviderError,
    UnknownModel,
    WrongAddress,
)
from ownkey.core.model import Model, WireName
from ownkey.core.secret import Secret
from ownkey.wire import address, quirks, request, sse
from ownkey.wire.published import look
from ownkey.wire.refusals import refusal

Auth = Literal["bearer", "x-api-key"]

Sign = Literal["there", "key refused", "unsure", "absent"]
"""What an answer tells of a door, the best first."""

SIGNS: tuple[Sign, ...] = ("there", "key refused", "unsure", "absent")

NOBODY = "ownkey-looks-who-answers"
"""A model that no endpoint has, and a path below which none has anything."""

WRONG = {"messages": [0], "input": [0], "max_tokens": 1, "max_output_tokens": 1}
"""No conversation in any of the formats, and hardly an answer where it is taken for one:
llama.cpp answers in Messages when `messages` is no list at all."""

PATIENCE = 8.0
"""Seconds for one knock."""

SHUT = (401, 403, 429)
"""Statuses with which a host sends everybody away: more knocks tell nothing more."""

AT_ONCE = 4
"""Knocks at a time: a small server is not to be overrun, nor a limit of requests."""

PLACES = (
    "",
    "/v1",
    "/api/v1",
    "/openai/v1",
    "/api",
    "/anthropic",
    "/api/anthropic",
    "/inference/v1",
    "/v1/openai",
    "/v1beta/openai",
    "/api/paas/v4",
    "/compatible-mode/v1",
)
"""Base paths that hosts and gateways have (`address.HOMES`, wire-facts 2), tried at the origin
where nothing answers at the address as it was written."""

ORDER: tuple[WireName, ...] = ("generic-chat-completion-api", "anthropic", "openai")
"""Where an endpoint speaks several, and nobody says which is meant: what most are made for."""

HINTS: tuple[tuple[str, WireName], ...] = (
    ("/chat/completions", "generic-chat-completion-api"),
    ("/responses", "openai"),
    ("/messages", "anthropic"),
    ("anthropic", "anthropic"),
)
"""What in a written path says which format is meant."""


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One knock, and what it told."""

    wire: WireName
    url: str
    """As it may be shown."""
    base_url: str
    """What to write for requests to go there."""
    auth: Auth
    sign: Sign
    status: int | None = None
    """None: there was no answer in time."""
    said: str = ""
    """What it means, in a sentence."""
    kind: str = ""
    """`Failure.kind` of that."""


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint speaks, as far as it could be told."""

    tries: tuple[Try, ...]
    """All of them, the most telling first."""
    ids: tuple[str, ...] = ()
    """The models that it lists."""

    @property
    def best(self) -> Try | None:
        """Where to send requests. None: no door was found."""
        first = self.tries[0]
        return None if first.sign == "absent" else first

    def door(self, wire: WireName) -> Try | None:
        """Where that format surely answers."""
        return next((one for one in self.tries if (one.wire, one.sign) == (wire, "there")), None)

    @property
    def wires(self) -> tuple[WireName, ...]:
        """All formats that surely answer."""
        return tuple(dict.fromkeys(one.wire for one in self.tries if one.sign == "there"))


async def speaks(
    sender: look.Sender,
    base_url: str,
    key: Secret,
    *,
    name: str = NOBODY,
    prefer: Sequence[WireName] = (),
) -> Speech:
    """Knock at the address as it is written, then at its neighbours, always at the same host.
    `name` is a model that it should have; `prefer` says which format to take of several.
    Raises `WrongAddress` for what is no address, and what keeps the host from being reached."""
    if fault := origin.problem(base_url):
        raise WrongAddress(f"The address {fault}.")
    wires = _order(base_url, prefer)
    knocks = _Knocks(sender, name, key)
    await knocks.learn_nothing(base_url, wires[0])
    tries = await knocks.at(_as_written(base_url, wires))
    if not any(one.sign == "there" or one.status in SHUT for one in tries):
        seen = {(one.wire, one.url) for one in tries}
        around = (door for door in _around(base_url, wires) if (door.wire, door.url) not in seen)
        tries += await knocks.at(around)
    ranked = tuple(sorted(tries, key=lambda one: (SIGNS.index(one.sign), wires.index(one.wire))))
    return Speech(tries=ranked, ids=await knocks.ids(ranked))


class Door(NamedTuple):
    """Where a format may be spoken."""

    wire: WireName
    url: str


class _Knocks:
    """One host, one key, and how the host answers where nothing is."""

    def __init__(self, sender: look.Sender, name: str, key: Secret) -> None:
        self._sender = sender
        self._name = name
        self._key = key
        self._question = msgspec.json.encode({"model": name} | WRONG)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._nowhere: tuple[int, str] | None = None

    async def learn_nothing(self, base_url: str, wire: WireName) -> None:
        """What the host says at a path that is surely none."""
        url = urlsplit(origin.absolute(base_url))._replace(path=f"/{NOBODY}").geturl()
        error = await self._answer(_model(wire, url, self._name, self._key), url)
        self._nowhere = _seen(error)

    async def at(self, doors: Iterable[Door]) -> list[Try]:
        return list(await asyncio.gather(*(self._knock(door) for door in dict.fromkeys(doors))))

    async def ids(self, ranked: Iterable[Try]) -> tuple[str, ...]:
        """The models that the first of the doors lists which has a list."""
        for one in ranked:
            if one.sign == "there":
                model = _model(one.wire, one.base_url, self._name, self._key, one.auth)
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        _, document = await look.listed(self._sender, model)
                        if found := look.ids(document):
                            return found
        return ()

    async def _knock(self, door: Door) -> Try:
        """With the key in the header that is usual there, then in the other one."""
        model = _model(door.wire, _base(door), self._name, self._key)
        found = await self._told(model, door.url)
        if found.sign == "key refused" or found.status == 401:
            other: Auth = "x-api-key" if found.auth == "bearer" else "bearer"
            profile = replace(model.quirks, auth=other)
            again = await self._told(replace(model, quirks=profile), door.url)
            if SIGNS.index(again.sign) < SIGNS.index(found.sign):
                return again
        return found

    async def _told(self, model: Model, url: str) -> Try:
        """One knock; silence is one more answer."""
        made = Try(
            wire=model.wire,
            url=refusal.veiled(refusal.shown(url), model),
            base_url=model.base_url,
            auth=model.quirks.auth,
            sign="unsure",
            said="There was no answer in time.",
        )
        try:
            async with self._room, asyncio.timeout(PATIENCE):
                error = await self._answer(model, url)
        except TimeoutError:
            return made
        sign = "unsure" if self._is_nothing(error) else _sign(error)
        words = " ".join(filter(None, (error.what, error.said)))
        return replace(made, sign=sign, status=error.status, said=words, kind=error.kind)

    def _is_nothing(self, error: ProviderError) -> bool:
        """Whether the host says the same where nothing is, and it is no "not found"."""
        return _seen(error) == self._nowhere and not isinstance(error, WrongAddress)

    async def _answer(self, model: Model, url: str) -> ProviderError:
        """What the host has against the knock."""
        await model.key.open()
        with refusal.placed(model, url):
            async with self._sender.send(request.look(model, url, self._question)) as reply:
                whole = bytearray()
                async with aclosing(reply.chunks()) as chunks:
                    async for chunk in chunks:
                        whole += chunk
                        if len(whole) > sse.CAP:
                            break
        return refusal.from_response(
            reply.status, reply.headers, bytes(whole), url=url, model=model
        )


def _sign(error: ProviderError) -> Sign:
    match error:
        case WrongAddress():
            return "absent"
        case KeyRefused() | NoAccess():
            return "key refused"
        case UnknownModel() | BadRequest() | BrokenStream():  # the last: it answered, with 200
            return "there"
        case _:
            return "unsure"


def _seen(error: ProviderError) -> tuple[int, str]:
    return error.status or 0, error.said


def _order(base_url: str, prefer: Sequence[WireName]) -> tuple[WireName, ...]:
    path = urlsplit(origin.absolute(base_url)).path
    hinted = [wire for piece, wire in HINTS if piece in path]
    return tuple(dict.fromkeys((*hinted[:1], *prefer, *ORDER)))


def _as_written(base_url: str, wires: Iterable[WireName]) -> Iterator[Door]:
    """Where requests would go, and where they would be tried next."""
    for wire in wires:
        path = request.wire_of(wire).path
        usual = address.endpoint(wire, base_url, path)
        for url in filter(None, (usual, address.sibling(wire, usual, path))):
            yield Door(wire, url)


def _around(base_url: str, wires: Iterable[WireName]) -> Iterator[Door]:
    here = urlsplit(origin.absolute(base_url))
    for place in PLACES:
        for wire in wires:
            base = here._replace(path=place).geturl()
            yield Door(wire, address.endpoint(wire, base, request.wire_of(wire).path))


def _base(door: Door) -> str:
    """What to write for requests to go there; for Messages without a `/v1`, as its documents
    have it."""
    path = request.wire_of(door.wire).path
    short = door.url.removesuffix(f"/v1{path}")
    if door.wire == "anthropic" and address.endpoint(door.wire, short, path) == door.url:
        return short
    return address.base_of(door.wire, door.url, path)


def _model(
    wire: WireName, base_url: str, name: str, key: Secret, auth: Auth | None = None
) -> Model:
    profile = quirks.resolve(wire, base_url, name, {"auth": auth} if auth else {})
    return Model(
        id=name,
        name=name,
        wire=wire,
        base_url=base_url,
        display_name=name,
        key=key,
        quirks=profile,
    )
