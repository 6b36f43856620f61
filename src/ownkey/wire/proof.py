"""Whether an endpoint takes a key, found out without asking a model if that is possible."""

from __future__ import annotations

from contextlib import aclosing
from typing import Literal

import msgspec

from ownkey.core.errors import KeyRefused
from ownkey.core.model import Model
from ownkey.core.secret import Secret
from ownkey.wire import address, look, refusal, request

Proof = Literal["taken", "unsure"]

REFUSED = 401


async def ask(sender: look.Sender, model: Model) -> Proof:
    """Look at the list of models with the key; without it too, as a list that anybody may see
    proves nothing. Raises `KeyRefused`, and what keeps the endpoint from being reached."""
    usual = address.endpoint(model.wire, model.base_url, "/models")
    for url in filter(None, (usual, address.sibling(model.wire, usual, "/models"))):
        status = await _status(sender, model, url)
        if status == 200:
            stranger = msgspec.structs.replace(model, key=Secret(""), headers={})
            public = await _status(sender, stranger, url, refusable=False) == 200
            return "unsure" if public else "taken"
    return "unsure"


async def _status(sender: look.Sender, model: Model, url: str, *, refusable: bool = True) -> int:
    await model.key.open()
    asked = request.look(model, url)
    with refusal.placed(model, url):
        async with sender.send(asked) as reply:
            if reply.status != REFUSED or not refusable:
                return int(reply.status)
            said = bytearray()
            async with aclosing(reply.chunks()) as chunks:
                async for chunk in chunks:
                    said += chunk
            error = refusal.from_response(
                reply.status, reply.headers, bytes(said), url=url, model=model
            )
            if isinstance(error, KeyRefused):
                raise error
            return int(reply.status)
