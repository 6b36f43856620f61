"""Whether an endpoint takes a key, found out without asking a model if that is possible."""

from __future__ import annotations

from contextlib import aclosing, suppress
from typing import Literal

from msgspec.structs import replace

from ownkey.core.errors import KeyRefused
from ownkey.core.model import Model
from ownkey.core.secret import Secret
from ownkey.wire import address, request
from ownkey.wire.published import look
from ownkey.wire.refusals import refusal

Proof = Literal["taken", "unsure"]

UNAUTHORIZED = 401


async def ask(sender: look.Sender, model: Model) -> Proof:
    """Look at the list of models with the key, in either header; without it too, as a list
    that anybody may see proves nothing. Raises `KeyRefused`, and what keeps the endpoint from
    being reached."""
    usual = address.endpoint(model.wire, model.base_url, "/models")
    refused: KeyRefused | None = None
    for url in filter(None, (usual, address.sibling(model.wire, usual, "/models"))):
        for asked in (model, _otherwise(model)):
            try:
                status = await _status(sender, asked, url)
            except KeyRefused as error:
                refused = refused or error
                continue
            if status == 200:
                return "unsure" if await _is_public(sender, model, url) else "taken"
            break
    if refused:
        raise refused
    return "unsure"


def _otherwise(model: Model) -> Model:
    """With the key in the other header."""
    other = "x-api-key" if model.quirks.auth == "bearer" else "bearer"
    return replace(model, quirks=replace(model.quirks, auth=other))


async def _is_public(sender: look.Sender, model: Model, url: str) -> bool:
    stranger = replace(model, key=Secret(""), headers={})
    with suppress(KeyRefused):
        return await _status(sender, stranger, url) == 200
    return False


async def _status(sender: look.Sender, model: Model, url: str) -> int:
    """Raises `KeyRefused` for 401."""
    await model.key.open()
    with refusal.placed(model, url):
        async with sender.send(request.look(model, url)) as reply:
            if reply.status != UNAUTHORIZED:
                return int(reply.status)
            async with aclosing(reply.chunks()) as chunks:
                said = b"".join([chunk async for chunk in chunks])
    raise refusal.from_response(UNAUTHORIZED, reply.headers, said, url=url, model=model)
