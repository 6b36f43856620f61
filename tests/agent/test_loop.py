"""The loop, driven by scripted chunks: what it adds, in which order, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ownkey.agent.calls import Caller
from ownkey.agent.loop import Agent
from ownkey.core.errors import (
    BadRequest,
    BrokenStream,
    KeyRefused,
    OutOfCredit,
    Overloaded,
    RateLimited,
    ToolError,
)
from ownkey.core.event import (
    Added,
    Answer,
    Called,
    Compacted,
    Event,
    Notice,
    Permission,
    Retrying,
    Streaming,
    ToolOutput,
    ToolStarted,
    TurnEnded,
)
from ownkey.core.message import (
    Assistant,
    Chunk,
    Delta,
    End,
    Message,
    Result,
    Text,
    ToolCall,
    Usage,
    User,
)
from ownkey.core.model import Model, Prompt, Secret
from ownkey.tools import Context, Tool, tool
from ownkey.trust.autonomy import Level

MODEL = Model(
    id="custom:Far-0",
    name="far-1",
    wire="anthropic",
    base_url="http://127.0.0.1:1",
    display_name="Far",
    key=Secret("test-key-not-real-1"),
)

Step = Chunk | Exception | float
"""A chunk to yield, an error to raise, or seconds to wait (0 yields control)."""


class Scripted:
    """A stream that says what it is told to, and keeps the prompts it was sent."""

    def __init__(self, *replies: Sequence[Step]) -> None:
        self.replies = list(replies)
        self.prompts: list[Prompt] = []
        self.open = 0

    @asynccontextmanager
    async def __call__(self, model: Model, prompt: Prompt) -> AsyncIterator[AsyncIterator[Chunk]]:
        self.prompts.append(prompt)
        self.open += 1
        try:
            yield self._chunks(self.replies.pop(0))
        finally:
            self.open -= 1

    async def _chunks(self, steps: Sequence[Step]) -> AsyncIterator[Chunk]:
        for step in steps:
            match step:
                case Exception():
                    raise step
                case Delta() | End():
                    yield step
                case seconds:
                    await asyncio.sleep(seconds)


def say(text: str, index: int = 0) -> Delta:
    return Delta(index, Text(text))


def call(name: str, arguments: str = "{}", index: int = 1) -> Delta:
    return Delta(index, ToolCall(f"call_{index}", name, arguments))


HANGING = asyncio.Event()

ANSWER: Sequence[Step] = (say("Do"), say("ne."), End("end", Usage(10, 2)))


@tool("reads")
async def look(context: Context, at: str = "") -> str:
    """Look at a thing."""
    context.progress(f"looking at {at}")
    await asyncio.sleep(0)
    return f"saw {at}"


@tool("writes")
async def change(context: Context) -> str:
    """Change a thing."""
    return "changed"


@tool("reads")
async def stumble(context: Context) -> str:
    """Fail with words."""
    raise ToolError("There is no such thing. Look again.")


@tool("reads")
async def crash(context: Context) -> str:
    """Fail with a bug."""
    raise ZeroDivisionError("division by zero")


@tool("reads")
async def hang(context: Context) -> str:
    """Never come back."""
    HANGING.set()
    await asyncio.Event().wait()
    return ""


class Bench:
    """An agent with its ears open."""

    def __init__(self, stream: Scripted, cwd: Path, level: Level = "high", **more: Any) -> None:
        self.stream = stream
        self.events: list[Event] = []
        self.asked: list[Permission] = []
        self.slept: list[float] = []
        context = Context(cwd, environment={}, spool=cwd)
        tools: tuple[Tool, ...] = (look, change, stumble, crash, hang)
        caller = Caller(tools, context, level=level, ask=self.refuse, emit=self.events.append)
        self.agent = Agent(
            MODEL,
            system="s",
            stream=stream,
            caller=caller,
            emit=self.events.append,
            sleep=self.sleep,
            **more,
        )

    async def sleep(self, seconds: float) -> None:
        """The clock is the far side's: waiting costs nothing here."""
        self.slept.append(seconds)

    async def refuse(self, permission: Permission) -> Answer:
        self.asked.append(permission)
        return Answer("never")

    def turn(self, text: str = "go") -> TurnEnded:
        return asyncio.run(self.agent.turn(User((Text(text),))))

    @property
    def added(self) -> list[Message]:
        return [event.message for event in self.events if isinstance(event, Added)]

    def seen(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    def make(*replies: Sequence[Step], **more: Any) -> Bench:
        return Bench(Scripted(*replies), tmp_path, **more)

    return make


def test_an_answer_ends_the_turn(bench: Callable[..., Bench]) -> None:
    talk = bench(ANSWER)
    ended = talk.turn()
    assert (ended.stop, ended.steps, ended.usage) == ("end", 1, Usage(10, 2))
    assert [type(message) for message in talk.added] == [User, Assistant]
    assert talk.added[1].text == "Done."


def test_what_was_added_is_the_conversation(bench: Callable[..., Bench]) -> None:
    talk = bench((call("look", '{"at": "x"}'), End("tools")), ANSWER)
    talk.turn()
    assert talk.added == talk.agent.messages
    assert talk.seen(TurnEnded) == [talk.events[-1]]


def test_calls_are_run_and_answered_in_the_next_prompt(bench: Callable[..., Bench]) -> None:
    calls = (call("look", '{"at":"a"}', 1), call("look", '{"at":"b"}', 2), End("tools"))
    stream = Scripted(calls, ANSWER)
    talk = Bench(stream, Path())
    ended = talk.turn()
    assert ended.steps == 2
    results = [m for m in stream.prompts[1].messages if isinstance(m, Result)]
    assert [(r.call, r.text) for r in results] == [("call_1", "saw a"), ("call_2", "saw b")]
    assert [(o.call, o.text) for o in talk.seen(ToolOutput)] == [
        ("call_1", "looking at a"),
        ("call_2", "looking at b"),
    ]


def test_usage_of_all_steps_adds_up(bench: Callable[..., Bench]) -> None:
    first = (call("look"), End("tools", Usage(100, 5, cache_write=90)))
    second = (say("ok"), End("end", Usage(10, 7, cache_read=90, reasoning=3)))
    ended = bench(first, second).turn()
    assert ended.usage == Usage(110, 12, cache_read=90, cache_write=90, reasoning=3)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("nope", "{}", "There is no tool 'nope'. There are: change, crash, hang, look, stumble."),
        ("stumble", "{}", "There is no such thing. Look again."),
        ("crash", "{}", "crash broke: ZeroDivisionError: division by zero"),
        ("look", '{"at": 1}', "Bad arguments for look: Expected `str`, got `int` - at `$.at`"),
        ("look", '{"at": "x', "Bad arguments for look: Input data was truncated"),
        ("look", "[]", "Bad arguments for look: Expected `object`, got `array`"),
        ("look", '{"in": ""}', "Bad arguments for look: Object contains unknown field `in`"),
    ],
)
def test_a_failed_call_is_told_to_the_model_and_the_turn_goes_on(
    bench: Callable[..., Bench], name: str, arguments: str, words: str
) -> None:
    talk = bench((call(name, arguments), End("tools")), ANSWER)
    assert talk.turn().stop == "end"
    result = talk.added[2]
    assert isinstance(result, Result)
    assert result.failed
    assert result.text == words


