"""aider: `.aider.conf.yml`, `.env` and `.aider.model.settings.yml` in the home folder.

https://aider.chat/docs/config/aider_conf.html, https://aider.chat/docs/config/dotenv.html,
https://aider.chat/docs/config/api-keys.html, https://aider.chat/docs/config/adv-model-settings.html
and https://aider.chat/docs/llms/openai-compat.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ownkey.core.secret import Secret
from ownkey.setup.imports.candidate import Candidate, Found, Key, Left
from ownkey.setup.imports.place import Place, Unreadable, read_text, read_yaml
from ownkey.setup.imports.route import Route, route

SOURCE = "aider"

ROLES = ("model", "weak-model", "editor-model")
ALIASES = frozenset({"sonnet", "haiku", "opus", "4", "4o", "mini", "deepseek", "flash", "gemini"})
"""Short names that aider itself makes full ones of: https://aider.chat/docs/config/model-aliases.html."""

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")


class Told(NamedTuple):
    value: str
    where: str


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    config = read_yaml(SOURCE, home / ".aider.conf.yml")
    settings = read_yaml(SOURCE, home / ".aider.model.settings.yml")
    yield from (*config.left, *settings.left)
    variables: dict[str, Told] = {}
    try:
        variables.update(_dotenv(home / ".env"))
    except Unreadable as error:
        yield Left(SOURCE, str(home / ".env"), str(error))
    variables.update(_of_config(config))
    for name, told in _names(config, settings, variables):
        yield from _model(name, told, variables, environ)


def _names(
    config: Place, settings: Place, variables: Mapping[str, Told]
) -> Iterator[tuple[str, str]]:
    """The models that aider is told of, and where."""
    for role in ROLES:
        variable = variables.get(f"AIDER_{role.replace('-', '_').upper()}")
        if name := config.text(role):
            yield name, config.at(role).where
        elif variable:
            yield variable.value, variable.where
    for one in settings.members():
        if (name := one.text("name")) and not name.startswith("aider/"):
            yield name, one.at("name").where


def _model(
    name: str, where: str, variables: Mapping[str, Told], environ: Mapping[str, str]
) -> Iterator[Found]:
    base = variables.get("OPENAI_API_BASE")
    led = route(name, base.value if base and name.startswith("openai/") else "")
    if led is None or name in ALIASES:
        why = f"{name!r} leads to no address or format that is known here"
        yield Left(SOURCE, where, "is a short name of aider's own" if name in ALIASES else why)
        return
    yield Candidate(
        source=SOURCE,
        where=where,
        model=led.model,
        provider=led.provider,
        base_url=led.base_url,
        key=_key(led, variables, environ),
    )


def _key(led: Route, variables: Mapping[str, Told], environ: Mapping[str, str]) -> Key:
    kept = variables.get(led.variable)
    if kept and kept.value and not environ.get(led.variable):
        return Key(literal=Secret(kept.value, kept.where))
    return Key(reference=f"${{{led.variable}}}") if led.variable else Key()


def _of_config(config: Place) -> Iterator[tuple[str, Told]]:
    """The variables that the options set: https://aider.chat/docs/config/options.html."""
    for option in ("openai-api-base", "openai-api-key", "anthropic-api-key"):
        if value := config.text(option):
            yield option.replace("-", "_").upper(), Told(value, config.at(option).where)
    for option, ending in (("api-key", "_API_KEY"), ("set-env", "")):
        place = config.at(option)
        for one in place.members() if place.node.children else (place,):
            name, _, value = one.text().partition("=")
            if name and value:
                shown = f"{name.strip().upper()}{ending}" if ending else name.strip()
                yield shown, Told(value.strip(), one.where)


def _dotenv(path: Path) -> Iterator[tuple[str, Told]]:
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if match := _LINE.fullmatch(line):
            value = match[2].strip("\"'")
            if value.isprintable():
                yield match[1], Told(value, f"{path}:{number}")
