"""Answers in which something is odd, missing, doubled or in another place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ownkey.core.errors import BrokenStream
from ownkey.core.message import Text, Thinking, Usage
from ownkey.core.model import WireName
from tests.failures.asking import WHOLE, Json, ask, at, deltas, execute, fail
from tests.far import Far, Reply, chat, event, messages, responses, stream
from tests.wire.conversations import CHAT, ENDPOINTS, MESSAGES, RESPONSES, user

each_wire = pytest.mark.parametrize("wire", ENDPOINTS)

COUNTS = {"prompt_tokens": 90, "completion_tokens": 5, "total_tokens": 95}
YES = {"content": "Yes."}


def answer(wire: WireName, reply: Reply, **fields: Any) -> Any:
    with Far(reply) as far:
        return ask(at(far, wire, **fields), user("Hi."))


def choice(delta: Json | None, finish: str | None = None, **fields: Any) -> Json:
    return {"index": 0, "delta": delta, "finish_reason": finish, **fields}


USAGES = {
    "in a chunk of its own": stream(
        event({"choices": [choice(YES, "stop")]}), event({"choices": [], "usage": COUNTS})
    ),
    "in the choice (Moonshot)": stream(event({"choices": [choice(YES, "stop", usage=COUNTS)]})),
    "in x_groq": stream(event({"choices": [choice(YES, "stop")], "x_groq": {"usage": COUNTS}})),
    "beside an empty delta (LiteLLM)": stream(
        event({"choices": [choice(YES, "stop")]}),
        event({"choices": [choice({})], "usage": COUNTS}),
        event("[DONE]"),
    ),
    "in every chunk, growing": stream(
        event({"choices": [choice(YES)], "usage": {**COUNTS, "completion_tokens": 1}}),
        event({"choices": [choice({})], "usage": {**COUNTS, "completion_tokens": 3}}),
        event({"choices": [choice({}, "stop")], "usage": COUNTS}),
    ),
}


@pytest.mark.parametrize("reply", USAGES.values(), ids=USAGES)
def test_usage_is_found_wherever_it_stands(reply: Reply) -> None:
    said = answer(CHAT, reply)
    assert (said.text, said.usage) == ("Yes.", Usage(input=90, output=5))


ODD_CHUNKS = (
    "{}",
    "null",
    "[]",
    '"ok"',
    "42",
    {"choices": None},
    {"choices": [None]},
    {"choices": [choice(None)]},
    {"choices": [choice({"content": None, "tool_calls": None, "role": None})]},
    {"choices": [], "prompt_filter_results": [{"prompt_index": 0}], "model": ""},
    {"object": "chat.completion.chunk", "usage": None},
)


def test_chunks_without_anything_keep_the_connection_alive() -> None:
    odd = [event(one) for one in ODD_CHUNKS]
    said = answer(CHAT, stream(b": OPENROUTER PROCESSING\n\n", *odd, *chat("Yes.").steps, *odd))
    assert (said.text, said.stop) == ("Yes.", "end")


def test_thinking_that_comes_under_two_names_is_shown_once() -> None:
    both = [{"reasoning": words, "reasoning_content": words} for words in ("So ", "be it.")]
    said = answer(CHAT, deltas(*both, YES))
    assert [(type(part), part.text) for part in said.content] == [
        (Thinking, "So be it."),
        (Text, "Yes."),
    ]


@pytest.mark.parametrize("reason", ["end", "eos", "eos_token", "stop_sequence", "", "COMPLETE"])
def test_a_finish_reason_nobody_knows_is_an_end(reason: str) -> None:
    said = answer(CHAT, deltas(YES, finish=reason))
    assert (said.text, said.stop) == ("Yes.", "end")


def test_a_stop_reason_nobody_knows_is_an_end_in_messages_too() -> None:
    delta = {"type": "message_delta", "delta": {"stop_reason": "novel"}, "usage": {}}
    steps = messages("Yes.").steps
    said = answer(MESSAGES, stream(*steps[:-2], event(delta), steps[-1]))
    assert (said.text, said.stop) == ("Yes.", "end")


def without_end(wire: WireName) -> Reply:
    """An answer with all but its terminal marker, closed as if it were whole."""
    cut = {CHAT: -2, MESSAGES: -1, RESPONSES: -1}[wire]
    return stream(*WHOLE[wire]("Half of i").steps[:cut])


@each_wire
def test_a_stream_that_closes_without_its_end_is_not_an_answer(wire: WireName) -> None:
    with Far(without_end(wire)) as far:
        failure = fail(at(far, wire), user("Hi."))
    assert type(failure) is BrokenStream
    assert failure.transient


@each_wire
def test_a_cut_answer_is_asked_for_again_and_never_printed(
    home: Path, work: Path, wire: WireName
) -> None:
    with Far(without_end(wire), WHOLE[wire]("A whole answer.")) as far:
        done = execute(home, work, far, wire=wire)
    assert (done.returncode, done.stdout) == (0, "A whole answer.\n")
    assert "without its end marker" in done.stderr
    assert far.requests[0].body == far.requests[1].body


FOREIGN = (
    b"event: done\ndata: [DONE]\n\n",
    b"event: ping\ndata: {}\n\n",
    b'event: vendor.thing\ndata: {"type": "vendor.thing", "x": [1]}\n\n',
    b"data: [DONE]\n\n",
    b"event: message\n\n",
)


@each_wire
def test_events_of_other_formats_are_passed_over(wire: WireName) -> None:
    with Far(stream(*FOREIGN[1:3], *WHOLE[wire]("Yes.").steps, *FOREIGN)) as far:
        said = ask(at(far, wire), user("Hi."))
    assert (said.text, said.stop) == ("Yes.", "end")


def counted(start: Json | None, *deltas: Json | None) -> Reply:
    """A message with the given usages, at its start and in each `message_delta`."""
    first = {"type": "message_start", "message": {"usage": start}}
    rest = [
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage}
        for usage in deltas
    ]
    body = messages("Yes.").steps[1:4]
    return stream(event(first), *body, *map(event, rest), event({"type": "message_stop"}))


PROXIES = {
    "omitted at the end": counted(
        {"input_tokens": 90, "cache_read_input_tokens": 7}, {"output_tokens": 5}
    ),
    "zeros at the start (LiteLLM)": counted(
        {"input_tokens": 0, "output_tokens": 0, "cache_read_input_tokens": 0},
        {"input_tokens": 90, "output_tokens": 5, "cache_read_input_tokens": 7},
    ),
    "zeros at the end": counted(
        {"input_tokens": 90, "cache_read_input_tokens": 7},
        {"input_tokens": 0, "output_tokens": 5, "cache_read_input_tokens": 0},
    ),
    "nulls": counted(
        {"input_tokens": 90, "cache_read_input_tokens": 7, "cache_creation_input_tokens": None},
        {"input_tokens": None, "output_tokens": 5},
        None,
    ),
}


@pytest.mark.parametrize("reply", PROXIES.values(), ids=PROXIES)
def test_counts_of_messages_are_merged_and_zeros_never_win(reply: Reply) -> None:
    assert answer(MESSAGES, reply).usage == Usage(input=90, output=5, cache_read=7)


# What is paid for is counted once: by what each host says, and what it means.

CACHED = {**COUNTS, "prompt_tokens_details": {"cached_tokens": 60}}
REASONED = {**COUNTS, "completion_tokens_details": {"reasoning_tokens": 4}}

BILLS: dict[str, tuple[WireName, Json, Usage]] = {
    "OpenAI": (CHAT, CACHED, Usage(30, 5, cache_read=60)),
    "OpenAI, reasoning inside": (CHAT, REASONED, Usage(90, 5, reasoning=4)),
    "OpenRouter, with writes": (
        CHAT,
        {**COUNTS, "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 20}},
        Usage(10, 5, cache_read=60, cache_write=20),
    ),
    "DeepSeek": (
        CHAT,
        {**COUNTS, "prompt_cache_hit_tokens": 60, "prompt_cache_miss_tokens": 30},
        Usage(30, 5, cache_read=60),
    ),
    "Moonshot": (CHAT, {**COUNTS, "cached_tokens": 60}, Usage(30, 5, cache_read=60)),
    "Mistral": (CHAT, {**COUNTS, "num_cached_tokens": 60}, Usage(30, 5, cache_read=60)),
    "LiteLLM, said twice": (
        CHAT,
        {**CACHED, "cache_read_input_tokens": 60},
        Usage(30, 5, cache_read=60),
    ),
    "xAI, reasoning outside": (
        CHAT,
        {**COUNTS, "completion_tokens_details": {"reasoning_tokens": 40}},
        Usage(90, 45, reasoning=40),
    ),
    "xAI, more cached than it counts": (
        CHAT,
        {**COUNTS, "prompt_tokens_details": {"cached_tokens": 99}},
        Usage(90, 5, cache_read=99),
    ),
    "Responses": (
        RESPONSES,
        {
            "input_tokens": 90,
            "output_tokens": 5,
            "input_tokens_details": {"cached_tokens": 60},
            "output_tokens_details": {"reasoning_tokens": 4},
        },
        Usage(30, 5, cache_read=60, reasoning=4),
    ),
    "Messages, where no count includes another": (
        MESSAGES,
        {
            "input_tokens": 30,
            "output_tokens": 5,
            "cache_read_input_tokens": 60,
            "cache_creation_input_tokens": 20,
        },
        Usage(30, 5, cache_read=60, cache_write=20),
    ),
}


@pytest.mark.parametrize(("wire", "usage", "paid"), BILLS.values(), ids=BILLS)
def test_every_token_is_counted_once(wire: WireName, usage: Json, paid: Usage) -> None:
    completed = {"status": "completed", "output": [], "usage": usage}
    replies = {
        CHAT: deltas(YES, usage=usage),
        RESPONSES: stream(
            *responses("Yes.").steps[:-1],
            event({"type": "response.completed", "response": completed}),
        ),
        MESSAGES: counted(usage, usage),
    }
    assert answer(wire, replies[wire]).usage == paid


# Tags: reasoning that its server left inside the text.

TAGGED = ("<think>", "So be ", "it.", "</think>", "\n\nYes. <think> is a tag.")


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 8, 99])
def test_thinking_in_tags_at_the_start_is_not_a_part_of_the_answer(cut: int) -> None:
    whole = "".join(TAGGED)
    pieces = [{"content": whole[i : i + cut]} for i in range(0, len(whole), cut)]
    said = answer(CHAT, deltas(*pieces), like="https://api.minimax.io/v1", name="MiniMax-M2.5")
    assert said.text.strip() == "Yes. <think> is a tag."
    assert [part.text.strip() for part in said.content if isinstance(part, Thinking)] == [
        "So be it."
    ]


def test_tags_later_in_an_answer_are_words_like_any_other() -> None:
    words = "Write <think>aloud</think> for that."
    said = answer(
        CHAT, deltas({"content": words}), like="https://api.minimax.io/v1", name="MiniMax-M2.5"
    )
    assert said.text == words
