"""One model at one task, in a copy of the task's folder, as `ownkey exec --auto medium` would."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ownkey.comparison.tasks import Task
from ownkey.conversation import converse
from ownkey.core.call import Call
from ownkey.core.errors import Failure, OwnkeyError
from ownkey.core.event import Answer, Event, Permission
from ownkey.money.ledger import Sum, add_up
from ownkey.options import Options

STEPS = 40
"""Questions to the model, at most: who needs more does not get there."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    model: str
    """Its id."""
    task: str
    solved: bool
    seconds: float
    """All of it, the tools included."""
    calls: tuple[Call, ...]
    error: Failure | None = None

    @property
    def sum(self) -> Sum:
        return add_up(self.calls)


async def tried(task: Task, model: str, options: Options, left: Decimal | None) -> Trial:
    """`left`: US dollars that it may cost. Its session is not kept among the person's own."""
    with tempfile.TemporaryDirectory(prefix="ownkey-compare-") as stage:
        folder = Path(stage) / "work"
        folder.mkdir()
        await asyncio.to_thread(task.copy, folder)
        alone = replace(
            options,
            cwd=folder.resolve(),
            environ={**options.environ, "OWNKEY_STATE_DIR": str(Path(stage) / "state")},
            model=model,
            level="medium",
            max_steps=STEPS,
            budget=None if left is None else float(left),
        )
        return await _worked(task, model, alone)


async def _worked(task: Task, model: str, options: Options) -> Trial:
    began, solved = time.monotonic(), False
    calls: tuple[Call, ...] = ()
    error: Failure | None = None
    try:
        async with converse(options, _nobody, _refuse) as conversation:
            ended = await conversation.say(task.prompt)
            calls, error = tuple(conversation.calls), ended.error
            lent = conversation.lent
        solved = await asyncio.to_thread(task.solved, options.cwd, lent)
    except OwnkeyError as failed:
        error = failed.failure()
    seconds = time.monotonic() - began
    return Trial(
        model=model, task=task.name, solved=solved, seconds=seconds, calls=calls, error=error
    )


def spent(trials: Sequence[Trial]) -> Decimal:
    """US dollars, as far as prices are known."""
    return sum((one.sum.cost for one in trials), Decimal(0))


def _nobody(event: Event) -> None:
    del event


async def _refuse(permission: Permission) -> Answer:
    """What reaches out of the machine is not needed here."""
    del permission
    return Answer("never")
