"""Claude Code: the variables of `env` in `~/.claude/settings.json`.

Files: https://code.claude.com/docs/en/settings. Variables:
https://code.claude.com/docs/en/env-vars and https://code.claude.com/docs/en/llm-gateway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ownkey.config.presets import MESSAGES
from ownkey.core.secret import Secret
from ownkey.setup.imports import hosts
from ownkey.setup.imports.candidate import Candidate, Found, Key, Left
from ownkey.setup.imports.place import read_json

SOURCE = "claude"

MODELS = (
    "ANTHROPIC_MODEL",
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "ANTHROPIC_SMALL_FAST_MODEL",
)
ALIASES = frozenset({"default", "best", "opus", "sonnet", "haiku", "fable", "opusplan"})
"""Words that stand for whichever model is the newest: https://code.claude.com/docs/en/model-config."""

LONG = "[1m]"
"""Claude Code's mark for the long window, which is no part of the id."""

LOGIN = "sk-ant-oat"
"""How a token begins that a subscription's login gives; a key begins with sk-ant-api."""


class Told(NamedTuple):
    """A variable's value, where it is set, and how our settings would refer to it."""

    value: str
    where: str
    reference: str = ""


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    folder = Path(environ.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    settings = read_json(SOURCE, folder / "settings.json")
    yield from settings.left
    told = {one.name: Told(one.text(), one.where) for one in settings.at("env").members()}
    if model := settings.text("model"):
        told.setdefault("ANTHROPIC_MODEL", Told(model, settings.at("model").where))
    helped = settings.at("apiKeyHelper")
    yield from of_variables(SOURCE, told, helper=helped.where if helped.said else "")
    if (folder / ".credentials.json").is_file():
        why = "is a login to a subscription, which is for that program alone: not taken"
        yield Left(SOURCE, str(folder / ".credentials.json"), why)


def of_variables(source: str, told: Mapping[str, Told], helper: str = "") -> Iterator[Found]:
    """A model for every one that the variables name."""
    login = next((one for one in _keys(told) if one.value.startswith(LOGIN)), None)
    if login:
        yield Left(source, login.where, "is a subscription's token, not a key: not taken")
    names = {_id(one.value): one for name in reversed(MODELS) if (one := told.get(name))}
    names = {name: one for name, one in reversed(names.items()) if name}
    address = told.get("ANTHROPIC_BASE_URL")
    key = _key(told, helper)
    if not names and address and address.value:
        yield Left(source, address.where, "names no model: `ownkey models add` asks the address")
    if not (key.reference or key.literal or key.note or (address and address.value)):
        return
    official = hosts.preset("anthropic")
    base_url = address.value if address else ""
    for name, one in names.items():
        yield Candidate(
            source=source,
            where=one.where,
            model=name,
            provider=MESSAGES,
            base_url=base_url or (official.base_url if official else ""),
            key=key,
        )


def _id(said: str) -> str:
    name = said.strip().removesuffix(LONG)
    return "" if name.lower() in ALIASES else name


def _keys(told: Mapping[str, Told]) -> list[Told]:
    given = (told.get(name) for name in ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"))
    return [one for one in given if one and one.value.strip()]


def _key(told: Mapping[str, Told], helper: str) -> Key:
    usable = [one for one in _keys(told) if not one.value.startswith(LOGIN)]
    if usable and usable[0].reference:
        return Key(reference=usable[0].reference)
    if usable:
        return Key(literal=Secret(usable[0].value, usable[0].where))
    return Key(note=f"the command of {helper} makes it") if helper else Key()
