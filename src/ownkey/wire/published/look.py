"""Looking at what an endpoint publishes, without asking a model anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from typing import Any, Protocol

import msgspec

from ownkey.core.errors import OwnkeyError
from ownkey.core.model import Model
from ownkey.wire import address, loose, request
from ownkey.wire.request import Request

LARGEST = 16 << 20
"""Bytes of an answer that are read; the list of a router with all its models has some four
million."""


class Reply(Protocol):
    @property
    def status(self) -> int: ...
    def chunks(self) -> AsyncIterator[bytes]: ...


class Sender(Protocol):
    def send(self, request: Request) -> AbstractAsyncContextManager[Any]: ...


async def document(sender: Sender, model: Model, url: str, question: bytes = b"") -> Any:
    """What is there, or None. Never raises for what the endpoint does; a redirect is no
    answer."""
    whole = bytearray()
    with suppress(OwnkeyError, ValueError, RecursionError):
        await model.key.open()
        async with sender.send(request.look(model, url, question)) as reply:
            if reply.status != 200:
                return None
            async with aclosing(reply.chunks()) as chunks:
                async for chunk in chunks:
                    whole += chunk
                    if len(whole) > LARGEST:
                        return None
        return msgspec.json.decode(bytes(whole))
    return None


async def listed(sender: Sender, model: Model) -> tuple[str, Any]:
    """The endpoint's list of models and where it is: with `/v1` or without, as requests find
    their way. None for the list: there is none."""
    usual = address.endpoint(model.wire, model.base_url, "/models")
    for url in filter(None, (usual, address.sibling(model.wire, usual, "/models"))):
        found = await document(sender, model, url)
        if found is not None:
            return url, found
    return usual, None


def entries(document: Any) -> Any:
    """Those of a list of models, that stands by itself or as `data`."""
    return document if isinstance(document, list) else loose.table(document).get("data")


def ids(document: Any) -> tuple[str, ...]:
    """The models that a list names."""
    named = (one.get("id") or one.get("name") for one in loose.rows(entries(document)))
    return tuple(name for name in named if isinstance(name, str))


def row(rows: Any, name: str) -> dict[str, Any]:
    """The model's own among many: by its id, else by another of its names."""
    found = loose.rows(rows)
    exact = (one for one in found if one.get("id") == name)
    return next(exact, None) or next((one for one in found if name in _names(one)), {})


def _names(one: dict[str, Any]) -> Iterator[str]:
    """Ollama adds `:latest` to a name without a tag, Gemini a folder before each; xAI and
    Mistral list aliases."""
    aliases = one.get("aliases")
    others = aliases if isinstance(aliases, list) else []
    for name in (one.get("id"), one.get("name"), one.get("model"), *others):
        if isinstance(name, str):
            yield from (name, name.removesuffix(":latest"), name.removeprefix("models/"))
