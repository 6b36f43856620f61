"""One reply of a model: asked for until it comes, and put on the account."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from random import random

from ownkey.agent import meter
from ownkey.core.call import Call, Purpose
from ownkey.core.errors import ProviderError
from ownkey.core.event import Emit, Notice, Retrying, Streaming
from ownkey.core.message import Assistant, Chunk, Delta, Draft, Usage
from ownkey.core.model import Model, Prompt
from ownkey.money.budget import Budget
from ownkey.money.misses import Watch
from ownkey.wire.refusals import retry

Stream = Callable[[Model, Prompt], AbstractAsyncContextManager[AsyncIterator[Chunk]]]
"""How to ask a model: `Client.stream`, and all that a fake has to be."""


class Replies:
    """How replies are got. `account` is told of each call that was billed, or may have been."""

    def __init__(
        self,
        stream: Stream,
        *,
        emit: Emit,
        account: Callable[[Call], None],
        budget: Budget,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._emit = emit
        self._account = account
        self._budget = budget
        self._watch = Watch()
        self._sleep = sleep
        self._clock = clock

    async def of(
        self,
        model: Model,
        prompt: Prompt,
        *,
        purpose: Purpose = "turn",
        cut: Callable[[Assistant], None],
    ) -> Assistant:
        """The model's message, asked for again while that may help. A failure is a message
        too. `cut` is given what there was of it when the task is cancelled. Raises
        `OverBudget` before a call that may cost more than is left."""
        retries = retry.Retries(random)
        while True:
            model = self._budget.afford(model, meter.tokens(prompt, model))
            attempt = _Attempt(model, prompt, purpose, retries.made, self._clock)
            try:
                await self._listen(model, prompt, attempt)
            except ProviderError as error:
                self._settle(attempt, error.kind)
                wait = retries.next(error, begun=bool(attempt.draft))
                if wait is None:
                    return attempt.draft.message("failed", error.failure())
                self._emit(Retrying(wait, error.failure()))
                await self._sleep(wait)
            except asyncio.CancelledError:
                self._settle(attempt, "aborted")
                if attempt.draft:
                    cut(attempt.draft.message("aborted"))
                raise
            else:
                self._settle(attempt)
                return attempt.draft.message()

    async def _listen(self, model: Model, prompt: Prompt, attempt: _Attempt) -> None:
        async with self._stream(model, prompt) as chunks:
            async for chunk in chunks:
                attempt.add(chunk)
                if isinstance(chunk, Delta) and attempt.purpose == "turn":
                    self._emit(Streaming(chunk.index, chunk.part, chunk.whole))

    def _settle(self, attempt: _Attempt, failed: str = "") -> None:
        """Providers bill what they have answered, also when it broke off."""
        if failed and not attempt.draft and attempt.draft.usage == Usage():
            return
        call = attempt.call(self._watch, failed)
        self._account(call)
        for words in self._budget.spend(call):
            self._emit(Notice(words))


class _Attempt:
    """One request, timed."""

    def __init__(
        self,
        model: Model,
        prompt: Prompt,
        purpose: Purpose,
        retries: int,
        clock: Callable[[], float],
    ) -> None:
        self.draft = Draft(model.origin)
        self._model = model
        self._prompt = prompt
        self.purpose = purpose
        self._retries = retries
        self._clock = clock
        self._began = clock()
        self._first: float | None = None

    def add(self, chunk: Chunk) -> None:
        self.draft.add(chunk)
        if self._first is None and self.draft:
            self._first = self._clock() - self._began

    def call(self, watch: Watch, failed: str) -> Call:
        now = self._clock()
        return Call(
            model=self._model.id,
            origin=self._model.origin,
            usage=self.draft.usage,
            purpose=self.purpose,
            price=self._model.price,
            failed=failed,
            first=self._first,
            seconds=now - self._began,
            retries=self._retries,
            miss=watch.missed(self._model, self._prompt, self.draft.usage, now),
        )
