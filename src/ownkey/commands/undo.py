"""Taking back what turns did to files, from within the conversation."""

from __future__ import annotations

from collections.abc import Sequence

from ownkey import words
from ownkey.commands import Choice, Command, Stage
from ownkey.core.errors import UsageError
from ownkey.undo.deeds import Deed, back
from ownkey.undo.plan import Plan

SHOWN = 40
"""Paths that are listed before it is asked."""

NO = Choice("no", "No, leave everything as it is")


async def take_back(stage: Stage, chosen: Sequence[Deed]) -> bool:
    """Show what that would change, and ask. False where it is not wanted after all."""
    past = stage.conversation.past
    plan = await past.plan(chosen)
    lines = words.of_plan(plan, await past.figures(plan), SHOWN)
    about = "\n".join((words.of_deeds(chosen), *lines))
    if not plan.todo:
        stage.tell(f"{about}\n{words.OUTCOMES['nothing']}")
        return True
    if await stage.choose("Take this back?", (_yes(plan), NO), about) != "yes":
        return False
    left = await past.take_back(plan)
    stage.tell("\n".join((words.OUTCOMES["done"], *words.of_left(left))))
    return True


async def _undo(stage: Stage, rest: str) -> None:
    del rest
    past = stage.conversation.past
    deeds = await past.deeds()
    if deeds and not deeds[-1].done:
        left = await past.finish(deeds[-1])
        stage.tell("\n".join((words.OUTCOMES["finished"], *words.of_left(left))))
        return
    chosen = back(deeds)
    if not chosen:
        raise UsageError("This session has changed no files that could be taken back.")
    if chosen[-1].undo:
        chosen = await _which(stage, deeds, chosen)
    if chosen:
        await take_back(stage, chosen)


async def _which(stage: Stage, deeds: Sequence[Deed], last: list[Deed]) -> list[Deed]:
    """After an undo: either take that back, or go further back."""
    ways = {"undo": last}
    while earlier := back(deeds, len(ways)):
        ways[str(len(ways))] = earlier
    choices = [Choice("undo", "Bring back what was taken back")]
    for way, chosen in list(ways.items())[1:]:
        choices.append(Choice(way, f"To before: {words.shorten(chosen[0].words, 60)}"))
    return ways.get(await stage.choose("Undo", choices) or "", [])


def _yes(plan: Plan) -> Choice:
    count = len(plan.todo)
    others = "the others, " if plan.foreign or plan.lost else ""
    return Choice("yes", f"Yes, {others}{count} path{'s' if count > 1 else ''}")


COMMANDS = (Command("undo", "take back what the last turn did to files", _undo, idle=True),)
