"""An entry into a `Model`, or what keeps it from being one."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from ownkey.config import credentials, pricing
from ownkey.config.diagnostics import Diagnostic, nearest, quoted
from ownkey.config.document import Pointer
from ownkey.config.entries import HOW_TO_GIVE, Entry
from ownkey.config.fields import EFFORTS, unknown_effort
from ownkey.core import origin
from ownkey.core.model import IDLE, Effort, Model, WireName

PROVIDERS: tuple[WireName, ...] = get_args(WireName)

PROVIDERS_MEANT: dict[str, WireName] = {
    "claude": "anthropic",
    "messages": "anthropic",
    "responses": "openai",
    "generic": "generic-chat-completion-api",
    "chat": "generic-chat-completion-api",
    "chat-completions": "generic-chat-completion-api",
    "openai-compatible": "generic-chat-completion-api",
}
"""What the providers are called elsewhere."""

OURS_TO_WRITE = {
    "model": "Write it into the entry's own model field",
    "messages": "Remove it: the conversation goes there",
    "input": "Remove it: the conversation goes there",
    "tools": "Remove it: the agent's tools go there",
    "stream": "Remove it: answers are always streamed",
}
"""Fields of a request that `extraArgs` may not replace, and what to do instead."""


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is no model, under the names it would have had."""

    id: str
    name: str
    display_name: str
    diagnostics: tuple[Diagnostic, ...]
    wire: WireName | None = None
    """None: it says none, or a wrong one."""
    base_url: str = ""
    """As far as it is known."""
    source: str = ""
    """file:line:column of the entry."""


def resolve(entry: Entry) -> Model | Broken:
    """The model that the entry means. What is wrong with it is in `entry.diagnostics`."""
    _refuse_bedrock(entry)
    name = entry.required("model")
    display_name = entry.fields.get("displayName") or name
    identity = entry.fields.get("id") or f"custom:{dashed(display_name)}-{entry.index}"
    wire = _wire(entry)
    base_url = credentials.base_url(entry)
    headers = credentials.headers(entry)
    key = credentials.key(entry, base_url)
    extra = _extra(entry)
    images = _images(entry, wire)
    effort = _effort(entry)
    price = pricing.price(entry)
    if wire is None or entry.failed:
        return Broken(
            id=identity,
            name=name,
            display_name=display_name,
            diagnostics=tuple(one for one in entry.diagnostics if one.severity == "error"),
            wire=wire,
            base_url=base_url,
            source=entry.file.where(entry.pointer),
        )
    return Model(
        id=identity,
        name=name,
        wire=wire,
        base_url=origin.absolute(base_url),
        display_name=display_name,
        key=key,
        max_output=entry.fields.get("maxOutputTokens"),
        window=entry.fields.get("contextWindow") or entry.fields.get("maxContextLimit"),
        images=images,
        images_told=bool({"supportsImages", "noImageSupport"} & entry.fields.keys()),
        price=price,
        price_like=entry.fields.get("priceLike", ""),
        effort=effort,
        headers=headers,
        extra=extra,
        quirk_overrides=entry.fields.get("quirks", {}),
        cache_ttl=entry.fields.get("cacheTtl", "5m"),
        fallback=_fallback(entry),
        idle=float(entry.fields.get("idleTimeout", IDLE)),
        source=entry.file.where(entry.pointer),
    )


def _fallback(entry: Entry) -> tuple[str, ...]:
    """One name or a list of them."""
    given = entry.fields.get("fallback", ())
    return (given,) if isinstance(given, str) else tuple(given)


def dashed(display_name: str) -> str:
    """The name as ids have it."""
    return display_name.replace(" ", "-")


def _wire(entry: Entry) -> WireName | None:
    given = entry.required("provider")
    if given in PROVIDERS:
        return given
    if given and "provider" not in entry.faulty:
        meant = PROVIDERS_MEANT.get(given.lower()) or nearest(given, PROVIDERS)
        hint = f": did you mean {meant!r}?" if meant else ""
        what = f"Invalid {entry.spelled('provider')} {quoted(given)}{hint}"
        entry.report(entry.at("provider"), what, HOW_TO_GIVE["provider"])
    return None


def _extra(entry: Entry) -> dict[str, Any]:
    given = entry.fields.get("extraArgs", {})
    for name in given:
        if name in OURS_TO_WRITE:
            what = f"{entry.spelled('extraArgs')} may not set {quoted(name)}"
            entry.report(entry.at("extraArgs", name), what, OURS_TO_WRITE[name], at_name=True)
    return {
        name: _expanded(entry, value, entry.at("extraArgs", name)) for name, value in given.items()
    }


def _expanded(entry: Entry, value: Any, at: Pointer) -> Any:
    """The value with the variables in all its strings replaced, however deep."""
    match value:
        case str():
            found = entry.expand(value, at)
            return found.text if found else value
        case list():
            return [_expanded(entry, one, (*at, index)) for index, one in enumerate(value)]
        case dict():
            return {name: _expanded(entry, one, (*at, name)) for name, one in value.items()}
        case _:
            return value


def _images(entry: Entry, wire: WireName | None) -> bool:
    """Unsaid, the two first-party formats take images: every current model there does."""
    supported, refused = (entry.fields.get(name) for name in ("supportsImages", "noImageSupport"))
    if supported is not None and supported == refused:
        entry.report(
            entry.at("noImageSupport"),
            "supportsImages and noImageSupport contradict each other; no images are sent",
            "Remove one of them",
            severity="warning",
        )
        return False
    if supported is None and refused is None:
        return wire in ("anthropic", "openai")
    return bool(supported) or refused is False


def _effort(entry: Entry) -> Effort | None:
    given = entry.fields.get("reasoningEffort")
    if given is None:
        return "high" if entry.fields.get("enableThinking") else None
    if given not in EFFORTS:
        entry.report(entry.at("reasoningEffort"), *unknown_effort(given))
    return EFFORTS.get(given)


def _refuse_bedrock(entry: Entry) -> None:
    if "bedrock" in entry.fields:
        what = "Amazon Bedrock's own protocol is not spoken here"
        fix = "Remove it, and give a baseUrl that speaks one of the three formats"
        entry.report(entry.at("bedrock"), what, fix, at_name=True)
        entry.faulty |= {"baseUrl", "provider"}