def test_what_is_not_permitted_does_not_run(bench: Callable[..., Bench]) -> None:
    talk = bench((call("change"), End("tools")), ANSWER, level="read-only")
    assert talk.turn().stop == "end"
    assert [(p.call.name, p.effect, p.needs) for p in talk.asked] == [("change", "writes", "low")]
    assert talk.seen(ToolStarted) == []
    assert "Not permitted" in talk.added[2].text


def test_a_changing_call_waits_for_those_before_it(bench: Callable[..., Bench]) -> None:
    calls = (call("look", index=1), call("change", index=2), call("look", index=3), End("tools"))
    talk = bench(calls, ANSWER)
    talk.turn()
    order = [
        ("start", event.call.id) if isinstance(event, ToolStarted) else ("end", event.message.call)
        for event in talk.events
        if isinstance(event, ToolStarted)
        or (isinstance(event, Added) and isinstance(event.message, Result))
    ]
    expected = [(what, f"call_{n}") for n in (1, 2, 3) for what in ("start", "end")]
    assert order == expected


def test_a_passing_failure_is_announced_and_asked_again(bench: Callable[..., Bench]) -> None:
    broken = (say("Half an ans"), BrokenStream("The stream broke."))
    talk = bench(broken, ANSWER)
    assert talk.turn().stop == "end"
    assert [event.reason.kind for event in talk.seen(Retrying)] == ["broken-stream"]
    assert talk.added[1].text == "Done."


