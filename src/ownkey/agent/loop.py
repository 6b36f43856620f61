"""The loop: one turn from the user's words to the model's last.

Model failures end a turn as data; only cancellation and bugs raise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from ownkey.agent import compact, meter
from ownkey.agent.calls import Caller
from ownkey.agent.compact import Compactor, WindowOf
from ownkey.agent.reply import Replies, Stream
from ownkey.core.call import Call
from ownkey.core.errors import Failure, OverBudget
from ownkey.core.event import Added, Called, Emit, Notice, TurnEnded, TurnStarted
from ownkey.core.message import (
    Assistant,
    Entry,
    Message,
    Stop,
    Text,
    ToolCall,
    Usage,
    User,
)
from ownkey.core.model import Effort, Model, Prompt
from ownkey.money.budget import Budget
from ownkey.wire import history

PASSED_ON = frozenset({"overloaded", "rate-limited", "unreachable"})
"""Kinds of failure after which a fallback model may go on: those that are nobody's
mistake. A refused key or a bad request would be refused again, or hidden."""

MAX_STEPS = 200
"""Model calls in one turn, after which a loop is more likely than progress."""


ASIDE = """\
<aside>
The user asks something beside the task. Answer from what you know by now, in a few sentences; \
call no tool. Neither the question nor your answer becomes a part of the conversation.
</aside>

