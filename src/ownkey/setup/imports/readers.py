"""The programs whose models can be taken over, and looking through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ownkey.core import origin
from ownkey.setup.imports import (
    aider,
    claude,
    codex,
    crush,
    environment,
    litellm,
    ollama,
    opencode,
    pi,
)
from ownkey.setup.imports.candidate import Found, Left


class Reader(NamedTuple):
    source: str
    program: str
    found: Callable[[Path, Mapping[str, str]], Iterable[Found]]
    """Of a home folder and an environment: never raises, opens no socket, runs nothing."""


READERS = (
    Reader(environment.SOURCE, "environment variables", environment.found),
    Reader(claude.SOURCE, "Claude Code", claude.found),
    Reader(codex.SOURCE, "Codex", codex.found),
    Reader(opencode.SOURCE, "opencode", opencode.found),
    Reader(crush.SOURCE, "crush", crush.found),
    Reader(pi.SOURCE, "pi", pi.found),
    Reader(aider.SOURCE, "aider", aider.found),
    Reader(litellm.SOURCE, "LiteLLM", litellm.found),
    Reader(ollama.SOURCE, "Ollama", ollama.found),
)
SOURCES = tuple(one.source for one in READERS)


def look(
    home: Path, environ: Mapping[str, str], sources: Iterable[str] = SOURCES
) -> tuple[Found, ...]:
    """All that the programs are set up for, in the order of the table."""
    wanted = set(sources)
    return tuple(
        _checked(found)
        for one in READERS
        if one.source in wanted
        for found in one.found(home, environ)
    )


def _checked(found: Found) -> Found:
    """Only addresses that settings may have: one that holds a password is not even shown."""
    if isinstance(found, Left) or "${" in found.base_url:
        return found
    problem = origin.problem(found.base_url, allow_insecure=True)
    if problem is None:
        return found
    return Left(found.source, found.where, f"its address {problem.partition(';')[0]}")
