"""What is kept of a conversation when it is made shorter, and that the rest is in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from ownkey.agent import compact, meter
from ownkey.core.message import (
    Assistant,
    Compaction,
    Entry,
    Message,
    Origin,
    Result,
    Text,
    ToolCall,
    Usage,
    User,
)

ORIGIN = Origin("anthropic", "http://127.0.0.1:9", "m")

rounds = st.lists(
    st.tuples(st.integers(1, 400), st.lists(st.integers(0, 2_000), max_size=4)), max_size=6
)
"""How long the user's words are in each round, and the results that came of them."""


def messages(told: Sequence[tuple[int, list[int]]], began: int = 0) -> Iterator[Message]:
    for number, (words, results) in enumerate(told, began):
        yield User((Text("w" * words),))
        names = [f"call_{number}_{at}" for at in range(len(results))]
        if names:
            asked = tuple(ToolCall(name, "look", "{}") for name in names)
            yield Assistant(asked, ORIGIN, "tools", Usage(input=100))
            for name, length in zip(names, results, strict=True):
                yield Result(name, "look", (Text("r" * length),))
        yield Assistant((Text("Seen."),), ORIGIN, "end", Usage(input=200))


def unanswered(sent: Sequence[Message]) -> set[str]:
    """Calls without a result, and results without a call before them."""
    open_calls: set[str] = set()
    for message in sent:
        if isinstance(message, Assistant):
            open_calls |= {call.id for call in message.calls}
        elif isinstance(message, Result):
            open_calls ^= {message.call}
    return open_calls


@given(rounds, rounds, st.integers(0, 3_000), st.integers(0, 3_000))
def test_no_call_is_parted_from_its_result_however_often_it_is_made_shorter(
    first: list[tuple[int, list[int]]],
    then: list[tuple[int, list[int]]],
    room: int,
    less: int,
) -> None:
    entries: list[Entry] = list(messages(first))
    for space, more in ((room, then), (less, [])):
        sent = compact.projected(entries)
        kept = compact.keepable(sent, space)
        made = Compaction(compact.summary(entries, kept, "Goal: look."), kept)
        entries = [*entries, made, *messages(more, began=len(entries))]
        shorter = compact.projected(entries)
        assert shorter[0] == made.summary
        assert not unanswered(shorter)
        assert meter.estimate(sent[len(sent) - kept :]) <= max(space, 400)


@given(rounds)
def test_all_that_was_said_stays_in_the_conversation(told: list[tuple[int, list[int]]]) -> None:
    said = list(messages(told))
    made = Compaction(compact.summary(said, 0, "Goal: look."), 0)
    entries: list[Entry] = [*said, made]
    assert entries[: len(said)] == said
    assert compact.projected(entries) == [made.summary]


def test_counts_of_the_longer_prompt_are_forgotten() -> None:
    said = list(messages([(10, []), (10, [])]))
    sent = compact.projected([*said, Compaction(User((Text("Summary"),)), 2)])
    assert [type(message) for message in sent] == [User, User, Assistant]
    assert isinstance(sent[-1], Assistant)
    assert sent[-1].usage == Usage()


def test_long_words_of_the_user_are_not_quoted() -> None:
    long = User((Text("w" * (compact.QUOTED + 1)),))
    made = compact.summary([long, *messages([(3, [])])], 0, "Goal: look.")
    words = "".join(part.text for part in made.content if isinstance(part, Text))
    assert "wwww" not in words
    assert "> www\n" in words


def test_the_oldest_results_are_left_out_first() -> None:
    said = list(messages([(1, [400, 400]), (1, [400])]))
    light = compact.lighter(said, 100)
    left_out = [m.content == (compact.LEFT_OUT,) for m in light if isinstance(m, Result)]
    assert left_out == [True, True, False]
    assert not unanswered(light)
