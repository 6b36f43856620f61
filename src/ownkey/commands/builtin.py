"""The commands that are always there."""

from __future__ import annotations

from collections.abc import Iterator

from ownkey.commands import (
    Command,
    Stage,
    beginning,
    doctor,
    models,
    sessions,
    shown,
    skills,
    trust,
    undo,
)


async def _help(stage: Stage, rest: str) -> None:
    del rest
    said = {f"/{one.name} {one.takes}".strip(): one.about for one in stage.commands}
    stage.tell("\n".join((*_columns(said), "", *_columns(dict(stage.keys)))))


def _columns(said: dict[str, str]) -> Iterator[str]:
    width = max(map(len, said))
    return (f"{what:{width}}  {about}" for what, about in said.items())


async def _quit(stage: Stage, rest: str) -> None:
    del rest
    stage.leave()


COMMANDS: tuple[Command, ...] = (
    Command("help", "what can be said here", _help),
    *models.COMMANDS,
    *beginning.COMMANDS,
    *doctor.COMMANDS,
    *shown.COMMANDS,
    *sessions.COMMANDS,
    *undo.COMMANDS,
    *trust.COMMANDS,
    *skills.COMMANDS,
    Command("quit", "leave; the session is kept", _quit, aliases=("exit", "q")),
)
