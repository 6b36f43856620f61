"""Whether the model that is to be added answers, and what to know before one works with it."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from ownkey.app import choose_model
from ownkey.commands.adding.wish import LEFT, Wish, agreed, say
from ownkey.config.addition import Addition
from ownkey.core.errors import ProviderError, WrongAddress
from ownkey.core.model import Model
from ownkey.core.origin import is_near
from ownkey.doctor import neighbours, word
from ownkey.doctor.exam import LOOK_UP
from ownkey.doctor.finding import failed
from ownkey.options import Options
from ownkey.wire import memory
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory
from ownkey.wire.published import window


class Tried(NamedTuple):
    answers: bool
    """Whether it was seen to."""
    notes: tuple[str, ...] = ()
    """What to know of it, a sentence each."""


def tried(wish: Wish, planned: Addition, options: Options) -> Tried:
    """What came of a word with it. Raises what is against it, unless it is to be kept."""
    untried = Tried(False, (f"It was not tried: ownkey models test {planned.model.id} does.",))
    if not wish.verify:
        return untried
    memories = Memory(memory.place(options.environ))
    model = choose_model(planned.loaded, planned.model.id, memories.claims)
    say(wish, word.price(model, LOOK_UP))
    if wish.asks and not wish.yes and not agreed(wish, "Ask it?", usual=True):
        return untried
    try:
        notes = asyncio.run(_asked(model, memories))
    except ProviderError as error:
        say(wish, error.what)
        if not agreed(wish, "Keep it all the same?"):
            error.hint = f"{error.hint} {LEFT} --no-verify adds it all the same.".strip()
            raise
        return Tried(False, (f"It does not work yet. {error.what}",))
    say(wish, "It answers.")
    return Tried(True, notes)


async def _asked(model: Model, memories: Memory) -> tuple[str, ...]:
    """A word with a tool beside it, as one that takes no tools is of no use for work."""
    client = Client(memory=memories)
    try:
        await word.ask(client, model, LOOK_UP)
        found = await client.window(model) if is_near(model.base_url) else None
    except ProviderError as error:
        raise await _better(model, error) from error
    finally:
        await client.aclose()
    small = found and window.warning(found, model)
    return (small,) if small else ()


async def _better(model: Model, error: ProviderError) -> ProviderError:
    """What a neighbour speaks that this address does not, if that was the matter."""
    found = await neighbours.sought(model, [failed("answer", error)], asked=True)
    if found is None:
        return error
    hint = "Leave out --provider, and give the address: both are found out."
    return WrongAddress(f"{found.saw} {found.means}", hint)
