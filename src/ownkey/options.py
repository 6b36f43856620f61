"""What a conversation is opened with."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ownkey.core.model import Effort, Model
from ownkey.trust.autonomy import Level


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """As the command line, or a command in the app, has it."""

    cwd: Path
    environ: dict[str, str] = msgspec.field(default_factory=lambda: dict(os.environ))
    model: str | None = None
    effort: Effort | None = None
    level: Level = "read-only"
    settings: Path | None = None
    resume: str | None = None
    """A session id, a unique beginning of one, or `last`."""
    fork: str | None = None
    only_tools: tuple[str, ...] | None = None
    """None offers all."""
    add_tools: tuple[str, ...] = ()
    remove_tools: tuple[str, ...] = ()
    append_system: str = ""
    max_steps: int | None = None
    """Model calls in one turn. None: the agent's own limit."""
    budget: float | None = None
    """US dollars that this session may cost."""
    max_tokens: int | None = None
    """Tokens of all kinds that this session may use."""
    local: tuple[Model, ...] = ()
    """What servers on this machine were found to have."""
    trust: bool = False
    """Whether the folder is trusted for this run, whatever is remembered of it."""
    interactive: bool = False
    """Whether somebody is there to ask."""
    sandbox: bool = True
    """Whether commands run in one, where this machine has one."""
    record: Path | None = None
    """Where to write the exchanges with the provider, without keys."""
    replay: Path | None = None
    """Where to read them from, instead of asking."""
