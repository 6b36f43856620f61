"""What single endpoints want put differently from the format they speak."""

from __future__ import annotations

import json
from typing import Any

import pytest
from inline_snapshot import snapshot

from ownkey.core.message import Opaque, Text, Thinking, ToolCall
from ownkey.core.model import Effort, Model
from ownkey.wire.formats.chat import UNSIGNED
from tests.wire import sdk
from tests.wire.asking import asked, own
from tests.wire.conversations import (
    CHAT,
    MESSAGES,
    PNG,
    RESPONSES,
    SESSION,
    call,
    model,
    result,
    said,
    user,
)

MARK = {"cache_control": {"type": "ephemeral"}}


def marked(messages: list[dict[str, Any]]) -> list[int]:
    return [at for at, one in enumerate(messages) if "cache_control" in json.dumps(one)]


def thinking(name: str, effort: Effort, limit: int | None = None) -> dict[str, Any]:
    body = asked(model(MESSAGES, name=name, max_output=limit), user("Hi."), effort=effort)
    return {key: body[key] for key in ("thinking", "output_config") if key in body}


@pytest.mark.parametrize(
    ("effort", "limit", "budget"),
    [
        ("minimal", None, 1_024),
        ("high", None, 24_000),
        ("max", None, 24_000),
        ("max", 64_000, 48_000),
        ("max", 128_000, 49_152),
        ("low", 4_000, 3_000),
        ("low", 1_300, None),
        ("none", None, None),
    ],
)
def test_a_thinking_budget_leaves_room_for_the_answer(
    effort: Effort, limit: int | None, budget: int | None
) -> None:
    given = {"thinking": {"type": "enabled", "budget_tokens": budget}} if budget else {}
    assert thinking("claude-haiku-4-5", effort, limit) == given


@pytest.mark.parametrize(
    ("effort", "word"), [("minimal", "low"), ("low", "low"), ("xhigh", "xhigh"), ("max", "max")]
)
def test_adaptive_thinking_takes_an_effort(effort: Effort, word: str) -> None:
    assert thinking("claude-opus-5", effort) == {
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": word},
    }


def test_a_turn_that_another_model_began_goes_on_without_a_thinking_budget() -> None:
    target = model(MESSAGES, name="claude-haiku-4-5")
    signed = Thinking("Hm.", {"signature": "c2ln"})
    begun = (user("Go."), own(target, signed, call(1)), result(1, "a"))
    theirs = (user("Go."), said(call(1), by=CHAT), result(1, "a"))
    assert "thinking" in asked(target, *begun, effort="low")
    assert "thinking" not in asked(target, *theirs, effort="low")
    assert "thinking" in asked(target, *theirs, said("Done."), user("More."), effort="low")


def test_redacted_thinking_goes_back_as_it_came() -> None:
    target = model(MESSAGES)
    reply = own(target, Thinking("", {"redacted": "c2VhbGVk"}), call(1))
    body = asked(target, user("Go."), reply, result(1, "a"))
    block = body["messages"][1]["content"][0]
    assert block == {"type": "redacted_thinking", "data": "c2VhbGVk"}


def test_signed_thinking_goes_back_even_without_its_words() -> None:
    target = model(MESSAGES)
    reply = own(target, Thinking("", {"signature": "c2ln"}), call(1))
    body = asked(target, user("Go."), reply, result(1, "a"))
    block = body["messages"][1]["content"][0]
    assert block == {"type": "thinking", "thinking": "", "signature": "c2ln"}


def test_there_are_never_more_than_four_markers_and_none_on_thinking() -> None:
    target = model(MESSAGES)
    signed = Thinking("Hm.", {"signature": "c2ln"})
    turns = [(own(target, signed, call(n)), result(n, "a"), user("On.")) for n in range(5)]
    body = asked(target, user("Go."), *(m for turn in turns for m in turn), system="Be brief.")
    assert json.dumps(body).count("cache_control") == 4
    assert marked(body["tools"]) == [len(body["tools"]) - 1]
    assert marked(body["system"]) == [0]
    assert marked(body["messages"]) == [12, 15]
    assert MARK.items() <= body["messages"][12]["content"][-1].items()


