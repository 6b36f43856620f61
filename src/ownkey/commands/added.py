"""Commands that files add to those of a face: prompts in files, and skills."""

from __future__ import annotations

from collections.abc import Iterator

from ownkey.commands import own, skills
from ownkey.conversation import Conversation


def read(conversation: Conversation) -> Iterator[own.OwnCommand]:
    """The person's own, the project's, then skills: of a name the first counts."""
    yield from own.read(conversation.settings.home, conversation.standing)
    yield from skills.read(conversation.skills)


def expanded(conversation: Conversation, task: str) -> str:
    """A task that names one of these, as what that says; any other as it is."""
    return own.expanded(read(conversation), task)
