"""Looking at what an endpoint publishes, without asking a model anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from typing import Any, Protocol

import msgspec

from ownkey.core.errors import OwnkeyError
from ownkey.core.model import Model
from ownkey.wire import loose, request
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


def row(rows: Any, name: str) -> dict[str, Any]:
    """The model's own among many; Ollama adds `:latest` to a name without a tag."""
    return next((one for one in loose.rows(rows) if name in _names(one)), {})


def _names(one: dict[str, Any]) -> set[str]:
    given = (one.get(field) for field in ("id", "name", "model"))
    names = {name for name in given if isinstance(name, str)}
    return names | {name.removesuffix(":latest") for name in names}
