"""Where a person sits: before one conversation at a time, which can be left for another."""

from __future__ import annotations

from ownkey.conversation import Conversation, opened
from ownkey.core.errors import UsageError
from ownkey.core.event import Ask, Emit
from ownkey.options import Options


class Seat:
    def __init__(self, listen: Emit, ask: Ask) -> None:
        self._listen = listen
        self._ask = ask
        self._conversation: Conversation | None = None

    @property
    def taken(self) -> bool:
        """Whether a conversation is open."""
        return self._conversation is not None

    @property
    def conversation(self) -> Conversation:
        if self._conversation is None:
            raise UsageError("No model can be used yet.", "See above what is missing.")
        return self._conversation

    async def open(self, options: Options) -> Conversation:
        """Leave the conversation for another. Raises `OwnkeyError`, and stays."""
        fresh = await opened(options, self._listen, self._ask)
        await self.aclose()
        self._conversation = fresh
        return fresh

    async def aclose(self) -> None:
        if self._conversation is not None:
            await self._conversation.aclose()
            self._conversation = None
