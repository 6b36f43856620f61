"""Commands about what answers, how hard it thinks, and what it may do unasked."""

from __future__ import annotations

from ownkey.commands import Choice, Command, Picked, Stage
from ownkey.config.fields import EFFORTS
from ownkey.conversation import Conversation
from ownkey.core.errors import UsageError
from ownkey.core.model import Effort
from ownkey.trust.autonomy import ASKED, LEVELS, Level
from ownkey.wire.formats import effort


async def _model(stage: Stage, rest: str) -> None:
    conversation, words = stage.conversation, rest.split()
    level = EFFORTS[words.pop()] if words and words[-1] in EFFORTS else None
    if words:
        picked: Picked | None = Picked(_meant(conversation, " ".join(words)), level)
    elif level:
        picked = Picked(conversation.model.id, level)
    else:
        picked = await stage.choose_model()
    if picked:
        conversation.switch(picked.model, picked.effort)


def _meant(conversation: Conversation, said: str) -> str:
    """The one model that has these words in its names; else what was said, as it is."""
    known = (*conversation.settings.models, *conversation.settings.builtin)
    names = {one.id: f"{one.id} {one.display_name} {one.name}".lower() for one in known}
    wanted = said.lower().split()
    found = [one for one, name in names.items() if all(word in name for word in wanted)]
    return found[0] if len(found) == 1 else said


async def _set_effort(stage: Stage, rest: str) -> None:
    conversation = stage.conversation
    taken = effort.levels(conversation.model.quirks.efforts)
    level = rest or await stage.choose("Effort", [Choice(one, one) for one in taken])
    if level:
        conversation.switch(conversation.model.id, _effort(level))
        stage.tell(f"Effort {conversation.agent.effort} from now on.")


async def _permission(stage: Stage, rest: str) -> None:
    choices = [Choice(level, level, ASKED[level]) for level in LEVELS]
    level = rest or await stage.choose("Permission", choices)
    if level:
        stage.conversation.level = _level(level)
        stage.tell(f"Permission: {ASKED[stage.conversation.level]}.")


def _effort(word: str) -> Effort | None:
    if not word:
        return None
    if word not in EFFORTS:
        raise UsageError(f"There is no effort {word!r}.", f"There are: {', '.join(EFFORTS)}.")
    return EFFORTS[word]


def _level(word: str) -> Level:
    for level in LEVELS:
        if word == level:
            return level
    raise UsageError(f"There is no permission {word!r}.", f"There are: {', '.join(LEVELS)}.")


COMMANDS = (
    Command("model", "which model answers", _model, takes="[name] [effort]"),
    Command("effort", "how hard it thinks", _set_effort, takes="[level]"),
    Command("permission", "what runs unasked", _permission, takes="[level]", aliases=("auto",)),
)