def test_all_markers_of_a_request_live_equally_long() -> None:
    target = model(MESSAGES, cache_ttl="1h")
    body = asked(target, user("Go."), own(target, call(1)), result(1, "a"), system="Be brief.")
    hour = json.dumps({"type": "ephemeral", "ttl": "1h"})
    assert json.dumps(body).count(hour) == json.dumps(body).count("cache_control") == 4


def test_an_endpoint_without_markers_gets_none() -> None:
    target = model(MESSAGES, "https://api.fireworks.ai/inference")
    assert "cache_control" not in json.dumps(asked(target, user("Hi."), system="Be brief."))


def test_markers_in_chat_stand_on_parts_of_content() -> None:
    target = model(CHAT, "https://openrouter.ai/api/v1", "anthropic/claude-opus-5")
    messages = (user("Go."), own(target, Text("So."), call(1)), result(1, "a"))
    body = asked(target, *messages, system="Be brief.")
    assert body["messages"] == snapshot(
        [
            {
                "role": "system",
                "content": [
                    {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Go.", "cache_control": {"type": "ephemeral"}}
                ],
            },
            {
                "role": "assistant",
                "content": "So.",
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {"name": "read", "arguments": '{"path": "a.py"}'},
                    }
                ],
            },
            {
                "role": "tool",
                "tool_call_id": "call_1",
                "content": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}],
            },
        ]
    )


def test_markers_in_chat_leave_the_models_own_words_alone() -> None:
    target = model(CHAT, "https://openrouter.ai/api/v1", "anthropic/claude-opus-5")
    body = asked(target, said("It begi", stop="aborted"), said("Or so.", stop="failed"))
    assert [message["content"] for message in body["messages"]] == ["It begi", "Or so."]


@pytest.mark.parametrize(
    ("opaque", "fields"),
    [
        ({"field": "reasoning_content"}, {"reasoning_content": "Hm."}),
        ({"field": "reasoning"}, {"reasoning": "Hm."}),
        (
            {"field": "reasoning", "details": [{"type": "reasoning.text", "text": "Hm."}]},
            {"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        ),
        (None, {}),
    ],
)
def test_reasoning_in_chat_goes_back_under_its_own_name(
    opaque: Opaque | None, fields: dict[str, Any]
) -> None:
    target = model(CHAT)
    body = asked(target, user("Go."), own(target, Thinking("Hm.", opaque), Text("So.")), user("?"))
    assert body["messages"][1] == {"role": "assistant", "content": "So.", **fields}


@pytest.mark.parametrize(
    ("host", "fields"),
    [
        ("api.deepseek.com", [{"reasoning_content": "Hm."}, {"reasoning_content": ""}]),
        ("api.moonshot.ai", [{"reasoning_content": "Hm."}, {"reasoning_content": ""}]),
        ("api.cerebras.ai", [{}, {}]),
    ],
)
def test_hosts_that_demand_or_refuse_reasoning_get_their_way(
    host: str, fields: list[dict[str, str]]
) -> None:
    target = model(CHAT, f"https://{host}/v1", "kimi-k2.6")
    thought = own(target, Thinking("Hm.", {"field": "reasoning_content"}), Text("So."))
    body = asked(target, user("Go."), thought, user("?"), said("Elsewhere.", by=MESSAGES))
    replies = [one for one in body["messages"] if one["role"] == "assistant"]
    assert replies == [
        {"role": "assistant", "content": words, **extra}
        for words, extra in zip(("So.", "Elsewhere."), fields, strict=True)
    ]


def test_gemini_gets_a_signature_on_the_first_call_of_each_message() -> None:
    target = model(CHAT, "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-3-pro")
    signature = {"google": {"thought_signature": "c2ln"}}
    signed = call(1, opaque={"extra_content": signature})
    calls = (own(target, signed, call(2)), said(call(3), call(4), by=MESSAGES))
    body = asked(target, user("Go."), *calls)
    assert [
        [one.get("extra_content") for one in message["tool_calls"]]
        for message in body["messages"]
        if message["role"] == "assistant"
    ] == [[signature, None], [UNSIGNED, None]]


def test_a_signature_on_a_call_stays_on_it_wherever_it_came_from() -> None:
    target = model(CHAT, "https://gateway.example.test/v1", "gemini-3-pro")
    signature = {"extra_content": {"google": {"thought_signature": "c2ln"}}}
    calls = own(target, call(1, opaque=signature)), said(call(2), by=MESSAGES)
    body = asked(target, user("Go."), *calls)
    assert body["messages"][1]["tool_calls"][0].items() >= signature.items()
    assert "extra_content" not in body["messages"][3]["tool_calls"][0]


@pytest.mark.parametrize(
    ("base_url", "fields"),
    [
        ("https://api.openai.com/v1", {"max_completion_tokens": 9, "reasoning_effort": "low"}),
        ("https://openrouter.ai/api/v1", {"max_tokens": 9, "reasoning": {"effort": "low"}}),
        ("https://api.mistral.ai/v1", {"max_tokens": 9}),
        ("https://api.example.test/v1", {"max_tokens": 9, "reasoning_effort": "low"}),
    ],
)
def test_limit_and_effort_have_the_names_of_the_house(
    base_url: str, fields: dict[str, Any]
) -> None:
    body = asked(model(CHAT, base_url, max_output=9), user("Hi."), effort="low")
    named = ("max_tokens", "max_completion_tokens", "reasoning_effort", "reasoning")
    assert {name: body[name] for name in named if name in body} == fields
    assert ("stream_options" in body) == ("mistral" not in base_url)


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        (model(RESPONSES), True),
        (model(CHAT, "https://api.openai.com/v1"), True),
        (model(RESPONSES, "http://127.0.0.1:8080/v1"), False),
        (model(CHAT), False),
    ],
)
def test_the_cache_key_is_the_session_where_there_is_one(target: Model, sent: bool) -> None:
    assert asked(target, user("Hi.")).get("prompt_cache_key") == (SESSION if sent else None)


