"""What rows of the table make of a request: the fields and headers that hosts ask for."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from ownkey.core.message import Message, Opaque, Text, Thinking
from ownkey.core.model import Effort, Model, Prompt, Secret, Spec, WireName
from ownkey.core.quirks import Quirks
from ownkey.wire import history
from ownkey.wire.request import build
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

TAGGED = "<think>\nHm.\n</think>\n\n"


@pytest.mark.parametrize(
    ("host", "name", "opaque", "content"),
    [
        ("api.example.test", "big-1", {"tagged": True}, TAGGED + "So."),
        ("api.deepseek.com", "deepseek-v4-pro", {"tagged": True}, "So."),
        ("api.cerebras.ai", "gpt-oss-120b", {"tagged": True}, "So."),
        ("api.cerebras.ai", "zai-glm-4.7", {"field": "reasoning"}, TAGGED + "So."),
    ],
)
def test_reasoning_in_tags_goes_back_in_tags_where_it_came_so_or_is_read_so(
    host: str, name: str, opaque: Opaque, content: str
) -> None:
    target = model(CHAT, f"https://{host}/v1", name)
    body = asked(target, user("Go."), own(target, Thinking("Hm.", opaque), Text("So.")), user("?"))
    assert body["messages"][1]["content"] == content
    assert "reasoning" not in body["messages"][1]


def test_tagged_reasoning_before_calls_alone_is_all_the_content() -> None:
    target = model(CHAT)
    reply = own(target, Thinking("Hm.", {"tagged": True}), call(1))
    body = asked(target, user("Go."), reply, result(1, "a"))
    assert body["messages"][1]["content"] == TAGGED


def test_mistral_hears_its_own_words_between_a_result_and_the_user() -> None:
    target = model(CHAT, "https://api.mistral.ai/v1", "devstral")
    body = asked(
        target, user("Go."), own(target, call(1)), result(1, PNG), said("Done."), user("And?")
    )
    assert [one["role"] for one in body["messages"]] == [
        *("user", "assistant", "tool", "assistant", "user"),  # the user's is the image
        *("assistant", "user"),
    ]
    assert body["messages"][3]["content"] == "Noted."


def test_mistral_hears_which_tool_gave_a_result() -> None:
    messages = (user("Go."), said(call(1)), result(1, "a"))
    named = asked(model(CHAT, "https://api.mistral.ai/v1"), *messages)["messages"][-1]
    unnamed = asked(model(CHAT), *messages)["messages"][-1]
    assert named["name"] == "read"
    assert "name" not in unnamed


def offered(target: Model, *messages: Message) -> Any:
    """The tools of a request that offers none."""
    prompt = Prompt(system="", messages=history.mend(messages, target))
    return json.loads(build(target, prompt).body).get("tools")


def test_litellm_gets_a_list_of_tools_with_every_history_of_calls() -> None:
    litellm = model(CHAT, "http://localhost:4000/v1")
    called = (user("Go."), said(call(1)), result(1, "a"))
    assert offered(litellm, *called) == []
    assert offered(litellm, user("Go.")) is None
    assert offered(model(CHAT), *called) is None


def headers(target: Model, *, session: str = SESSION) -> dict[str, str]:
    return build(target, Prompt(system="", messages=(user("Hi."),), session=session)).headers


@pytest.mark.parametrize(
    ("target", "header"),
    [
        (model(CHAT, "https://openrouter.ai/api/v1"), "x-session-id"),
        (model(RESPONSES, "https://openrouter.ai/api/v1"), "x-session-id"),
        (model(CHAT, "https://api.fireworks.ai/inference/v1"), "x-session-affinity"),
        (model(MESSAGES, "https://api.fireworks.ai/inference"), "x-session-affinity"),
        (model(CHAT, "https://api.x.ai/v1"), "x-grok-conv-id"),
    ],
)
def test_the_session_goes_in_the_header_that_leads_to_its_cache(target: Model, header: str) -> None:
    assert headers(target)[header] == SESSION
    assert header not in headers(target, session="")
    assert SESSION not in headers(model(target.wire)).values()


INTERLEAVED = "interleaved-thinking-2025-05-14"


@pytest.mark.parametrize(
    ("name", "beta"),
    [
        ("claude-sonnet-4-5-20250929", INTERLEAVED),
        ("claude-haiku-4-5", INTERLEAVED),
        ("claude-opus-4-20250514", INTERLEAVED),
        ("claude-3-7-sonnet-20250219", None),
        ("claude-opus-4-6", None),
        ("claude-opus-5", None),
    ],
)
def test_claude_with_a_budget_may_think_between_calls(name: str, beta: str | None) -> None:
    assert headers(model(MESSAGES, name=name)).get("anthropic-beta") == beta
    elsewhere = headers(model(MESSAGES, "https://gateway.example.test", name))
    assert "anthropic-beta" not in elsewhere


def test_the_persons_header_replaces_that_of_a_row() -> None:
    own_beta = {"Anthropic-Beta": Secret("some-beta")}
    target = model(MESSAGES, name="claude-haiku-4-5", headers=own_beta)
    assert headers(target)["anthropic-beta"] == "some-beta"


@pytest.mark.parametrize(
    ("base_url", "name", "fields"),
    [
        ("https://api.minimax.io/v1", "MiniMax-M3", {"reasoning_split": True}),
        ("https://api.z.ai/api/paas/v4", "glm-4.5-air", {"tool_stream": True}),
        (
            "https://api.z.ai/api/paas/v4",
            "glm-5.3",
            {"tool_stream": True, "thinking": {"type": "enabled", "clear_thinking": False}},
        ),
        ("https://api.groq.com/openai/v1", "qwen/qwen3-32b", {"reasoning_format": "parsed"}),
        (
            "http://192.168.1.5:8000/v1",
            "Qwen/Qwen3-32B",
            {"chat_template_kwargs": {"preserve_thinking": True}},
        ),
        ("http://192.168.1.5:8000/v1", "gemma-4-31b", {}),
    ],
)
def test_fields_that_an_endpoint_wants_in_every_request(
    base_url: str, name: str, fields: dict[str, Any]
) -> None:
    target = model(CHAT, base_url, name)
    usual = asked(model(CHAT, name=name), user("Hi."))
    body = asked(target, user("Hi."))
    assert {key: value for key, value in body.items() if key not in usual} == fields
    assert asked(target, user("Hi.")) == body


def test_a_field_left_out_of_one_request_is_not_lost_to_the_next() -> None:
    target = model(CHAT, "http://localhost:8000/v1", "qwen3-32b")
    prompt = Prompt(system="", messages=(user("Hi."),))
    whole = build(target, prompt).body
    assert b"preserve" in whole
    without = build(target, prompt, without=["chat_template_kwargs.preserve_thinking"]).body
    assert b"preserve" not in without
    assert build(target, prompt).body == whole


UNUSUAL: dict[str, Any] = {
    "type": "object",
    "properties": {"path": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}},
}


@pytest.mark.parametrize("wire", [MESSAGES, RESPONSES, CHAT])
@pytest.mark.parametrize("level", ["full", "plain"])
def test_tool_schemas_are_put_plainly_where_that_is_wanted(wire: WireName, level: str) -> None:
    target = model(wire, quirks=Quirks(schema="plain" if level == "plain" else "full"))
    prompt = Prompt(system="", messages=(user("Hi."),), tools=(Spec("read", "Read.", UNUSUAL),))
    sent = json.loads(build(target, prompt).body)["tools"]
    plainly = {"type": "object", "properties": {"path": {"type": "string"}}}
    assert (json.dumps(plainly) in json.dumps(sent)) == (level == "plain")
    assert (json.dumps(UNUSUAL) in json.dumps(sent)) == (level == "full")


OFFICIAL = (
    model(MESSAGES, name="claude-opus-4-6"),
    model(MESSAGES, name="claude-haiku-4-5"),
    model(RESPONSES, name="gpt-5.6-sol"),
    model(RESPONSES, name="gpt-5-pro"),
    model(RESPONSES, "https://api.x.ai/v1", "grok-4.6"),
    model(CHAT, "https://api.openai.com/v1", "gpt-5.1"),
    model(CHAT, "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-pro"),
    model(CHAT, "http://localhost:11434/v1", "gpt-oss:20b"),
)


@pytest.mark.parametrize("effort", get_args(Effort))
@pytest.mark.parametrize("target", OFFICIAL, ids=lambda target: target.name)
def test_profiles_that_keep_to_the_format_are_known_to_its_sdk(
    target: Model, effort: Effort
) -> None:
    messages = (user("Go."), own(target, Text("So."), call(1)), result(1, "a"), user("On."))
    sdk.check(target.wire, asked(target, *messages, effort=effort, system="Be brief."))