def test_what_broke_off_is_on_the_account_too(bench: Callable[..., Bench]) -> None:
    broken = (End(usage=Usage(10)), say("Half"), BrokenStream("The stream broke."))
    refused = (Overloaded("Far is overloaded."),)
    talk = bench(refused, broken, ANSWER)
    ended = talk.turn()
    calls = [event.call for event in talk.seen(Called)]
    assert [(one.failed, one.usage, one.retries) for one in calls] == [
        ("broken-stream", Usage(10), 1),
        ("", Usage(10, 2), 2),
    ]
    assert ended.usage == Usage(20, 2)
    assert all(one.first is not None and one.first <= one.seconds for one in calls)


def test_what_was_cancelled_is_on_the_account_too(tmp_path: Path) -> None:
    talk = Bench(Scripted((End(usage=Usage(10)), say("Half"), 9.0)), tmp_path)

    async def cancel_in_the_answer() -> None:
        task = asyncio.create_task(talk.agent.turn(User((Text("go"),))))
        for _ in range(9):
            await asyncio.sleep(0)
        assert talk.seen(Streaming)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_in_the_answer())
    (called,) = talk.seen(Called)
    assert (called.call.failed, called.call.usage) == ("aborted", Usage(10))


def test_an_answer_that_keeps_breaking_off_is_asked_for_twice_more(
    bench: Callable[..., Bench],
) -> None:
    broken = (say("Half an ans"), Overloaded("Far is overloaded."))
    talk = bench(*[broken] * 9)
    assert talk.turn().stop == "failed"
    assert len(talk.slept) == 2


def test_a_lasting_failure_ends_the_turn_as_data(bench: Callable[..., Bench]) -> None:
    talk = bench((KeyRefused("The key was refused.", "Check it.", status=401),))
    ended = talk.turn()
    assert ended.stop == "failed"
    assert ended.error is not None
    assert (ended.error.kind, ended.error.status) == ("key-refused", 401)


def test_a_failure_that_does_not_pass_gives_up(bench: Callable[..., Bench]) -> None:
    again = [(RateLimited("Too many."),)] * 20
    talk = bench(*again)
    ended = talk.turn()
    assert ended.stop == "failed"
    assert [event.delay for event in talk.seen(Retrying)] == talk.slept
    assert 1 <= len(talk.slept) < 15


OTHER = msgspec.structs.replace(MODEL, id="custom:Other-0", name="other-1", display_name="Other")


def test_a_fallback_goes_on_with_the_turn_and_says_so(bench: Callable[..., Bench]) -> None:
    down = [(Overloaded("Far is overloaded."),)] * 9
    looked = (call("look"), End("tools"))
    talk = bench(*down, looked, ANSWER, ANSWER, fallbacks=(OTHER,))
    assert talk.turn().stop == "end"
    assert talk.seen(Notice) == [Notice("Far is overloaded. Other goes on with this turn.")]
    makers = [m.origin.model for m in talk.added if isinstance(m, Assistant)]
    assert makers == ["other-1", "other-1"]
    talk.turn()
    assert talk.added[-1].origin.model == "far-1"


