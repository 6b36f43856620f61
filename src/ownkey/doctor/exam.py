"""One model under examination: how it is asked, and what was heard so far."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import msgspec
from msgspec.structs import replace

from ownkey.core.errors import BrokenStream, ProviderError
from ownkey.core.message import Assistant, Delta, Draft, Message, Text, Usage, User
from ownkey.core.model import Effort, Model, Prompt, Spec
from ownkey.wire import history
from ownkey.wire.client import Client

PATIENCE = 120.0
"""Seconds for one answer: a local model may have to be loaded first."""

WHOLE = 600.0
"""Seconds for all answers of one model."""

ROOM = 2048
"""Tokens an answer may have: models that reason need some before they say a word."""

SYSTEM = "You are being tested. Do exactly what is asked, briefly."

LOOK_UP = Spec(
    "look_up",
    "Look a word up in the dictionary.",
    {
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
        "additionalProperties": False,
    },
)


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, or what came in its place."""

    message: Assistant | None = None
    error: ProviderError | None = None
    pieces: int = 0
    """In how many it came."""
    first: float = 0.0
    """Seconds to the first content."""
    seconds: float = 0.0
    """To its end."""


class Exam:
    """A model, a client of its own, and what its answers used."""

    def __init__(self, model: Model, client: Client, told: list[str]) -> None:
        self.model = model
        self.client = client
        self.told = told
        """What the client had to do differently to be answered."""
        self.until = time.monotonic() + WHOLE
        self.used = Usage()
        self.session = token_hex(8)
        self.plain = Heard()
        """The answer to a question without anything."""
        self.called = Heard()
        """The answer that calls a tool."""

    async def ask(
        self,
        *messages: Message,
        system: str = SYSTEM,
        tools: tuple[Spec, ...] = (),
        effort: Effort | None = None,
        change: Callable[[Model], Model] = lambda model: model,
        extra: dict[str, Any] | None = None,
    ) -> Heard:
        """The answer to these messages. `change` and `extra` (fields of the body) make
        the model another one for this question."""
        model = change(replace(self.model, extra={**self.model.extra, **(extra or {})}))
        bounded = replace(model, max_output=min(model.max_output or ROOM, ROOM))
        prompt = Prompt(
            system=system,
            messages=history.mend(messages, bounded),
            tools=tools,
            effort=effort,
            session=self.session,
        )
        try:
            async with asyncio.timeout(min(PATIENCE, self.until - time.monotonic())):
                return await self._hear(bounded, prompt)
        except ProviderError as error:
            return Heard(error=error)
        except TimeoutError:
            what = f"There was no whole answer within {PATIENCE:g} s, or all took {WHOLE:g} s."
            return Heard(error=BrokenStream(what, "Try again when the server has less to do."))

    async def _hear(self, model: Model, prompt: Prompt) -> Heard:
        draft, pieces, first, began = Draft(model.origin), 0, 0.0, time.monotonic()
        try:
            async with self.client.stream(model, prompt) as chunks:
                async for chunk in chunks:
                    draft.add(chunk)
                    if isinstance(chunk, Delta) and draft:
                        pieces += chunk.pieces
                        first = first or time.monotonic() - began
        finally:
            self.used += draft.usage
        seconds = time.monotonic() - began
        return Heard(message=draft.message(), pieces=pieces, first=first, seconds=seconds)


def user(text: str) -> User:
    return User((Text(text),))
