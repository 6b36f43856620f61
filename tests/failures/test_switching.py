"""A conversation made on one model goes on with another: every pair, whatever it holds.

The histories are what the decoders make of a rehearsal's bytes, state and all. Each
request is judged twice: by the strict rehearsal, and by the official SDKs' types.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import product
from typing import Any

import pytest

from ownkey.core.message import (
    Assistant,
    Delta,
    Draft,
    Image,
    Message,
    Result,
    Text,
    Thinking,
    ToolCall,
    User,
)
from ownkey.core.model import Model, Prompt, WireName
from ownkey.rehearsal import Rehearsal
from ownkey.rehearsal.conversation import Call, Turn, playing
from ownkey.rehearsal.formats import seal
from ownkey.wire import history
from ownkey.wire.client import Client
from tests.wire import sdk
from tests.wire.conversations import CHAT, ENDPOINTS, JPEG, PNG, TOOLS, model, user

READ = Call("read", {"path": "a.py", "why": 'for "ü"'})
BYE = Turn("That was all.", "Goodbye.")


class Bench:
    """A conversation that any model may go on with, and the far side that hears it."""

    def __init__(self, far: Rehearsal, client: Client) -> None:
        self._far = far
        self._client = client
        self.messages: list[Message] = []

    def model(self, wire: WireName, name: str, *, images: bool = True) -> Model:
        """One with the profile of its format's home."""
        return model(wire, self._far.url, name, quirks=model(wire).quirks, images=images)

    async def say(self, target: Model, *said: User, cut: bool = False) -> Assistant:
        """The model's next message; `cut`: given up by the user where the first call begins."""
        self.messages += said
        prompt = Prompt(
            system="Be brief.",
            messages=history.mend(self.messages, target),
            tools=TOOLS,
            effort="high",
            session="one",
        )
        draft = Draft(target.origin)
        async with self._client.stream(target, prompt) as chunks:
            async for chunk in chunks:
                draft.add(chunk)
                if cut and isinstance(chunk, Delta) and isinstance(chunk.part, ToolCall):
                    break
        message = draft.message("aborted" if cut else None)
        self.messages.append(message)
        return message

    def answer(self, *content: Text | Image) -> None:
        """Give every call of the last message a result."""
        last = self.messages[-1]
        assert isinstance(last, Assistant)
        self.messages += [Result(call.id, call.name, content) for call in last.calls]

    @property
    def asked(self) -> dict[str, Any]:
        """The last request."""
        return self._far.requests[-1].body

    def judge(self) -> None:
        """Raises where a request was not one that the format describes, or was refused."""
        assert self._far.refused == []
        wires = {"/v1/messages": "anthropic", "/v1/responses": "openai"}
        for asked in self._far.requests:
            body = dict(asked.body)
            wire = wires.get(asked.path, CHAT)
            for message in body["messages"] if wire == CHAT else ():
                message.pop("reasoning_content", None)  # the one field that OpenAI does not know
            sdk.check(wire, body)


Telling = Callable[[Bench, Model], Coroutine[object, object, None]]


async def plain(bench: Bench, maker: Model) -> None:
    await bench.say(maker, user("Hello."))


async def reasoning(bench: Bench, maker: Model) -> None:
    message = await bench.say(maker, user("Where is it?"))
    assert any(isinstance(part, Thinking) and part.text for part in message.content)
    bench.answer(Text("found = 1"))
    await bench.say(maker)


async def parallel(bench: Bench, maker: Model) -> None:
    message = await bench.say(maker, user("Read all."))
    assert len(message.calls) == 3
    bench.answer(Text("one"))


async def aborted(bench: Bench, maker: Model) -> None:
    message = await bench.say(maker, user("Explain."), cut=True)
    assert message.calls


async def images(bench: Bench, maker: Model) -> None:
    await bench.say(maker, user("What is this?", PNG))
    bench.answer(Text("blue.jpg"), JPEG)


KINDS: dict[str, tuple[Telling, tuple[Turn, ...]]] = {
    "plain": (plain, (Turn("A greeting.", "Hello."),)),
    "reasoning": (
        reasoning,
        (Turn("It must be in a.py.", "I look.", (READ,)), Turn("That is it.", "In a.py.")),
    ),
    "parallel tools": (parallel, (Turn("Not one by one.", "All.", (READ, READ, READ)),)),
    "aborted turn": (aborted, (Turn("Long story.", "It begins with", (READ, READ)),)),
    "images": (images, (Turn("A picture.", "One more.", (READ,)),)),
}


each_pair = pytest.mark.parametrize(("made_on", "goes_on"), list(product(ENDPOINTS, ENDPOINTS)))


def rehearse(kind: str, play: Callable[[Bench], Coroutine[object, object, None]]) -> None:
    _, turns = KINDS[kind]

    async def main() -> None:
        client = Client()
        async with Rehearsal(playing(*turns, BYE), strict=True) as far:
            bench = Bench(far, client)
            await play(bench)
            bench.judge()
        await client.aclose()

    asyncio.run(main())


@pytest.mark.parametrize("kind", KINDS)
@each_pair
def test_it_goes_on_with_another_model_and_back_again(
    made_on: WireName, goes_on: WireName, kind: str
) -> None:
    tell, (first, *_) = KINDS[kind]
    state = first.thinking if made_on == CHAT else seal(first.thinking)

    async def play(bench: Bench) -> None:
        maker, other = bench.model(made_on, "one"), bench.model(goes_on, "two")
        await tell(bench, maker)
        between = await bench.say(other, user("And now?"))
        assert state not in str(bench.asked)
        back = await bench.say(maker, user("Well?"))
        assert (state in str(bench.asked)) or kind == "aborted turn"
        assert between.text == back.text == "Goodbye."

    rehearse(kind, play)


@pytest.mark.parametrize("kind", ["parallel tools", "images"])
@each_pair
def test_it_goes_on_within_the_turn(made_on: WireName, goes_on: WireName, kind: str) -> None:
    """As after a failover: another model is asked for the next step, with no new word."""

    async def play(bench: Bench) -> None:
        await KINDS[kind][0](bench, bench.model(made_on, "one"))
        assert isinstance(bench.messages[-1], Result)
        message = await bench.say(bench.model(goes_on, "two"))
        assert message.text == "Goodbye."

    rehearse(kind, play)


@each_pair
def test_a_model_that_takes_text_only_reads_where_an_image_was(
    made_on: WireName, goes_on: WireName
) -> None:
    async def play(bench: Bench) -> None:
        blind = bench.model(goes_on, "two", images=False)
        await images(bench, bench.model(made_on, "one"))
        assert any("takes text only" in words for words in history.foreign(bench.messages, blind))
        await bench.say(blind, user("And now?"))
        body = str(bench.asked)
        assert body.count("this model takes text only") == 2
        assert "image_url" not in body
        assert "base64" not in body

    rehearse("images", play)
