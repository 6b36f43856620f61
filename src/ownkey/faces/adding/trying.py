"""Whether the model that is to be added answers."""

from __future__ import annotations

import asyncio

from ownkey.app import choose_model
from ownkey.config.addition import Addition
from ownkey.core.errors import ProviderError
from ownkey.doctor import word
from ownkey.faces.adding.wish import LEFT, Wish, agreed, say
from ownkey.options import Options
from ownkey.wire import memory
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory


def verified(wish: Wish, planned: Addition, options: Options) -> bool:
    """Whether it was seen to answer. Raises what is against it, unless it is to be kept."""
    if not wish.verify:
        return False
    memories = Memory(memory.place(options.environ))
    model = choose_model(planned.loaded, planned.model.id, memories.claims)
    say(wish, word.price(model))
    if wish.asks and not wish.yes and not agreed(wish, "Ask it?", usual=True):
        return False
    try:
        asyncio.run(_tried(planned, memories))
    except ProviderError as error:
        say(wish, error.what)
        if not agreed(wish, "Keep it all the same?"):
            error.hint = f"{error.hint} {LEFT} --no-verify adds it all the same.".strip()
            raise
        return False
    say(wish, "It answers.")
    return True


async def _tried(planned: Addition, memories: Memory) -> None:
    client = Client(memory=memories)
    try:
        await word.ask(client, choose_model(planned.loaded, planned.model.id, memories.claims))
    finally:
        await client.aclose()
