"""crush: the providers of `crush.json`, the person's own and the one that crush writes itself.

https://github.com/charmbracelet/crush#configuration (places, `$NAME`),
https://github.com/charmbracelet/crush#custom-providers (`type`, `base_url`, `models`). A
`crushrc` is a shell script, which is not run.
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

SOURCE = "crush"

WIRES: dict[str, WireName] = {
    "anthropic": MESSAGES,
    "openai": RESPONSES,
    "openai-compat": CHAT,
    "openrouter": CHAT,
    "ollama": CHAT,
    "lmstudio": CHAT,
    "llamacpp": CHAT,
}
"""By `type`."""

_VARIABLE = re.compile(
    r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?::[?-][^}]*)?\}|([A-Za-z_][A-Za-z0-9_]*))"
)


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    folder = _folder(environ, "CRUSH_GLOBAL_CONFIG", "XDG_CONFIG_HOME", home / ".config")
    state = _folder(environ, "CRUSH_GLOBAL_DATA", "XDG_DATA_HOME", home / ".local/share")
    if (folder / "crushrc").is_file():
        why = "is a script, which is not run: `ownkey models add` takes what it says"
        yield Left(SOURCE, str(folder / "crushrc"), why)
    for path in (folder / "crush.json", state / "crush.json"):
        config = read_json(SOURCE, path)
        yield from config.left
        for provider in config.at("providers").members():
            yield from _of_provider(provider)
        for slot in config.at("models").members():
            yield from _chosen(config, slot)


def _folder(environ: Mapping[str, str], own: str, shared: str, usual: Path) -> Path:
    if moved := environ.get(own):
        return Path(moved)
    return Path(environ.get(shared) or usual) / "crush"


def _of_provider(provider: Place) -> Iterator[Found]:
    if provider.at("oauth").said:
        why = "is a login to a subscription, which is for that program alone: not taken"
        yield Left(SOURCE, provider.at("oauth").where, why)
        return
    if provider.flag("disable"):
        return
    for model in provider.at("models").members():
        if model.text("id"):
            yield _candidate(provider, model.text("id"), model)


def _chosen(config: Place, slot: Place) -> Iterator[Found]:
    """The models in use, where they are not listed: crush knows those of the usual providers."""
    name, model = slot.text("provider"), slot.text("model")
    provider = config.at("providers", name)
    listed = {one.text("id") for one in provider.at("models").members()}
    if name and model and model not in listed and not provider.at("oauth").said:
        yield _candidate(provider, model, slot)


def _candidate(provider: Place, name: str, model: Place) -> Found:
    preset = hosts.preset(provider.name)
    base_url = _ours(provider.text("base_url"))
    kind = provider.text("type")
    wire = WIRES.get(kind) if kind or not preset else preset.provider
    if not base_url and preset:
        base_url = preset.base_url
    if not base_url or wire is None:
        why = f"its provider {provider.name!r} has no address or format that is known here"
        return Left(SOURCE, model.where, why)
    return Candidate(
        source=SOURCE,
        where=model.where,
        model=name,
        name=model.text("name"),
        provider=wire,
        base_url=base_url,
        key=_key(provider, preset),
        window=model.number("context_window"),
        max_output=model.number("default_max_tokens"),
        images=model.flag("supports_attachments"),
    )


def _key(provider: Place, preset: Preset | None) -> Key:
    said = provider.at("api_key")
    if "$(" in said.text() or "`" in said.text():
        return Key(note=f"the command of {said.where} makes it")
    if said.text():
        return key_of(_ours(said.text()), said.where)
    return Key(reference=f"${{{preset.variable}}}") if preset else Key()


def _ours(text: str) -> str:
    """With its variables written in our way."""
    return _VARIABLE.sub(lambda match: f"${{{match[1] or match[2]}}}", text)
