"""Codex: `config.toml` and its profiles in `~/.codex`, and the key in `auth.json`.

https://developers.openai.com/codex/config-reference (keys),
https://developers.openai.com/codex/config-advanced (providers; profiles, each a file
`NAME.config.toml` since 0.134, tables `[profiles.NAME]` before),
https://developers.openai.com/codex/auth (a login to ChatGPT, or a key).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ownkey.config.presets import CHAT, RESPONSES
from ownkey.core.model import WireName
from ownkey.setup.imports import hosts
from ownkey.setup.imports.candidate import Candidate, Found, Key, Left
from ownkey.setup.imports.candidate import key as key_of
from ownkey.setup.imports.place import Place, read_json, read_toml

SOURCE = "codex"

BUILTIN = {"ollama": "http://localhost:11434/v1", "lmstudio": "http://localhost:1234/v1"}
"""Providers that need no table."""

WIRES: dict[str, WireName] = {"chat": CHAT, "responses": RESPONSES, "": RESPONSES}
"""By `wire_api`; newer releases know only `responses`."""


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    folder = Path(environ.get("CODEX_HOME") or home / ".codex")
    config = read_toml(SOURCE, folder / "config.toml")
    login = read_json(SOURCE, folder / "auth.json")
    yield from login.left
    if login.at("tokens").node.children:
        why = "holds a login to ChatGPT, which is for that program alone: not taken"
        yield Left(SOURCE, login.at("tokens").where, why)
    for layer in _layers(config, folder):
        yield from layer.left
        if layer.text("model"):
            yield _model(config, layer, login, environ)
    used = {layer.text("model_provider") for layer in _layers(config, folder)}
    for provider in config.at("model_providers").members():
        if provider.name not in used:
            why = "names no model: `ownkey models add` asks the address"
            yield Left(SOURCE, provider.where, why)


def _layers(config: Place, folder: Path) -> Iterator[Place]:
    """The settings themselves, and what each profile puts over them."""
    yield config
    yield from config.at("profiles").members()
    for path in sorted(folder.glob("*.config.toml")):
        yield read_toml(SOURCE, path)


def _model(config: Place, layer: Place, login: Place, environ: Mapping[str, str]) -> Found:
    model = layer.at("model")
    provider = layer.text("model_provider") or config.text("model_provider") or "openai"
    table = layer.at("model_providers", provider)
    if not table.said:
        table = config.at("model_providers", provider)
    preset = hosts.preset(provider)
    base_url = table.text("base_url") or BUILTIN.get(provider, "")
    if not base_url and preset:
        base_url = preset.base_url
    wire = WIRES.get(table.text("wire_api"))
    if not base_url or wire is None:
        return Left(SOURCE, model.where, f"its provider {provider!r} has no address or format")
    return Candidate(
        source=SOURCE,
        where=model.where,
        model=model.text(),
        provider=wire,
        base_url=base_url,
        key=_key(table, provider, login, environ),
        window=layer.number("model_context_window"),
        max_output=layer.number("model_max_output_tokens"),
    )


def _key(table: Place, provider: str, login: Place, environ: Mapping[str, str]) -> Key:
    if variable := table.text("env_key"):
        return Key(reference=f"${{{variable}}}")
    token = table.at("experimental_bearer_token")
    if token.text():
        return key_of(token.text(), token.where)
    is_openai = provider == "openai" or table.flag("requires_openai_auth")
    if not is_openai:
        return Key()
    kept = login.at("OPENAI_API_KEY")
    if kept.text() and not environ.get("OPENAI_API_KEY"):
        return key_of(kept.text(), kept.where)
    return Key(reference="${OPENAI_API_KEY}")