@pytest.mark.parametrize(
    ("name", "marked"), [("gpt-5.5", False), ("gpt-5.6", True), ("gpt-6-astra", True)]
)
def test_what_all_conversations_share_ends_at_a_breakpoint(name: str, marked: bool) -> None:
    body = asked(model(RESPONSES, name=name), user("Hi."), system="Be brief.")
    sdk.check(RESPONSES, body)
    assert ("instructions" in body) != marked
    assert ("prompt_cache_breakpoint" in json.dumps(body["input"][0])) == marked
    assert body["input"][-1]["content"] == [{"type": "input_text", "text": "Hi."}]


@pytest.mark.parametrize(
    ("base_url", "effort", "fields"),
    [
        ("http://127.0.0.1:8080/v1", None, {}),
        ("http://127.0.0.1:8080/v1", "none", {"reasoning": {"effort": "none"}}),
        (
            "http://127.0.0.1:8080/v1",
            "low",
            {
                "reasoning": {"effort": "low", "summary": "auto"},
                "include": ["reasoning.encrypted_content"],
            },
        ),
        ("https://api.openai.com/v1", None, {"include": ["reasoning.encrypted_content"]}),
    ],
)
def test_sealed_reasoning_is_asked_for_where_there_may_be_any(
    base_url: str, effort: Effort | None, fields: dict[str, Any]
) -> None:
    body = asked(model(RESPONSES, base_url), user("Hi."), effort=effort)
    assert {name: body[name] for name in ("reasoning", "include") if name in body} == fields


def test_a_model_that_takes_text_only_is_told_of_the_image_in_words() -> None:
    target = model(CHAT, images=False)
    reply = own(target, ToolCall("call_1", "read", "{}"))
    body = asked(target, user("Look.", PNG), reply, result(1, "a.png, 12 bytes", PNG))
    assert [message["content"] for message in body["messages"]] == [
        "Look.\n\n[An image was here; this model takes text only.]",
        None,
        "a.png, 12 bytes\n\n[An image was here; this model takes text only.]",
    ]
