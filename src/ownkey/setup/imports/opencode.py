"""opencode: the providers of `~/.config/opencode/opencode.json`, and keys of its `auth.json`.

https://opencode.ai/docs/config (places, `{env:NAME}`, `{file:PATH}`),
https://opencode.ai/docs/providers (`npm`, `options`, `models`, where `/connect` keeps keys).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from ownkey.config.presets import CHAT, MESSAGES, RESPONSES, Preset
from ownkey.core.model import WireName
from ownkey.setup.imports import hosts
from ownkey.setup.imports.candidate import Candidate, Found, Key, Left
from ownkey.setup.imports.candidate import key as key_of
from ownkey.setup.imports.place import Place, read_json

SOURCE = "opencode"

NAMES = ("config.json", "opencode.json", "opencode.jsonc")

WIRES: dict[str, WireName] = {
    "@ai-sdk/anthropic": MESSAGES,
    "@ai-sdk/openai": RESPONSES,
    "@ai-sdk/openai-compatible": CHAT,
}
"""By the package that speaks to the provider."""

_VARIABLE = re.compile(r"\{env:([A-Za-z_][A-Za-z0-9_]*)\}")
_FILE = re.compile(r"\{file:([^}]+)\}")


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    keys = read_json(SOURCE, _folder(environ, "XDG_DATA_HOME", home / ".local/share") / "auth.json")
    yield from keys.left
    for one in keys.members():
        if one.text("type") == "oauth":
            why = "is a login to a subscription, which is for that program alone: not taken"
            yield Left(SOURCE, one.where, why)
    for path in _paths(home, environ):
        config = read_json(SOURCE, path)
        yield from config.left
        for provider in config.at("provider").members():
            yield from _listed(provider, keys, home)
        for field in ("model", "small_model"):
            yield from _chosen(config, config.at(field), keys, home)


def _paths(home: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    folder = _folder(environ, "XDG_CONFIG_HOME", home / ".config")
    yield from (folder / name for name in NAMES)
    if moved := environ.get("OPENCODE_CONFIG"):
        yield Path(moved)


def _folder(environ: Mapping[str, str], variable: str, usual: Path) -> Path:
    return Path(environ.get(variable) or usual) / "opencode"


def _listed(provider: Place, keys: Place, home: Path) -> Iterator[Found]:
    for model in provider.at("models").members():
        yield _candidate(provider, model, keys, home)


def _chosen(config: Place, chosen: Place, keys: Place, home: Path) -> Iterator[Found]:
    """The model in use, which need not be listed where opencode knows the provider."""
    name, _, model = chosen.text().partition("/")
    provider = config.at("provider", name)
    if model and not provider.at("models", model).said:
        yield _candidate(provider, msgspec.structs.replace(chosen, name=model), keys, home)


def _candidate(provider: Place, model: Place, keys: Place, home: Path) -> Found:
    preset = hosts.preset(provider.name)
    base_url = _ours(provider.text("options", "baseURL"))
    wire = _wire(provider.text("npm"), preset)
    if not base_url and preset:
        base_url = preset.base_url
    if not base_url or wire is None:
        why = f"its provider {provider.name!r} has no address or format that is known here"
        return Left(SOURCE, model.where, why)
    modalities = [one.text() for one in model.at("modalities", "input").members()]
    return Candidate(
        source=SOURCE,
        where=model.where,
        model=model.text("id") or model.name,
        name=model.text("name"),
        provider=wire,
        base_url=base_url,
        key=_key(provider, keys, home, preset),
        window=model.number("limit", "context"),
        max_output=model.number("limit", "output"),
        images="image" in modalities if modalities else model.flag("attachment"),
    )


def _wire(package: str, preset: Preset | None) -> WireName | None:
    if package in WIRES:
        return WIRES[package]
    if preset:
        return preset.provider
    return None if package else CHAT


def _key(provider: Place, keys: Place, home: Path, preset: Preset | None) -> Key:
    said = provider.at("options", "apiKey")
    if file := _FILE.fullmatch(said.text()):
        path = Path(file[1].replace("~", str(home), 1) if file[1].startswith("~") else file[1])
        return Key(reference=f"file:{said.path.parent / path}")
    if said.text():
        return key_of(_ours(said.text()), said.where)
    kept = keys.at(provider.name, "key")
    if kept.text() and keys.text(provider.name, "type") == "api":
        return key_of(kept.text(), kept.where)
    return Key(reference=f"${{{preset.variable}}}") if preset else Key()


def _ours(text: str) -> str:
    """With its variables written in our way."""
    return _VARIABLE.sub(r"${\1}", text)
