"""A conversation with the rehearsal's far side, and what both sides write down of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from ownkey.agent.calls import Caller
from ownkey.agent.compact import INSTRUCTION
from ownkey.agent.loop import Agent
from ownkey.core.call import Call
from ownkey.core.event import Answer, Called, Event, Permission, Streaming
from ownkey.core.message import Text, User
from ownkey.core.model import Model, Secret, WireName
from ownkey.core.price import Price, Rates
from ownkey.rehearsal import Rehearsal
from ownkey.rehearsal import cache as far_cache
from ownkey.rehearsal import conversation as said
from ownkey.rehearsal.faults import FAULTS, Fault
from ownkey.tools import Context, tool
from ownkey.wire.client import Client
from ownkey.wire.quirks import resolve

Step = (
    tuple[Literal["say"], int]
    | tuple[Literal["switch"], WireName]
    | tuple[Literal["fault"], Literal["cut", "drop", "overloaded", "rate-limit", "reset"]]
    | tuple[Literal["abort"], int]
    | tuple[Literal["compact"], str]
)

RATES = {
    "anthropic": Rates(input=3, output=15, cache_read=0.3, cache_write=3.75),
    "openai": Rates(input=1.25, output=10, cache_read=0.125),
    "generic-chat-completion-api": Rates(input=0.27, output=1.1, cache_read=0.07),
}

UNTOLD = Decimal(0)
"""What a provider asks for an answer whose end, and so its usage, it never sent."""


@tool("reads")
async def look(context: Context, at: str = "") -> str:
    """Look at a thing."""
    del context
    return f"saw {at} " * 40


def coder(seen: said.Conversation) -> said.Turn:
    """Makes the calls that the user last asked for, then says that it is done; or sums up."""
    last = seen.items[-1]
    if not isinstance(last, said.Told):
        return said.Turn(text="I have seen it all, and it is as it should be.")
    if INSTRUCTION in last.text:
        return said.Turn(text="Goal: look at the parts that are asked for.")
    asked = int(last.text.rsplit(maxsplit=1)[-1])
    calls = tuple(said.Call("look", {"at": f"part {n}"}) for n in range(asked))
    return said.Turn(text="I look at one part after the other.", calls=calls)


class Talk:
    """A conversation with the far side, and what both sides have written down of it."""

    def __init__(self, far: Rehearsal, cwd: Path) -> None:
        self.far = far
        self.calls: list[Call] = []
        self._streaming = asyncio.Event()
        self._client = Client()
        context = Context(cwd, environment={}, spool=cwd)
        self._agent = Agent(
            self._model("anthropic"),
            system="You look at things. " * 300,
            stream=self._client.stream,
            caller=Caller((look,), context, level="high", ask=never, emit=self._hear),
            emit=self._hear,
            session="one",
            sleep=no_time,
        )

    async def take(self, step: Step) -> None:
        match step:
            case "say", calls:
                await self._agent.turn(User((Text(f"Look at so many parts: {calls}"),)))
            case "switch", wire:
                self._agent.model = self._model(wire)
            case "fault", name:
                self._next(name)
            case "abort", calls:
                await self._abort(calls)
            case "compact", focus:
                await self._agent.compress(focus)

    async def aclose(self) -> None:
        await self._client.aclose()

    def expected(self) -> Iterator[Decimal]:
        """What the far side charges for each request that it answered: for one it broke off,
        as much as it had told by then."""
        answered = iter(self.far.bills)
        for number, asked in enumerate(self.far.requests, 1):
            what = next((f.what for f in self.far.faults if f.strikes(number, asked.body)), None)
            if what in (FAULTS["overloaded"], FAULTS["rate-limit"], FAULTS["reset"]):
                continue
            made = next(answered)
            wire = WIRES[asked.path]
            yield charge(made, wire, told=what is None)

    async def _abort(self, calls: int) -> None:
        """Interrupt an answer in the middle: the far side falls silent there."""
        self._next("stall")
        self._streaming.clear()
        turn = asyncio.create_task(self.take(("say", calls)))
        await self._streaming.wait()
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)

    def _next(self, name: str) -> None:
        """What happens to the next request, whatever was to happen to it before."""
        number = len(self.far.requests) + 1
        past = [fault for fault in self.far.faults if fault.last < number]
        self.far.faults = [*past, Fault(FAULTS[name], number, number)]

    def _model(self, wire: WireName) -> Model:
        plain = resolve(wire, self.far.url, "rehearsal", {})
        return Model(
            id=f"custom:{wire}-0",
            name="rehearsal",
            wire=wire,
            base_url=self.far.url,
            display_name=wire,
            key=Secret("test-key-not-real-1"),
            quirks=replace(plain, think_tags=False),
            price=Price(RATES[wire], "the test"),
        )

    def _hear(self, event: Event) -> None:
        match event:
            case Called(call=call):
                self.calls.append(call)
            case Streaming():
                self._streaming.set()


WIRES: dict[str, WireName] = {
    "/v1/messages": "anthropic",
    "/v1/responses": "openai",
    "/v1/chat/completions": "generic-chat-completion-api",
}


def charge(made: far_cache.Bill, wire: WireName, *, told: bool) -> Decimal:
    """By the price list, in micro-dollars a token. Messages tells the prompt's share before
    the answer, with a first token of output; the others tell all of it at the end."""
    rates = RATES[wire]
    output = made.output
    if not told:
        if wire != "anthropic":
            return UNTOLD
        output = 1
    shares = (
        (made.uncached, rates.input),
        (made.read, rates.cache_read),
        (made.write, rates.cache_write or rates.input),
        (output, rates.output),
    )
    return sum((tokens * Decimal(str(rate)) for tokens, rate in shares), Decimal(0))


async def never(permission: Permission) -> Answer:
    del permission
    return Answer("never")


async def no_time(seconds: float) -> None:
    del seconds
