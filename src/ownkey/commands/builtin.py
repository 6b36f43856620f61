"""The commands that are always there."""

from __future__ import annotations

from ownkey.commands import Command, Stage, models, sessions, shown

QUIT = Command(
    "quit", "leave; the session is kept", lambda stage, _: _leave(stage), aliases=("exit", "q")
)


async def _help(stage: Stage, rest: str) -> None:
    del rest
    width = max(len(f"/{one.name} {one.takes}".strip()) for one in COMMANDS)
    stage.tell(
        "\n".join(f"{f'/{one.name} {one.takes}'.strip():{width}}  {one.about}" for one in COMMANDS)
    )


async def _leave(stage: Stage) -> None:
    stage.leave()


COMMANDS: tuple[Command, ...] = (
    Command("help", "what can be said here", _help),
    *models.COMMANDS,
    *shown.COMMANDS,
    *sessions.COMMANDS,
    QUIT,
)
