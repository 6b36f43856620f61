"""Each request begins, byte for byte, with the one before it: what prompt caches live on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.message import (
    Assistant,
    Image,
    Message,
    Part,
    Result,
    Stop,
    Text,
    Thinking,
    ToolCall,
    User,
)
from ownkey.core.model import Model, Prompt
from ownkey.wire import history
from ownkey.wire.formats.settled import Settled
from ownkey.wire.request import build, wire_of
from tests.wire.conversations import CHAT, MESSAGES, REASONING, RESPONSES, TODO, TOOLS, model

PROFILES: dict[str, Model] = {
    "messages": model(MESSAGES),
    "messages, thinking by budget": model(MESSAGES, name="claude-haiku-4-5"),
    "responses": model(RESPONSES),
    "chat": model(CHAT),
    "chat, text only": model(CHAT, images=False),
    "chat with markers": model(CHAT, "https://openrouter.ai/api/v1", "anthropic/claude-opus-5"),
    "chat with short ids and bridges": model(CHAT, "https://api.mistral.ai/v1"),
    "chat, reasoning in tags": model(CHAT, "https://api.cerebras.ai/v1", "zai-glm-4.7"),
    "chat, reasoning required": model(CHAT, "https://api.deepseek.com", "deepseek-v4-pro"),
    "chat, plain schemas": model(CHAT, "http://localhost:8080/v1", "qwen3"),
}
each = pytest.mark.parametrize("target", PROFILES.values(), ids=PROFILES)


def prefix(target: Model, messages: Sequence[Message]) -> bytes:
    """The prompt as a cache sees it: tools, system, messages; what the model is to do with
    it is left out, as are markers, which are no content."""
    prompt = Prompt(
        system="Be brief.",
        messages=history.mend(messages, target),
        tools=(*TOOLS, TODO),
        effort="medium",
        session="s",
    )
    body = wire_of(target.wire).encode(target, prompt)  # with arguments still as they came
    parts = [body["tools"], body.get("system"), body.get("instructions")]
    parts += body["input"] if target.wire == RESPONSES else body["messages"]
    return b"\n".join(msgspec.json.encode(_unmarked(part)) for part in parts)


def _unmarked(value: Any) -> Any:
    """Without markers. In Chat a marked text is a list of one part, and the same text."""
    match value:
        case dict():
            return {k: _unmarked(inner) for k, inner in value.items() if k != "cache_control"}
        case [{"type": "text", "text": text, "cache_control": _}]:
            return text
        case [{"type": "text", "text": text}]:
            return text
        case list():
            return [_unmarked(inner) for inner in value]
        case _:
            return value


def boundaries(messages: Sequence[Message]) -> Iterator[int]:
    """Lengths at which a request is sent: after the user's word, and once the results of
    all calls are there."""
    for end, message in enumerate(messages, start=1):
        last = end == len(messages)
        open_end = not isinstance(message, Assistant)
        if open_end and (last or not isinstance(messages[end], Result)):
            yield end


def long_task(target: Model, turns: int = 30) -> list[Message]:
    """Tool calls in parallel, images, reasoning, failures, an abort; always the same."""
    dice = random.Random(7)
    messages: list[Message] = [User((Text("<environment/>"), Text("Do it all.")))]
    for turn in range(turns):
        thought = REASONING[target.wire]
        calls = [
            ToolCall(f"call_{turn}_{n}", "read", f'{{"path": "{turn}.{n}",  "at":{turn}.50}}')
            for n in range(dice.randint(1, 5))
        ]
        messages.append(Assistant((thought, Text(f"Step {turn}."), *calls), target.origin, "tools"))
        messages += [_result(call, dice) for call in calls]
        if turn % 10 == 9:
            cut = (thought, Text("I was abou"), ToolCall("call_cut", "read", '{"pa'))
            messages.append(Assistant(cut, target.origin, "aborted"))
            messages.append(User((Text("Go on."), Image("image/png", bytes([turn])))))
    return messages


def _result(call: ToolCall, dice: random.Random) -> Result:
    image = (Image("image/png", call.id.encode()),) if dice.random() < 0.2 else ()
    text = (Text(f"Read {call.id}."),) if dice.random() < 0.9 else ()
    return Result(call.id, call.name, (*text, *image), failed=dice.random() < 0.1)


@each
def test_thirty_turns_only_ever_append(target: Model) -> None:
    messages = long_task(target)
    sent = [prefix(target, messages[:end]) for end in boundaries(messages)]
    assert len(sent) > 30
    for before, after in pairwise(sent):
        assert after.startswith(before)
        assert len(after) > len(before)


@pytest.mark.parametrize("name", ["messages", "chat with markers"])
def test_markers_stand_where_the_last_request_ended(name: str) -> None:
    target = PROFILES[name]
    messages = long_task(target)
    previous = 0
    for end in boundaries(messages):
        prompt = Prompt(system="", messages=history.mend(messages[:end], target), tools=TOOLS)
        body = json.loads(build(target, prompt).body)
        marks = [at for at, one in enumerate(body["messages"]) if _is_marked(one)]
        assert marks[-1] == len(body["messages"]) - 1
        assert previous in marks
        previous = marks[-1]


def _is_marked(message: dict[str, Any]) -> bool:
    content = message["content"]
    return isinstance(content, list) and "cache_control" in content[-1]


# Any conversation that ends where requests are sent.

words = st.text(max_size=6)
pictures = st.builds(Image, st.just("image/png"), st.binary(max_size=3))
shown = st.lists(st.builds(Text, words) | pictures, max_size=3).map(tuple)
ids = st.sampled_from(["a", "b", "functions.read:0", "x" * 70, ""])
arguments = st.sampled_from(["", "{}", '{"a" : 1.50}', '{"a', "[1]", '{"a":"\\ud83d"}'])
stops = st.sampled_from(get_args(Stop))


@st.composite
def conversations(draw: st.DrawFn, target: Model) -> list[Message]:
    parts = (
        st.builds(Text, words)
        | st.builds(Thinking, words, st.none() | st.just(REASONING[target.wire].opaque))
        | st.builds(ToolCall, ids, st.just("read"), arguments)
    )
    origins = st.sampled_from([target.origin, model(RESPONSES, name="other").origin])
    messages: list[Message] = [User(draw(shown))]
    for _ in range(draw(st.integers(0, 4))):
        content: list[Part] = draw(st.lists(parts, max_size=4))
        said = Assistant(tuple(content), draw(origins), draw(stops))
        answered = draw(st.permutations(said.calls))
        messages.append(said)
        messages += [Result(one.id, one.name, draw(shown), draw(st.booleans())) for one in answered]
        if not answered or draw(st.booleans()):
            messages.append(User(draw(shown)))
    return messages


@each
@given(data=st.data())
def test_any_conversation_only_ever_appends(target: Model, data: st.DataObject) -> None:
    messages = data.draw(conversations(target))
    sent = [prefix(target, messages[:end]) for end in boundaries(messages)]
    for before, after in pairwise(sent):
        assert after.startswith(before)


class Growing:
    """A conversation that is asked of again and again, each time encoded where it is new."""

    def __init__(self, target: Model) -> None:
        self._target = target
        self._mending = history.Mending()
        self._settled = Settled()

    def body(self, messages: Sequence[Message]) -> bytes:
        mended = self._mending.mend(messages, self._target)
        return build(self._target, _asking(mended), settled=self._settled).body


def _asking(messages: tuple[Message, ...]) -> Prompt:
    return Prompt(system="Be brief.", messages=messages, tools=TOOLS, session="s")


def _whole(target: Model, messages: Sequence[Message]) -> bytes:
    return build(target, _asking(history.mend(messages, target))).body


@each
def test_what_is_encoded_bit_by_bit_is_what_is_encoded_at_once(target: Model) -> None:
    messages, growing = long_task(target), Growing(target)
    for end in boundaries(messages):
        assert growing.body(messages[:end]) == _whole(target, messages[:end])


@each
@given(data=st.data())
def test_so_it_is_with_any_conversation_and_after_going_back(
    target: Model, data: st.DataObject
) -> None:
    growing = Growing(target)
    for _ in range(2):  # the second is another one: the same begins anew
        messages = data.draw(conversations(target))
        ends = [*boundaries(messages)]
        for end in (*ends, *ends[:1]):
            assert growing.body(messages[:end]) == _whole(target, messages[:end])
