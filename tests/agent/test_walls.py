"""What needs leave with a sandbox, without one, and outside of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ownkey.agent.calls import Caller
from ownkey.core.event import Answer, Event, Notice, Permission
from ownkey.core.message import ToolCall
from ownkey.tools import Context
from ownkey.tools.confinement import Confinement
from ownkey.tools.shell import shell
from ownkey.trust.autonomy import Level
from tests.sandbox import walls


def asked(
    cwd: Path,
    confinement: Confinement,
    level: Level,
    arguments: str = '{"command": "touch a"}',
    *,
    interactive: bool = True,
) -> tuple[list[Permission], list[str]]:
    """What two calls ask for, and the notices they give."""
    asks: list[Permission] = []
    events: list[Event] = []

    async def ask(permission: Permission) -> Answer:
        asks.append(permission)
        return Answer("never")

    async def twice() -> None:
        context = Context(
            cwd, environment={"PATH": "/usr/bin:/bin"}, spool=cwd, confinement=confinement
        )
        caller = Caller(
            [shell], context, level=level, ask=ask, emit=events.append, interactive=interactive
        )
        for _ in range(2):
            await caller.run(ToolCall("1", "shell", arguments))
        await confinement.aclose()

    asyncio.run(twice())
    return asks, [one.text for one in events if isinstance(one, Notice)]


def test_without_a_sandbox_every_command_is_asked_for(tmp_path: Path) -> None:
    asks, notices = asked(tmp_path, Confinement(None), "medium")
    assert [one.needs for one in asks] == ["high", "high"]
    assert notices == ["No sandbox: it is switched off. Commands run with all your rights."]


def test_where_nobody_can_be_asked_they_run_and_that_is_said_once(tmp_path: Path) -> None:
    asks, notices = asked(tmp_path, Confinement(None), "medium", interactive=False)
    assert asks == []
    assert notices == ["No sandbox: it is switched off. Commands run with all your rights."]


def test_who_allows_everything_is_not_asked(tmp_path: Path) -> None:
    assert asked(tmp_path, Confinement(None), "high")[0] == []


def test_in_a_sandbox_commands_run_unasked(tmp_path: Path) -> None:
    walls.needs("bwrap")
    assert asked(tmp_path, walls.confinement("bwrap", tmp_path), "medium") == ([], [])


@pytest.mark.parametrize("interactive", [True, False])
@pytest.mark.parametrize("said", ["true", '"true"', "1"])
def test_out_of_the_sandbox_needs_leave_of_its_own(
    tmp_path: Path, interactive: bool, said: str
) -> None:
    walls.needs("bwrap")
    arguments = f'{{"command": "touch a", "unsandboxed": {said}}}'
    confinement = walls.confinement("bwrap", tmp_path)
    asks, _ = asked(tmp_path, confinement, "medium", arguments, interactive=interactive)
    assert [one.needs for one in asks] == ["high", "high"]
    assert "outside the sandbox" in asks[0].always
