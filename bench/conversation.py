"""Conversations held with the rehearsal, to be measured: what was really sent, and billed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ownkey.agent.calls import Caller
from ownkey.agent.loop import Agent
from ownkey.agent.prompt import SYSTEM
from ownkey.core.event import Answer, Event, Permission
from ownkey.core.message import Text, User
from ownkey.core.model import Model, WireName
from ownkey.core.secret import Secret
from ownkey.rehearsal import Rehearsal
from ownkey.rehearsal.cache import Bill
from ownkey.rehearsal.conversation import Call, Script, Told, Turn
from ownkey.rehearsal.conversation import Conversation as Seen
from ownkey.tools import Context
from ownkey.tools.builtin import BUILTIN
from ownkey.wire.client import Client
from ownkey.wire.quirks import resolve

TURNS = 50
MOST = 40
"""Calls in one turn: twice the blocks that the strict cache looks back over."""

STEP = 8.0
TURN = 40.0
"""Seconds between two requests of a turn, and before the next turn."""

BREAKS = {17: 420.0, 34: 420.0}
"""Seconds for which the person is away before these turns: longer than a cache keeps."""


class Held(NamedTuple):
    bodies: list[dict[str, Any]]
    """What was sent, in order."""
    bills: list[Bill]


async def hold(script: Script, prompts: Iterable[str], cwd: Path, wire: WireName) -> Held:
    """A conversation of these prompts, by the real agent over the real client, with all tools
    there are and nothing of this machine in it."""
    async with Rehearsal(script) as far:
        client = Client()
        context = Context(cwd, environment={"PATH": "/usr/bin:/bin"}, spool=cwd)
        agent = Agent(
            _model(wire, far.url),
            system=SYSTEM,
            stream=client.stream,
            caller=Caller(BUILTIN, context, level="high", ask=_never, emit=_nobody),
            emit=_nobody,
            session="bench",
        )
        for prompt in prompts:
            await agent.turn(User((Text(prompt),)))
        await client.aclose()
        return Held([asked.body for asked in far.requests], far.bills)


def long_task(cwd: Path) -> tuple[Script, list[str]]:
    """Fifty prompts that each have some files read, none to forty of them."""
    for number in range(MOST):
        text = "".join(f"line {line} of part {number}\n" for line in range(10 + number % 7))
        (cwd / f"part{number}.txt").write_text(text, "utf-8")
    return _reader, [f"Read so many parts: {turn * 7 % (MOST + 1)}" for turn in range(TURNS)]


def times(bodies: Iterable[dict[str, Any]]) -> Iterator[float]:
    """When each request of the long task is sent: in a simulated time, the same for all."""
    now, turn = 0.0, -1
    for body in bodies:
        if _begins_turn(body):
            turn += 1
            now += TURN + BREAKS.get(turn, 0.0)
        else:
            now += STEP
        yield now


def _reader(seen: Seen) -> Turn:
    last = seen.items[-1]
    if not isinstance(last, Told):
        return Turn(text="I have read them, and they are as they should be.")
    count = int(last.text.rsplit(maxsplit=1)[-1])
    calls = tuple(Call("read", {"path": f"part{number}.txt"}) for number in range(count))
    return Turn(text="I read one part after the other.", calls=calls)


def _begins_turn(body: dict[str, Any]) -> bool:
    content = body["messages"][-1]["content"]
    return isinstance(content, str) or content[-1]["type"] == "text"


def _model(wire: WireName, url: str) -> Model:
    base = url if wire == "anthropic" else f"{url}/v1"
    return Model(
        id="bench",
        name="rehearsal",
        wire=wire,
        base_url=base,
        display_name="bench",
        key=Secret("no-key-is-needed-here"),
        quirks=resolve(wire, base, "rehearsal", {}),
    )


async def _never(permission: Permission) -> Answer:
    del permission
    return Answer("never")


def _nobody(event: Event) -> None:
    del event
