"""Where a person sits: before one conversation at a time, which can be left for another."""

from __future__ import annotations

from contextlib import AsyncExitStack

from ownkey.conversation import Conversation, opened
from ownkey.core.errors import UsageError
from ownkey.core.event import Ask, Emit
from ownkey.options import Options


class Seat:
    def __init__(self, listen: Emit, ask: Ask) -> None:
        self._listen = listen
        self._ask = ask
        self._conversation: Conversation | None = None
        self._beside = AsyncExitStack()
        """What goes on beside the conversation, and ends with it."""

    @property
    def taken(self) -> bool:
        """Whether a conversation is open."""
        return self._conversation is not None

    @property
    def conversation(self) -> Conversation:
        if self._conversation is None:
            raise UsageError("No model can be used yet.", "/add adds one; /rehearsal needs none.")
        return self._conversation

    async def open(self, options: Options, beside: AsyncExitStack | None = None) -> Conversation:
        """Leave the conversation for another. Raises `OwnkeyError`, and stays."""
        beside = beside or AsyncExitStack()
        try:
            fresh = await opened(options, self._listen, self._ask)
        except BaseException:
            await beside.aclose()
            raise
        await self.aclose()
        self._conversation, self._beside = fresh, beside
        return fresh

    async def aclose(self) -> None:
        if self._conversation is not None:
            await self._conversation.aclose()
            self._conversation = None
        await self._beside.aclose()
