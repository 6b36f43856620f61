"""Commands that files add to those of a face: prompts in files, and skills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ownkey.commands import Command, own, skills, united
from ownkey.commands.seat import Seat
from ownkey.config import settings
from ownkey.conversation import Conversation


def offered(
    seat: Seat, environ: Mapping[str, str], always: Sequence[Command]
) -> tuple[Command, ...]:
    """All that can be said at a face. Before a conversation is open, files add the person's own."""
    files = read(seat.conversation) if seat.taken else own.read(settings.home(environ))
    return united((*always, *files))


def read(conversation: Conversation) -> Iterator[own.OwnCommand]:
    """The person's own, the project's, then skills: of a name the first counts."""
    yield from own.read(conversation.settings.home, conversation.standing)
    yield from skills.read(conversation.skills)


def expanded(conversation: Conversation, task: str) -> str:
    """A task that names one of these, as what that says; any other as it is."""
    return own.expanded(read(conversation), task)