@pytest.mark.parametrize("error", [KeyRefused("No."), BadRequest("No."), OutOfCredit("No.")])
def test_no_fallback_hides_a_mistake(bench: Callable[..., Bench], error: Exception) -> None:
    talk = bench((error,), ANSWER, fallbacks=(OTHER,))
    assert talk.turn().stop == "failed"
    assert talk.seen(Notice) == []


def test_an_answer_cut_at_the_limit_says_so(bench: Callable[..., Bench]) -> None:
    ended = bench((say("and th"), End("length"))).turn()
    assert ended.error is not None
    assert "maxOutputTokens" in ended.error.hint


def test_a_turn_ends_at_the_step_limit(bench: Callable[..., Bench]) -> None:
    talk = bench(*[(call("look"), End("tools"))] * 5, max_steps=3)
    ended = talk.turn()
    assert (ended.stop, ended.steps) == ("steps", 3)
    assert ended.error is not None
    assert "--max-steps" in ended.error.hint


@pytest.mark.parametrize("moment", range(1, 13), ids="after {} suspensions".format)
def test_cancelled_at_any_await_the_conversation_stays_whole(tmp_path: Path, moment: int) -> None:
    calls = (say("I look"), 0.0, call("look", index=1), call("look", index=2), 0.0, End("tools"))
    stream = Scripted(calls, (0.0, *ANSWER[:2], 0.0, ANSWER[2]), ANSWER)
    talk = Bench(stream, tmp_path)

    async def cancel_then_go_on() -> None:
        task = asyncio.create_task(talk.agent.turn(User((Text("go"),))))
        for _ in range(moment):
            await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            assert isinstance(talk.events[-1], TurnEnded)
        assert stream.open == 0
        await talk.agent.turn(User((Text("again"),)))

    stream.replies.append(ANSWER)
    stream.replies.append(ANSWER)
    asyncio.run(cancel_then_go_on())
    sent = stream.prompts[-1].messages
    asked = {c.id for m in sent if isinstance(m, Assistant) for c in m.calls}
    assert asked == {m.call for m in sent if isinstance(m, Result)}
    assert talk.added == talk.agent.messages


def test_a_summary_that_is_interrupted_changes_nothing(tmp_path: Path) -> None:
    stream = Scripted(ANSWER, (say("Goal"), 60.0))
    talk = Bench(stream, tmp_path)

    async def cancel_the_summary() -> None:
        await talk.agent.turn(User((Text("go"),)))
        said = list(talk.agent.entries)
        task = asyncio.create_task(talk.agent.compress())
        for _ in range(9):
            await asyncio.sleep(0)
        assert stream.open == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert talk.agent.entries == said
        assert stream.open == 0

    asyncio.run(cancel_the_summary())
    assert talk.seen(Called)[-1].call.purpose == "compaction"


def test_what_the_user_wants_kept_is_asked_for(bench: Callable[..., Bench]) -> None:
    summary: Sequence[Step] = (say("Goal: go."), End("end", Usage(20, 5)))
    talk = bench(ANSWER, summary, ANSWER)
    talk.turn()
    assert asyncio.run(talk.agent.compress("the names of the files"))
    asked = talk.agent.messages[0]
    assert isinstance(asked, User)
    assert "Goal: go." in str(asked.content[0])
    stream = talk.stream
    assert "kept above all: the names of the files" in str(stream.prompts[-1].messages[-1])
    (made,) = talk.seen(Compacted)
    assert made.before > 0
    assert not any("Goal" in str(event) for event in talk.seen(Streaming))


def test_a_hanging_tool_is_cancelled_with_the_turn(tmp_path: Path) -> None:
    talk = Bench(Scripted((call("hang"), End("tools"))), tmp_path)

    async def cancel_in_the_tool() -> None:
        task = asyncio.create_task(talk.agent.turn(User((Text("go"),))))
        await HANGING.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_in_the_tool())
    assert talk.seen(TurnEnded)[0].stop == "aborted"
