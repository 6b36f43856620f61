"""Commands about the folder: whether its own files count."""

from __future__ import annotations

from ownkey.commands import Choice, Command, Stage
from ownkey.core.errors import UsageError
from ownkey.trust import telling
from ownkey.trust.folder import Decision, Moved

CHOICES = (
    Choice("later", "Not now", "work without these files, and ask again next time"),
    Choice("trusted", "Trust it", "let them count, until one of them changes"),
    Choice("declined", "Never", "work without them, and ask only when one changes"),
)
"""The first is what a key that was pressed too early chooses."""

DECISIONS: dict[str, Decision] = {"trusted": "trusted", "declined": "declined"}


async def settle(stage: Stage) -> None:
    """Ask how the person stands to the folder. Raises `UsageError` where that cannot be kept."""
    conversation = stage.conversation
    about = telling.question(conversation.standing)
    decision = DECISIONS.get(await stage.choose(telling.QUESTION, CHOICES, about) or "")
    if decision is None:
        if out := telling.left_out(conversation.standing, asked=True):
            stage.tell(out)
        return
    try:
        conversation.decide(decision)
    except Moved:
        what = "The folder's files have changed since they were shown."
        raise UsageError(what, "Look again: /trust.") from None
    stage.tell(telling.decided(conversation.standing))


async def _trust(stage: Stage, rest: str) -> None:
    del rest
    if stage.conversation.standing.usable:
        await settle(stage)
    else:
        stage.tell("This folder has nothing of its own that would count.")


COMMANDS = (Command("trust", "whether this folder's own files count", _trust, idle=True),)
