"""`/doctor`: what the endpoint of the model that answers really does."""

from __future__ import annotations

from ownkey.commands import Choice, Command, Stage
from ownkey.doctor import examine, told
from ownkey.doctor.finding import Finding
from ownkey.doctor.probes import PROBES

LEAVE = (Choice("yes", "Ask it"), Choice("free", "Only what is free"))


async def _doctor(stage: Stage, rest: str) -> None:
    del rest
    conversation = stage.conversation
    leave = await stage.choose(told.of_price(conversation.model, PROBES), LEAVE)
    if leave is None:
        return
    asked = leave == "yes"
    chosen = PROBES if asked else ()
    report = await examine.examine(conversation.model, conversation.memory, chosen, _quietly)
    stage.tell("\n".join(told.of_report(report, asked=asked)))


def _quietly(finding: Finding) -> None:
    """The report tells all at its end."""
    del finding


COMMANDS = (Command("doctor", "what the model's endpoint really does", _doctor, idle=True),)
