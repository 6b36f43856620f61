"""pi: the providers of `~/.pi/agent/models.json`, the model in use, and keys of its `auth.json`.

https://github.com/earendil-works/pi/blob/main/packages/coding-agent/docs/models.md,
https://github.com/earendil-works/pi/blob/main/packages/coding-agent/docs/settings.md and
https://github.com/earendil-works/pi/blob/main/packages/coding-agent/docs/providers.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ownkey.config.presets import CHAT, MESSAGES, RESPONSES, Preset
from ownkey.core.model import WireName
from ownkey.setup.imports import hosts
from ownkey.setup.imports.candidate import Candidate, Found, Key, Left
from ownkey.setup.imports.candidate import key as key_of
from ownkey.setup.imports.place import Place, read_json

SOURCE = "pi"

WIRES: dict[str, WireName] = {
    "openai-completions": CHAT,
    "openai-responses": RESPONSES,
    "anthropic-messages": MESSAGES,
}
"""By `api`."""

_NAME = re.compile(r"\$?\{?([A-Z][A-Z0-9]*_[A-Z0-9_]*)\}?")
"""A variable is named as it is, or with `$`; pi takes it for the key where none is set."""


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    folder = Path(environ.get("PI_CODING_AGENT_DIR") or home / ".pi" / "agent")
    models, settings, keys = (
        read_json(SOURCE, folder / name) for name in ("models.json", "settings.json", "auth.json")
    )
    yield from (*models.left, *settings.left, *keys.left)
    for one in keys.members():
        if one.text("type") == "oauth":
            why = "is a login to a subscription, which is for that program alone: not taken"
            yield Left(SOURCE, one.where, why)
    for provider in models.at("providers").members():
        for model in provider.at("models").members():
            if model.text("id"):
                yield _candidate(provider, model.text("id"), model, keys)
    yield from _chosen(models, settings, keys)


def _chosen(models: Place, settings: Place, keys: Place) -> Iterator[Found]:
    """The model in use, where it is one of those that pi knows itself."""
    name, model = settings.text("defaultProvider"), settings.text("defaultModel")
    provider = models.at("providers", name)
    listed = {one.text("id") for one in provider.at("models").members()}
    if name and model and model not in listed and keys.text(name, "type") != "oauth":
        yield _candidate(provider, model, settings.at("defaultModel"), keys)


def _candidate(provider: Place, name: str, model: Place, keys: Place) -> Found:
    preset = hosts.preset(provider.name)
    base_url = provider.text("baseUrl")
    api = model.text("api") or provider.text("api")
    wire = WIRES.get(api) if api or not preset else preset.provider
    if not base_url and preset:
        base_url = preset.base_url
    if not base_url or wire is None:
        why = f"its provider {provider.name!r} has no address or format that is known here"
        return Left(SOURCE, model.where, why)
    kinds = [one.text() for one in model.at("input").members()]
    return Candidate(
        source=SOURCE,
        where=model.where,
        model=name,
        name=model.text("name"),
        provider=wire,
        base_url=base_url,
        key=_key(provider, keys, preset),
        window=model.number("contextWindow"),
        max_output=model.number("maxTokens"),
        images="image" in kinds if kinds else None,
    )


def _key(provider: Place, keys: Place, preset: Preset | None) -> Key:
    kept = keys.at(provider.name, "key")
    said = kept if keys.text(provider.name, "type") == "api_key" else provider.at("apiKey")
    if said.text().startswith("!"):
        return Key(note=f"the command of {said.where} makes it")
    if name := _NAME.fullmatch(said.text()):
        return Key(reference=f"${{{name[1]}}}")
    if said.text():
        return key_of(said.text(), said.where)
    return Key(reference=f"${{{preset.variable}}}") if preset else Key()
