"""Any history becomes one that all three formats accept, and what was sent stays as sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.message import (
    Assistant,
    Image,
    Message,
    Origin,
    Part,
    Result,
    Stop,
    Text,
    Thinking,
    ToolCall,
    User,
)
from ownkey.core.model import Model, Secret, WireName
from ownkey.core.quirks import Quirks
from ownkey.wire.history import EMPTY, INTERRUPTED, NO_IMAGE, foreign, mend

PATTERNS = ("", "[a-zA-Z0-9_-]{1,64}", "[a-zA-Z0-9]{9}", ".{1,40}")


def model(
    name: str = "here", *, images: bool = True, tool_id: str = "", wire: WireName = "anthropic"
) -> Model:
    return Model(
        id=f"custom:{name}-0",
        name=name,
        wire=wire,
        base_url="https://host.example",
        display_name=name,
        key=Secret("test-key-not-real-1"),
        images=images,
        quirks=Quirks(tool_id=tool_id),
    )


HERE = model()
THERE = Origin(wire="openai", host="other.example", model="there")
PICTURE = Image(mime="image/png", data=b"png")


def user(text: str = "go on") -> User:
    return User((Text(text),))


def said(*content: Part, stop: Stop = "end", origin: Origin = HERE.origin) -> Assistant:
    return Assistant(content=content, origin=origin, stop=stop)


def call(ident: str, name: str = "read") -> ToolCall:
    return ToolCall(ident, name, "{}", opaque={"item": "fc_1"})


def result(call: str, text: str = "done") -> Result:
    return Result(call, "read", (Text(text),), detail={"exit": 0})


def shape(messages: Sequence[Message]) -> list[str]:
    """A history in short: who says what, with calls and results by id."""
    return [_line(message) for message in messages]


def _line(message: Message) -> str:
    match message:
        case User():
            return f"user: {''.join(p.text for p in message.content if isinstance(p, Text))}"
        case Result():
            return f"result {message.call}: {message.text}"
        case Assistant():
            return f"assistant: {' '.join(_word(part) for part in message.content)}"


def _word(part: Part) -> str:
    match part:
        case ToolCall():
            return f"call {part.id}"
        case Thinking():
            return f"({part.text})"
        case Text():
            return part.text


GONE = INTERRUPTED.text

CASES: dict[str, tuple[list[Message], list[str]]] = {
    "a whole history stays as it is": (
        [user("a"), said(Text("x"), call("c1")), result("c1"), said(Text("b"))],
        ["user: a", "assistant: x call c1", "result c1: done", "assistant: b"],
    ),
    "results follow the order of their calls": (
        [said(call("c1"), call("c2")), result("c2", "two"), result("c1", "one")],
        ["assistant: call c1 call c2", "result c1: one", "result c2: two"],
    ),
    "an open call is answered as interrupted": (
        [said(call("c1"), call("c2")), result("c1"), user("b")],
        ["assistant: call c1 call c2", "result c1: done", f"result c2: {GONE}", "user: b"],
    ),
    "an open call at the end is answered as interrupted": (
        [user("a"), said(Text("x"), call("c1"))],
        ["user: a", "assistant: x call c1", f"result c1: {GONE}"],
    ),
    "a result without a call vanishes": (
        [result("c9"), user("a"), result("c8"), said(call("c1")), result("c7"), result("c1")],
        ["user: a", "assistant: call c1", "result c1: done"],
    ),
    "a result before its call is not its answer": (
        [user("a"), result("c1", "old"), said(call("c1")), result("c1", "new")],
        ["user: a", "assistant: call c1", "result c1: new"],
    ),
    "a second result of one call vanishes": (
        [said(call("c1")), result("c1", "one"), result("c1", "two"), user("a")],
        ["assistant: call c1", "result c1: one", "user: a"],
    ),
    "a result that came after the user went on is too late": (
        [said(call("c1")), user("a"), result("c1"), user("b")],
        ["assistant: call c1", f"result c1: {GONE}", "user: a", "user: b"],
    ),
    "an aborted message keeps its words only": (
        [said(Thinking("hm"), Text("I will"), call("c1"), stop="aborted"), result("c1"), user("a")],
        ["assistant: I will", "user: a"],
    ),
    "a failed message without words vanishes": (
        [user("a"), said(Thinking("hm"), call("c1"), stop="failed"), user("b")],
        ["user: a", "user: b"],
    ),
    "reasoning of this model goes back": (
        [said(Thinking("hm", {"signature": "s"}), Text("x"))],
        ["assistant: (hm) x"],
    ),
    "reasoning that leads to nothing vanishes": (
        [said(Thinking("hm", {"signature": "s"}), stop="length"), user("a")],
        ["user: a"],
    ),
    "reasoning of another model stays behind": (
        [said(Thinking("hm", {"signature": "s"}), call("c1"), origin=THERE), result("c1")],
        ["assistant: call c1", "result c1: done"],
    ),
    "a message of another model that only reasons vanishes": (
        [user("a"), said(Thinking("hm"), origin=THERE), user("b")],
        ["user: a", "user: b"],
    ),
    "blank words vanish": (
        [said(Text("\n\n"), call("c1"), Text(" ")), result("c1"), said(Text(" \n"))],
        ["assistant: call c1", "result c1: done"],
    ),
    "two messages of the user stay two": (
        [user("a"), user("b")],
        ["user: a", "user: b"],
    ),
    "what is empty says so": (
        [user(" "), said(call("c1")), Result("c1", "read", ())],
        [f"user: {EMPTY.text}", "assistant: call c1", f"result c1: {EMPTY.text}"],
    ),
    "what cannot be sent as text is replaced": (
        [user("a\x00b\ud800c"), said(Text("\udfff!"))],
        ["user: a\ufffdb\ufffdc", "assistant: \ufffd!"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_history_is_mended(name: str) -> None:
    given, expected = CASES[name]
    assert shape(mend(given, HERE)) == expected


def test_an_interrupted_call_counts_as_failed() -> None:
    answer = mend([said(call("c1"))], HERE)[-1]
    assert answer == Result("c1", "read", (INTERRUPTED,), failed=True)


def test_opaque_state_goes_back_to_its_origin_only() -> None:
    content = (Text("x", {"item": "msg_1"}), call("c1"))
    assert mend([said(*content), result("c1")], HERE)[0] == said(*content)
    for stranger in (model("else"), model(wire="openai")):
        bare = mend([said(*content), result("c1")], stranger)[0]
        assert isinstance(bare, Assistant)
        assert [part.opaque for part in bare.content] == [None, None]


def test_blank_words_with_a_state_of_their_own_stay_with_their_origin() -> None:
    history = (said(Text("", {"item": "msg_1"}), call("c1")), result("c1"))
    assert mend(history, HERE) == history
    bare = mend(history, model("else"))[0]
    assert isinstance(bare, Assistant)
    assert bare.content == bare.calls


def test_words_of_an_aborted_message_lose_the_item_they_belonged_to() -> None:
    assert mend([said(Text("x", {"item": "msg_1"}), stop="aborted")], HERE) == (
        said(Text("x"), stop="aborted"),
    )


def test_arguments_go_back_byte_for_byte() -> None:
    raw = ToolCall("c1", "read", '{ "b":1,"a" : "\\u0000"}')
    broken = ToolCall("c2", "read", '{"path": "a')
    mended = mend([said(raw, broken)], HERE)[0]
    assert isinstance(mended, Assistant)
    assert mended.content == (raw, broken)


def test_a_name_no_provider_takes_becomes_one_they_take() -> None:
    names = [
        part.name for part in _calls(mend([said(call("a", "fs.read file"), call("b", ""))], HERE))
    ]
    assert names == ["fs_read_file", "unnamed"]


def test_images_become_words_for_a_model_that_takes_text_only() -> None:
    history = [User((Text("see"), PICTURE)), said(call("c1")), Result("c1", "read", (PICTURE,))]
    assert mend(history, HERE)[0] == history[0]
    seen = mend(history, model(images=False))
    assert seen[0] == User((Text("see"), NO_IMAGE))
    assert seen[2] == Result("c1", "read", (NO_IMAGE,))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_ids_fit_the_pattern_and_stay_apart(pattern: str) -> None:
    raw = ["functions.read:0", "functions.read:1", "x" * 80 + "1", "x" * 80 + "2", "", "abcdefgh"]
    history: list[Message] = [said(*map(call, raw)), *map(result, reversed(raw))]
    mended = mend(history, model(tool_id=pattern))
    ids = [part.id for part in _calls(mended)]
    assert len(set(ids)) == len(raw)
    assert [message.call for message in mended if isinstance(message, Result)] == ids
    assert all(re.fullmatch(pattern or ".+", given) for given in ids)
    assert [part.id for part in _calls(mend(history, model(tool_id=pattern)))] == ids


def test_an_id_that_fits_is_left_alone() -> None:
    history = [said(call("functions.read:0")), result("functions.read:0")]
    assert mend(history, HERE) == tuple(history)


def test_an_id_used_again_becomes_another_one() -> None:
    history = [said(call("call_0"), call("call_0")), result("call_0", "1"), result("call_0", "2")]
    mended = mend([*history, user(), *history], HERE)
    calls = [part.id for part in _calls(mended)]
    answers = [(m.call, m.text) for m in mended if isinstance(m, Result)]
    assert calls[0] == "call_0"
    assert len(set(calls)) == 4
    assert answers == list(zip(calls, ["1", "2", "1", "2"], strict=True))


def test_what_stays_behind_on_a_switch_is_told_in_words() -> None:
    elsewhere = Origin(wire="anthropic", host="else.example", model="here")
    history: list[Message] = [
        User((PICTURE, Text("see"))),
        said(Thinking("a"), Text("x"), origin=THERE),
        said(Thinking("b"), call("c1"), origin=THERE),
        Result("c1", "read", (PICTURE,)),
        said(Thinking("c"), Text("x"), origin=elsewhere),
        said(Thinking("cut off"), stop="aborted", origin=THERE),
        said(Thinking("own"), Text("x")),
        said(Text("no reasoning"), origin=THERE),
    ]
    assert foreign(history, model(images=False)) == (
        "reasoning of 2 messages by there stays behind",
        "reasoning of 1 message by here at else.example stays behind",
        "2 images: here takes text only",
    )
    assert foreign(history[-2:], HERE) == ()


def _calls(messages: Sequence[Message]) -> list[ToolCall]:
    return [part for m in messages if isinstance(m, Assistant) for part in m.calls]


# Any history at all: few ids, so that they meet often.

ids = st.sampled_from(["a", "b", "functions.read:0", "x" * 70, "", "call\ud800"])
words = st.sampled_from(["", " ", "hello", "\x00", "a\udc00b", "\n\n"]) | st.text(max_size=5)
opaque = st.none() | st.just({"signature": "s"})
texts = st.builds(Text, words, opaque)
calls = st.builds(ToolCall, ids, st.sampled_from(["read", "a.b", ""]), words, opaque)
shown = st.lists(st.builds(Text, words) | st.just(PICTURE), max_size=3).map(tuple)
origins = st.sampled_from([HERE.origin, THERE])
stops = st.sampled_from(["end", "tools", "length", "refused", "aborted", "failed"])
parts = st.lists(texts | calls | st.builds(Thinking, words, opaque), max_size=4).map(tuple)
messages = st.lists(
    st.builds(User, shown)
    | st.builds(Assistant, parts, origins, stops)
    | st.builds(Result, ids, st.just("read"), shown, st.booleans()),
    max_size=10,
)
targets = st.builds(
    lambda pattern, images: model(tool_id=pattern, images=images),
    st.sampled_from(PATTERNS),
    st.booleans(),
)


def assert_accepted(history: Sequence[Message], target: Model) -> None:
    """What all three formats demand of a history, each rule one they refuse requests by."""
    open_calls: list[str] = []
    used: set[str] = set()
    for message in history:
        if isinstance(message, Result):
            assert message.call == open_calls.pop(0), "a result stands where its call asks for it"
            assert message.content
        else:
            assert not open_calls, "all calls are answered before anybody speaks"
            assert message.content, "nobody is silent"
        if isinstance(message, Assistant):
            assert_replayable(message, target)
            open_calls = [part.id for part in message.calls]
            assert len(set(open_calls)) == len(open_calls)
            assert used.isdisjoint(open_calls), "ids are unique"
            used.update(open_calls)
        for part in message.content:
            assert not isinstance(part, Image) or target.images
            assert "\x00" not in repr_of(part)
            repr_of(part).encode()
    assert not open_calls


def assert_replayable(message: Assistant, target: Model) -> None:
    pattern = target.quirks.tool_id or ".+"
    assert all(re.fullmatch(pattern, part.id) for part in message.calls)
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", part.name) for part in message.calls)
    assert not isinstance(message.content[-1], Thinking), "reasoning leads to something"
    if message.stop in ("aborted", "failed"):
        assert not message.calls
    if message.stop in ("aborted", "failed") or message.origin != target.origin:
        assert not any(isinstance(part, Thinking) or part.opaque for part in message.content)
    for part in message.content:
        assert not isinstance(part, Text) or part.text.strip() or part.opaque


def repr_of(part: Part | Image) -> str:
    """All characters of a part that are sent as they are."""
    match part:
        case Image():
            return part.mime
        case ToolCall():
            return part.id + part.name + part.arguments
        case Text() | Thinking():
            return part.text


def boundaries(history: Sequence[Message]) -> list[int]:
    """Lengths at which a request may have been sent: after a message of the user, and
    once all calls of the last message are answered."""
    ends = []
    waiting: list[str] = []
    for end, message in enumerate(history, start=1):
        match message:
            case User():
                waiting = []
                ends.append(end)
            case Assistant():
                waiting = [part.id for part in message.calls]
            case Result() if message.call in waiting:
                waiting.remove(message.call)
                if not waiting:
                    ends.append(end)
            case Result():
                pass
    return ends


@given(messages, targets)
def test_any_history_becomes_one_that_is_accepted(history: list[Message], target: Model) -> None:
    assert_accepted(mend(history, target), target)


@given(messages, targets)
def test_mending_twice_is_mending_once(history: list[Message], target: Model) -> None:
    once = mend(history, target)
    assert mend(once, target) == once


@given(messages, targets)
def test_what_was_sent_is_never_rewritten(history: list[Message], target: Model) -> None:
    whole = mend(history, target)
    for end in boundaries(history):
        sent = mend(history[:end], target)
        assert whole[: len(sent)] == sent


@given(messages, targets)
def test_no_message_of_the_user_is_lost(history: list[Message], target: Model) -> None:
    kept = [message for message in mend(history, target) if isinstance(message, User)]
    assert len(kept) == sum(isinstance(message, User) for message in history)
