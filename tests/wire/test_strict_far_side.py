"""No conversation is refused by a provider that refuses whatever it can."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from ownkey.core.message import Assistant, Draft, Message, Result, Text
from ownkey.core.model import Model, Prompt, WireName
from ownkey.rehearsal import Rehearsal
from ownkey.rehearsal.conversation import Call, Turn, playing
from ownkey.wire import history
from ownkey.wire.client import Client
from tests.wire.conversations import CONVERSATIONS, ENDPOINTS, ORIGINS, TOOLS, model, user
from tests.wire.test_prefix import boundaries, long_task

STEP = 256
"""Tokens of a prompt that automatic caches may leave out: they match in steps."""

each_wire = pytest.mark.parametrize("wire", ENDPOINTS)


def at_home_in(far: Rehearsal, wire: WireName, **fields: Any) -> Model:
    """The format's model with its profile, as if the far side were its provider."""
    return model(wire, base_url=far.url, quirks=model(wire).quirks, **fields)


def moved(messages: Iterable[Message], target: Model) -> tuple[Message, ...]:
    """The conversation as if the format's own messages came from `target`."""
    return tuple(
        replace(message, origin=target.origin)
        if isinstance(message, Assistant) and message.origin == ORIGINS[target.wire]
        else message
        for message in messages
    )


async def ask(client: Client, target: Model, prompt: Prompt) -> Assistant:
    draft = Draft(target.origin)
    async with client.stream(target, prompt) as chunks:
        async for chunk in chunks:
            draft.add(chunk)
    return draft.message()


@each_wire
def test_the_whole_table_is_accepted(wire: WireName) -> None:
    async def main() -> None:
        client = Client()
        async with Rehearsal(playing(Turn(text="Yes."))) as far:
            for name, conversation in CONVERSATIONS.items():
                target = at_home_in(far, wire, max_output=conversation.max_output)
                messages = moved(conversation.messages, target)
                asked = replace(conversation, messages=messages).prompt(target)
                assert (await ask(client, target, asked)).text == "Yes.", name
            assert far.refused == []
            assert len(far.bills) == len(CONVERSATIONS)
        await client.aclose()

    asyncio.run(main())


SIX = tuple(Call("read", {"path": f"{n}.py", "why": 'for "ü" and \\ '}) for n in range(6))
WORK = (
    Turn("It must be in one of six.", "All at once.", SIX),
    Turn("Not there; one is left.", "", SIX[:1]),
    Turn("That was it.", "Found."),
)


@each_wire
def test_what_came_is_accepted_back_and_found_in_the_cache(wire: WireName) -> None:
    async def main() -> None:
        client = Client()
        async with Rehearsal(playing(*WORK)) as far:
            target = at_home_in(far, wire)
            messages: list[Message] = [user("Find it. " * 600)]
            for turn in WORK:
                prompt = Prompt(
                    system="Be brief.",
                    messages=history.mend(messages, target),
                    tools=TOOLS,
                    effort="high",
                    session="one",
                )
                said = await ask(client, target, prompt)
                assert said.text == turn.text
                assert len(said.calls) == len(turn.calls)
                messages.append(said)
                messages += [Result(c.id, c.name, (Text("no"),)) for c in said.calls]
            assert far.refused == []
            assert [bill.read > 0 for bill in far.bills] == [False, True, True]
        await client.aclose()

    asyncio.run(main())


@each_wire
def test_a_long_task_is_read_from_the_cache(wire: WireName) -> None:
    """Every request but the first pays only for what is new in it."""

    async def main() -> None:
        client = Client()
        async with Rehearsal(playing(Turn(text="Yes."))) as far:
            target = at_home_in(far, wire)
            messages = long_task(target)
            for end in boundaries(messages):
                prompt = Prompt(
                    system="Be brief. " * 500,
                    messages=history.mend(messages[:end], target),
                    tools=TOOLS,
                    session="one",
                )
                await ask(client, target, prompt)
            assert far.refused == []
            for before, bill in pairwise(far.bills):
                assert bill.read >= before.prompt - STEP
        await client.aclose()

    asyncio.run(main())
