"""Where and how to ask: the preset says so, or it is found out by knocking."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import msgspec

from ownkey.commands.adding.wish import LEFT, Wish, say
from ownkey.core.errors import KeyRefused, ProviderError, WrongAddress
from ownkey.core.model import FORMATS, WireName
from ownkey.doctor.speaks import Speech, Try, speaks
from ownkey.setup import add
from ownkey.setup.add import Key, Place


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how to ask, and for what."""

    provider: WireName
    base_url: str
    ids: tuple[str, ...] = ()


def found(wish: Wish, place: Place, key: Key) -> Found:
    """Format and address: the preset's, or those that answer."""
    provider = wish.provider or (
        place.preset.provider if place.preset and place.is_preset else None
    )
    if provider and (wish.model or not wish.verify):
        return Found(provider=provider, base_url=place.base_url)
    speech = asyncio.run(_speech(wish, place, key))
    ids, best = add.usable(speech.ids), speech.best
    if provider and not (best and best.sign == "key refused"):
        door = None if place.is_preset else speech.door(provider)
        return Found(provider=provider, base_url=door.base_url if door else place.base_url, ids=ids)
    if best is None or _is_refused(best) or not (best.sign == "there" or _can_ask(wish)):
        _give_up(place, key, speech)
    if best.sign == "there":
        say(wish, f"It speaks {FORMATS[best.wire]} at {best.base_url}.")
    else:
        say(wish, f"What it speaks it does not tell: {FORMATS[best.wire]} is tried.")
    return Found(provider=best.wire, base_url=best.base_url, ids=ids)


async def _speech(wish: Wish, place: Place, key: Key) -> Speech:
    from ownkey.wire.transport import Transport  # 90 ms that only the network is worth

    say(wish, f"Looking at {place.called}, which costs nothing.")
    preferred = wish.provider or (place.preset.provider if place.preset else None)
    sender = Transport()
    try:
        return await speaks(
            sender, place.base_url, key.secret, prefer=(preferred,) if preferred else ()
        )
    except ProviderError as error:
        error.hint = f"{LEFT} {error.hint.replace(NO_ENTRY, 'the address')}"
        raise
    finally:
        await sender.aclose()


NO_ENTRY = "`baseUrl` in the model's entry"
"""In the hint of an error that met an entry which is yet to be written."""


def _is_refused(one: Try) -> bool:
    return one.kind == KeyRefused.kind


def _can_ask(wish: Wish) -> bool:
    """Whether the model itself is going to be asked, whose answer tells more than knocking."""
    return wish.verify and (wish.asks or bool(wish.model))


def _give_up(place: Place, key: Key, speech: Speech) -> NoReturn:
    """Say what was tried, and what came of it."""
    tried = "\n".join(f"  {one.url}: {one.said}" for one in speech.tries[:3])
    if _is_refused(speech.tries[0]) and not key.secret:
        hint = f"{LEFT} Give one, or the variable that has it: $NAME, in scripts --key-variable."
        raise KeyRefused(f"{place.called} wants a key, and none was given.\n{tried}", hint)
    if _is_refused(speech.tries[0]):
        raise KeyRefused(f"{place.called} refused the key.\n{tried}", f"{LEFT} Check the key.")
    raise WrongAddress(
        f"None of the three formats was found at {place.base_url}. The first of"
        f" {len(speech.tries)} tries:\n{tried}",
        f"{LEFT} Check the address; --provider says the format where you know it.",
    )