{question}"""


class Agent:
    """One conversation. It knows no file, no screen and no settings."""

    def __init__(
        self,
        model: Model,
        *,
        system: str,
        stream: Stream,
        caller: Caller,
        emit: Emit,
        effort: Effort | None = None,
        session: str = "",
        messages: Iterable[Entry] = (),
        fallbacks: Iterable[Model] = (),
        max_steps: int = MAX_STEPS,
        budget: Budget | None = None,
        window_of: WindowOf = lambda model: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.model = model
        self.effort = effort
        self.entries = list(messages)
        self.fallbacks = tuple(fallbacks)
        """They go on with a turn that `model` cannot finish."""
        self._line = [model]
        """The model that answers in this turn, and those that would after it."""
        self._system = system
        self._replies = Replies(
            stream, emit=emit, account=self._account, budget=budget or Budget(), sleep=sleep
        )
        self._compactor = Compactor(self._replies, emit, window_of)
        self._caller = caller
        self._emit = emit
        self._session = session
        self._max_steps = max_steps
        self._tally = _Tally()
        self._mending = history.Mending()

    @property
    def messages(self) -> list[Message]:
        """What of the conversation is sent."""
        return compact.projected(self.entries)

    @property
    def context(self) -> meter.Context:
        """How full the model's context is."""
        return self._compactor.context(self._prompt(self.model), self.model)

    @property
    def compacts_at(self) -> int | None:
        """Tokens of prompt at which the conversation is made shorter. None: unknown."""
        return meter.bound(self.model, self.context.window)

    async def turn(self, user: User) -> TurnEnded:
        """Say `user` to the model and work until it is done."""
        self._tally = _Tally()
        self._line = [self.model, *self.fallbacks]
        self._emit(TurnStarted(self.model.id))
        self._add(user)
        try:
            ended = await self._steps()
        except asyncio.CancelledError:
            self._emit(TurnEnded("aborted", self._tally.usage, self._tally.steps))
            raise
        self._emit(ended)
        return ended

    async def compress(self, focus: str = "") -> bool:
        """Between two turns, go on from a summary that keeps above all what `focus` says.
        False, and word of it, if that was not possible. Raises `OverBudget`."""
        return await self._compact(self.model, focus=focus)

    async def aside(self, question: str) -> Assistant:
        """Answer a question beside the conversation, which stays as it is, and whose prefix is
        read from the cache for it. Raises `OverBudget`."""
        asked = User((Text(ASIDE.format(question=question)),))
        messages = history.mend([*self.messages, asked], self.model)
        prompt = replace(self._prompt(self.model), messages=messages)
        return await self._replies.of(self.model, prompt, purpose="aside", cut=lambda cut: None)

    async def _steps(self) -> TurnEnded:
        tally = self._tally
        while tally.steps < self._max_steps:
            tally.steps += 1
            try:
                message = await self._reply()
            except OverBudget as over:
                return TurnEnded("budget", tally.usage, tally.steps, over.failure())
            self._add(message)
            if not message.calls or message.stop not in ("tools", "length"):
                error = message.error or _shortfall(message.stop)
                return TurnEnded(message.stop, tally.usage, tally.steps, error)
            await self._run(message.calls)
        return TurnEnded("steps", tally.usage, tally.steps, _too_many_steps(self._max_steps))

    async def _reply(self) -> Assistant:
        """The next message. If the conversation is too long for that, it is made shorter once."""
        message = await self._answered()
        if not compact.too_long(message.error) or not await self._compact(
            self._line[0], refused=True
        ):
            return message
        message = await self._answered()
        return compact.in_vain(message) if compact.too_long(message.error) else message

    async def _answered(self) -> Assistant:
        """The next message, of the first model in line that gives one."""
        while True:
            model, *others = self._line
            prompt = await self._fitting(model)
            message = await self._replies.of(model, prompt, cut=self._add)
            failure = message.error
            if failure is None or failure.kind not in PASSED_ON or not others:
                return message
            self._line = others
            self._announce(failure, others[0])

    def _announce(self, failure: Failure, model: Model) -> None:
        self._emit(Notice(f"{failure.what} {model.display_name} goes on with this turn."))
        for words in history.foreign(self.messages, model):
            self._emit(Notice(words))

    async def _run(self, calls: Sequence[ToolCall]) -> None:
        self._caller.begin(calls)
        for batch in self._batches(calls):
            try:
                async with asyncio.TaskGroup() as group:
                    for call in batch:
                        group.create_task(self._answer(call))
            except ExceptionGroup as broken:  # a face that can tell no more: by its own name
                raise broken.exceptions[0] from broken

    def _batches(self, calls: Sequence[ToolCall]) -> Iterator[list[ToolCall]]:
        """Neighbouring reads run side by side; what changes things runs alone and in
        order, so that a call always sees what the calls before it did."""
        for reads, neighbours in groupby(calls, key=self._caller.only_reads):
            batch = list(neighbours)
            yield from [batch] if reads else [[call] for call in batch]

    async def _answer(self, call: ToolCall) -> None:
        self._add(await self._caller.run(call))

    def _prompt(self, model: Model) -> Prompt:
        return Prompt(
            system=self._system,
            messages=self._mending.mend(self.messages, model),
            tools=self._caller.specs,
            effort=self.effort,
            session=self._session,
        )

    async def _fitting(self, model: Model) -> Prompt:
        """The next prompt, made shorter before the context is full; in vain once in a turn."""
        prompt = self._prompt(model)
        if self._tally.compactable and self._compactor.due(self.entries, prompt, model):
            self._tally.compactable = await self._compact(model)
            return self._prompt(model)
        return prompt

    async def _compact(self, model: Model, *, focus: str = "", refused: bool = False) -> bool:
        made = await self._compactor.compact(
            self.entries, self._prompt(model), model, focus=focus, refused=refused
        )
        if made is not None:
            self.entries.append(made.compaction)
            self._emit(made)
        return made is not None

    def _account(self, call: Call) -> None:
        self._tally.usage += call.usage
        self._emit(Called(call))

    def _add(self, message: Message) -> None:
        self.entries.append(message)
        self._emit(Added(message))


class _Tally:
    """What a turn has used so far."""

    def __init__(self) -> None:
        self.steps = 0
        self.usage = Usage()
        self.compactable = True


def _shortfall(stop: Stop) -> Failure | None:
    """Stops that leave the user with less than an answer, and what to do about them."""
    match stop:
        case "length":
            return Failure(
                kind="cut-off",
                what="The answer was cut at the output limit.",
                hint="Raise maxOutputTokens in the model's entry, or say: go on.",
            )
        case "refused":
            return Failure(
                kind="content-refused",
                what="The provider's filter refused to answer.",
                hint="Put the request differently, or use another model.",
            )
        case _:
            return None


def _too_many_steps(limit: int) -> Failure:
    return Failure(
        kind="steps",
        what=f"Stopped after {limit} model calls in one turn.",
        hint="Go on in the same session, or allow more with --max-steps.",
    )
