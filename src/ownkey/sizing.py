"""Whether a server nearby reads as much at a time as a conversation needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ownkey.core.message import Origin
from ownkey.core.model import Model
from ownkey.core.origin import is_near
from ownkey.options import Options
from ownkey.wire.client import Client
from ownkey.wire.published import window


class Sizing:
    """Beside a turn, asks a server nearby how much it reads at a time, and tells if that is
    too little. Once for each model; a recording holds the conversation alone."""

    def __init__(self, client: Client, options: Options, tell: Callable[[str], None]) -> None:
        self._client = client
        self._taped = options.record or options.replay
        self._tell = tell
        self._known: set[Origin] = set()

    @asynccontextmanager
    async def beside(self, model: Model) -> AsyncIterator[None]:
        if (
            model.origin in self._known
            or model.window
            or self._taped
            or not is_near(model.base_url)
        ):
            yield
            return
        looking = asyncio.create_task(self._look(model))
        try:
            yield
            if await looking:
                await self._look(model)
        finally:
            looking.cancel()
            self._known.add(model.origin)

    async def _look(self, model: Model) -> bool:
        """Whether it is worth looking once more, when the model is loaded."""
        found = await self._client.window(model)
        if words := found and window.warning(found, model):
            self._tell(words)
        return found is not None and found.tokens == 0
