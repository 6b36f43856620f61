"""The models of the settings as the picker offers them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import get_args
from urllib.parse import urlsplit

from msgspec.structs import replace

from ownkey.config.diagnostics import Diagnostic
from ownkey.conversation import Conversation
from ownkey.core.errors import SettingsError
from ownkey.core.message import Usage
from ownkey.core.model import Model, WireName
from ownkey.core.screen import homely
from ownkey.faces.tui.picker import Choice
from ownkey.money.bill import bill
from ownkey.money.figures import Figures
from ownkey.statement import dollars
from ownkey.wire.formats import effort

FORMATS: dict[WireName, str] = dict(
    zip(get_args(WireName), ("Messages", "Responses", "Chat"), strict=True)
)


def offered(conversation: Conversation, favourites: Collection[str] = ()) -> Iterator[Choice]:
    """All of them: also those that cannot be used, with the reason."""
    settings = conversation.settings
    tokens = conversation.agent.context.used if conversation.calls else 0
    for model in (*settings.builtin, *settings.models):
        choice = _choice(conversation, model, tokens)
        if choice.id in favourites and not choice.fault:
            choice = replace(choice, section="Favourites")
        yield choice
    for broken in settings.broken:
        why = "; ".join(map(_cause, broken.diagnostics))
        yield _fault(broken.id, broken.display_name, why)


def _choice(conversation: Conversation, listed: Model, tokens: int) -> Choice:
    try:
        model = conversation.choose(listed.id)
        figures = conversation.figures(model)
    except SettingsError as error:
        return _fault(listed.id, listed.display_name, error.what)
    current, settings = conversation.model, conversation.settings
    level = conversation.agent.effort
    here = model.id == current.id
    used, _ = effort.settle(model, level if here else model.effort)
    pace = conversation.pace(model)
    reasons = model.quirks.effort != "none"
    return Choice(
        id=model.id,
        name=model.display_name,
        section="Built-in" if listed in settings.builtin else "Custom models",
        model=model.name,
        format=FORMATS[model.wire],
        host=urlsplit(model.base_url).netloc,
        window=figures.window.value if figures.window else None,
        rates=figures.price.rates if figures.price else None,
        images=model.images,
        tools=figures.tools.value if figures.tools else None,
        efforts=effort.levels(model.quirks.efforts) if reasons else (),
        effort=used,
        speed=pace.rate if pace else None,
        keeper=model.key.keeper.called if model.key.keeper else "",
        switch="" if model.origin == current.origin else _switch(figures, tokens),
        current=here,
        default=settings.default_model in (model.id, model.name, model.display_name),
    )


def _switch(figures: Figures, used: int) -> str:
    """What it costs that nothing of a conversation of `used` tokens is in the model's cache."""
    if not used:
        return ""
    paid = bill(Usage(input=used), figures.price) if figures.price else None
    cost = f", {dollars(paid.total)}" if paid else ""
    return f"switching pays the {used:,} tokens of this conversation again{cost}"


def _cause(found: Diagnostic) -> str:
    """What is wrong before where: a row may have no room for both."""
    where = homely(found.where)
    return f"{found.what.rstrip('.')} ({where}). {found.fix}".strip()


def _fault(identity: str, name: str, why: str) -> Choice:
    return Choice(id=identity, name=name, section="Custom models", fault=why)
