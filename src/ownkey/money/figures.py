"""What is known of a model, each figure from the best of those who know, and who that is.

The order: the person's own entry, what the endpoint says, the catalog by host and id, then
for a server of one's own that it costs nothing, else the model's family. What none of them
has is None, and shown as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

from ownkey.core.errors import SettingsError
from ownkey.core.figure import Claims, Figure
from ownkey.core.model import Model
from ownkey.core.origin import is_near, port_of
from ownkey.core.price import Price, Rates
from ownkey.money import catalog
from ownkey.money.catalog import Listing

OWN_HARDWARE = Price(Rates(input=0.0, output=0.0), "runs on your own hardware")

CLOSED = re.compile(r"claude|gemini|grok|chatgpt|o[1-9]|gpt-[0-9]")
"""Models whose weights nobody has: a server nearby that has one passes it on to somebody
who is paid."""

CLOUD = re.compile(r":([^/]*-)?cloud$")
"""Ollama's own machines, which its local server passes on to (docs.ollama.com/cloud)."""

FREE = ":free"
"""OpenRouter's mark: what the model costs elsewhere is no guess at what it costs so."""

GATEWAY_PORT = 4000
"""LiteLLM's own (docs.litellm.ai): its models may be anybody's, under any name."""


T = TypeVar("T")


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """None: unknown."""

    price: Price | None = None
    window: Figure[int] | None = None
    """Tokens of context."""
    max_output: Figure[int] | None = None
    """Tokens."""
    images: Figure[bool] | None = None
    tools: Figure[bool] | None = None
    reasoning: Figure[bool] | None = None


def known(model: Model, claims: Claims | None = None, like: Model | None = None) -> Figures:
    """All figures of a model as its entry has it. `like` is the one that its `priceLike`
    names, if that is one of the person's own. Raises `SettingsError` where it is none at
    all."""
    layers = tuple(_layers(model, claims, like))
    best: dict[str, Any] = {}
    for name in Figures.__struct_fields__:
        told = (getattr(layer, name) for layer in layers)
        best[name] = next((one for one in told if one is not None), None)
    return Figures(**best)


def _layers(model: Model, claims: Claims | None, like: Model | None) -> Iterator[Figures]:
    yield _told(model, like)
    priced = not (catalog.is_plan(model.base_url) or CLOUD.search(model.name))
    listing = catalog.find(model.base_url, model.name)
    if claims:
        yield _claimed(claims, listing)
    if listing:
        yield _listed(listing, priced=priced)
    if _is_own(model):
        yield Figures(price=OWN_HARDWARE)
    elif guess := _guess(model):
        yield _listed(guess, priced=priced and not model.name.endswith(FREE))


def _is_own(model: Model) -> bool:
    near = is_near(model.base_url) and port_of(model.base_url) != GATEWAY_PORT
    return near and not _is_closed(model) and not CLOUD.search(model.name)


def _guess(model: Model) -> Listing | None:
    """None where a server nearby may mean anything by the name."""
    if is_near(model.base_url) and not _is_closed(model):
        return None
    return catalog.alike(model.name)


def _is_closed(model: Model) -> bool:
    return CLOSED.match(model.name.lower().rpartition("/")[2]) is not None


def _told(model: Model, like: Model | None) -> Figures:
    """What the entry says."""
    images = Figure(model.images, model.source) if model.images_told else None
    return Figures(
        price=model.price or _price_like(model, like),
        window=_figure(model.window, model.source),
        max_output=_figure(model.max_output, model.source),
        images=images,
    )


def _price_like(model: Model, like: Model | None) -> Price | None:
    name = model.price_like
    if not name:
        return None
    other = known(like) if like else catalog.named(name)
    if other is None or other.price is None:
        near = get_close_matches(name, catalog.ids(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else 'Give the figures themselves as "pricing".'
        raise SettingsError(f"{model.source}: no price is known of priceLike {name!r}.", hint)
    return msgspec.structs.replace(other.price, source=f"like {name}: {other.price.source}")


def _claimed(claims: Claims, listing: Listing | None) -> Figures:
    source = claims.source
    price = Price(claims.rates, source, claims.tiers) if claims.rates else None
    return Figures(
        price=price and _completed(price, listing.price if listing else None),
        window=_figure(claims.window, claims.by("window")),
        max_output=_figure(claims.max_output, source),
        images=_figure(claims.images, claims.by("images")),
        tools=_figure(claims.tools, claims.by("tools")),
        reasoning=_figure(claims.reasoning, claims.by("reasoning")),
    )


def _completed(price: Price, listed: Price | None) -> Price:
    """An endpoint that agrees with the catalog in what it does say is not taken to deny the
    rest: lists leave out caches and long prompts."""
    rates, others = price.rates, listed and listed.rates
    if not (listed and others) or (rates.input, rates.output) != (others.input, others.output):
        return price
    told = msgspec.structs.asdict(rates)
    rest = {name: getattr(others, name) for name, rate in told.items() if rate is None}
    whole = msgspec.structs.replace(
        price, rates=msgspec.structs.replace(rates, **rest), tiers=price.tiers or listed.tiers
    )
    if whole == price:
        return price
    return msgspec.structs.replace(whole, source=f"{price.source}; the rest: {listed.source}")


def _listed(listing: Listing, *, priced: bool) -> Figures:
    return Figures(
        price=listing.price if priced else None,
        window=listing.window,
        max_output=listing.max_output,
        images=listing.images,
        tools=listing.tools,
        reasoning=listing.reasoning,
    )


def _figure(value: T | None, source: str) -> Figure[T] | None:
    return None if value is None else Figure(value, source)
