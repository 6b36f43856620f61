"""The environment: keys of known providers, and the address and model of Anthropic's variables.

The variables are those of the providers' own documents, as the presets have them;
`OPENAI_BASE_URL` is that of OpenAI's libraries (https://github.com/openai/openai-python), the
others are Claude Code's (`imports/claude.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ownkey.config import presets
from ownkey.setup.imports import claude, hosts
from ownkey.setup.imports.candidate import Candidate, Found, Key, Left

SOURCE = "environment"


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    """`home` is no part of it."""
    told = {name: claude.Told(value, f"${name}", f"${{{name}}}") for name, value in environ.items()}
    moved = bool(environ.get("ANTHROPIC_BASE_URL"))
    yield from claude.of_variables(SOURCE, told)
    for preset in presets.found(environ):
        if preset.variable == "ANTHROPIC_API_KEY" and moved:
            continue
        if preset.variable == "OPENAI_API_KEY" and _is_elsewhere(environ):
            where = "$OPENAI_BASE_URL"
            yield Left(SOURCE, where, "names no model: `ownkey models add` asks the address for it")
            continue
        yield Candidate(
            source=SOURCE,
            where=f"${preset.variable}",
            model=preset.model,
            provider=preset.provider,
            base_url=preset.base_url,
            key=Key(reference=f"${{{preset.variable}}}"),
        )


def _is_elsewhere(environ: Mapping[str, str]) -> bool:
    url = environ.get("OPENAI_BASE_URL") or environ.get("OPENAI_API_BASE") or ""
    return bool(url.strip()) and hosts.preset_at(url) != hosts.preset("openai")
