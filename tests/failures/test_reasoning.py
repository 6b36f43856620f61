"""Reasoning: asked for in each family's words, and its state sent back where it came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ownkey.core.message import Assistant, Text, Thinking
from ownkey.core.model import Effort, WireName
from tests.failures.asking import (
    WHOLE,
    Json,
    answers,
    ask,
    at,
    bad_request,
    deltas,
    execute,
    fragment,
)
from tests.far import Far, Reply, chat, event, messages, responses, stream
from tests.wire import sdk
from tests.wire.conversations import (
    CHAT,
    ENDPOINTS,
    MESSAGES,
    ORIGINS,
    REASONING,
    RESPONSES,
    call,
    user,
)

each_wire = pytest.mark.parametrize("wire", ENDPOINTS)

READ = fragment('{"path": "a"}', index=0, id="call_1", name="read")
GO = user("Go.")


def models_message(body: Json) -> Json:
    """What is sent of the first message that the model made."""
    return next(message for message in body["messages"] if message["role"] == "assistant")


def test_deepseek_gets_its_reasoning_back_and_an_empty_one_where_there_is_none() -> None:
    thought = {"reasoning_content": "It is in a."}
    with Far(deltas(thought, READ), deltas({"content": "Done."}), chat("Yes.")) as far:
        target = at(far, CHAT, like="https://api.deepseek.com", name="deepseek-v4-pro")
        first = ask(target, GO)
        second = ask(target, GO, first, *answers(first))
        ask(target, GO, first, *answers(first), second, user("Sure?"))
    sent = [m for m in far.requests[2].json["messages"] if m["role"] == "assistant"]
    assert [message["reasoning_content"] for message in sent] == ["It is in a.", ""]
    assert models_message(far.requests[1].json) == sent[0]


def test_deepseek_gets_an_empty_reasoning_for_what_another_model_said() -> None:
    theirs = Assistant((REASONING[MESSAGES], call(1)), ORIGINS[MESSAGES], "tools")
    with Far(chat("Yes.")) as far:
        target = at(far, CHAT, like="https://api.deepseek.com", name="deepseek-v4-pro")
        ask(target, GO, theirs, *answers(theirs))
    assert models_message(far.requests[0].json)["reasoning_content"] == ""


ECHOES = {
    "https://api.moonshot.ai/v1": ("kimi-k2.6", "reasoning_content"),
    "https://openrouter.ai/api/v1": ("xiaomi/mimo-v2", "reasoning"),
    "http://localhost:8000/v1": ("glm-5", "reasoning_text"),
}


@pytest.mark.parametrize(("like", "name", "field"), [(k, *v) for k, v in ECHOES.items()])
def test_reasoning_goes_back_under_the_field_it_came_in(like: str, name: str, field: str) -> None:
    with Far(deltas({field: "It is "}, {field: "in a."}, READ), chat("Yes.")) as far:
        target = at(far, CHAT, like=like, name=name)
        first = ask(target, GO)
        ask(target, GO, first, *answers(first))
    assert models_message(far.requests[1].json)[field] == "It is in a."


def test_details_of_reasoning_are_joined_and_go_back_once_in_their_order() -> None:
    def detail(**fields: Any) -> Json:
        return {"reasoning_details": [{"format": "x", "index": 0, **fields}]}

    text, sealed = "reasoning.text", {"type": "reasoning.encrypted", "id": "rs_1", "data": "c2"}
    parts = [
        detail(type=text, text="It is "),
        detail(type=text, text="in a.", signature="c2ln"),
        detail(**sealed, index=1),
    ]
    with Far(deltas(*parts, READ), chat("Yes.")) as far:
        target = at(far, CHAT, like="https://openrouter.ai/api/v1", name="minimax/minimax-m2.5")
        first = ask(target, GO)
        ask(target, GO, first, *answers(first))
    sent = models_message(far.requests[1].json)
    assert sent["reasoning_details"] == [
        {"format": "x", "index": 0, "type": text, "text": "It is in a.", "signature": "c2ln"},
        {"format": "x", **sealed, "index": 1},
    ]
    assert "reasoning_details" not in json.dumps(sent["tool_calls"])


SIGNED = {"google": {"thought_signature": "c2lnbmVk"}}


def test_gemini_gets_each_signature_back_on_the_call_it_came_with() -> None:
    first_call = fragment('{"path": "a"}', index=0, id="c1", name="read", extra_content=SIGNED)
    second_call = fragment('{"path": "b"}', index=1, id="c2", name="read")
    with Far(deltas(first_call, second_call), chat("Yes.")) as far:
        target = at(
            far, CHAT, like="https://generativelanguage.googleapis.com", name="gemini-3-pro"
        )
        first = ask(target, GO)
        ask(target, GO, first, *answers(first))
    calls = models_message(far.requests[1].json)["tool_calls"]
    assert [one.get("extra_content") for one in calls] == [SIGNED, None]


def test_gemini_gets_a_stand_in_for_signatures_of_calls_it_did_not_make() -> None:
    theirs = Assistant((call(1), call(2)), ORIGINS[MESSAGES], "tools")
    with Far(chat("Yes.")) as far:
        target = at(
            far, CHAT, like="https://generativelanguage.googleapis.com", name="gemini-3-pro"
        )
        ask(target, GO, theirs, *answers(theirs))
    calls = models_message(far.requests[0].json)["tool_calls"]
    stand_in = {"google": {"thought_signature": "skip_thought_signature_validator"}}
    assert [one.get("extra_content") for one in calls] == [stand_in, None]


def test_a_local_qwen_keeps_its_thinking_over_the_turns() -> None:
    thought = {"reasoning_content": "It is in a."}
    with Far(deltas(thought, READ), chat("Done."), chat("Yes.")) as far:
        target = at(far, CHAT, like="http://localhost:8080/v1", name="qwen3.6-27b")
        first = ask(target, GO)
        second = ask(target, GO, first, *answers(first))
        ask(target, GO, first, *answers(first), second, user("And b?"))
    body = far.requests[2].json
    assert body["chat_template_kwargs"]["preserve_thinking"] is True
    assert models_message(body)["reasoning_content"] == "It is in a."


def signed(words: str) -> Reply:
    """An answer in Messages, with thinking that its maker signed."""
    block = {"type": "thinking", "thinking": "Hm.", "signature": ""}
    signature = {"type": "signature_delta", "signature": "c2lnbmVkLWJ5LWE="}
    start, *said = messages(words).steps
    return stream(
        start,
        event({"type": "content_block_start", "index": 0, "content_block": block}),
        event({"type": "content_block_delta", "index": 0, "delta": signature}),
        event({"type": "content_block_stop", "index": 0}),
        *(step.replace(b'"index": 0', b'"index": 1') for step in said if isinstance(step, bytes)),
    )


@each_wire
def test_a_signature_goes_to_its_maker_and_to_no_other_model(wire: WireName) -> None:
    with Far(signed("One."), WHOLE[wire]("Two."), messages("Three.")) as far:
        maker = at(far, MESSAGES, name="claude-opus-5")
        other = at(far, wire, name="claude-sonnet-5")
        first = ask(maker, GO)
        second = ask(other, GO, first, user("And?"))
        ask(maker, GO, first, user("And?"), second, user("Well?"))
    _, there, back = (request.body for request in far.requests)
    assert b"c2lnbmVkLWJ5LWE=" not in there
    assert b"c2lnbmVkLWJ5LWE=" in back


def test_a_session_goes_on_after_its_signature_was_refused(home: Path, work: Path) -> None:
    words = "messages.1.content.0: Invalid `signature` in `thinking` block"
    with Far(signed("One."), bad_request(words), messages("Two."), messages("Three.")) as far:
        execute(home, work, far, wire=MESSAGES)
        second = execute(home, work, far, "-s", "last", "And?", wire=MESSAGES)
    assert second.stdout == "Two.\n"
    assert "c2lnbmVkLWJ5LWE=" in far.requests[1].body.decode()
    assert "c2lnbmVkLWJ5LWE=" not in far.requests[2].body.decode()


REASONED = {
    "id": "rs_1",
    "type": "reasoning",
    "summary": [],
    "encrypted_content": "c2VhbGVk",
    "status": "completed",
}


def sealed(words: str, *, complete: bool = True) -> Reply:
    """An answer in Responses that begins with an item of sealed reasoning."""
    item = {"type": "response.output_item.done", "output_index": 0, "item": REASONED}
    created, *said = responses(words).steps
    moved = [
        s.replace(b'"output_index": 0', b'"output_index": 1') for s in said if type(s) is bytes
    ]
    return stream(created, event(item), *moved[: None if complete else -2])


def test_items_go_back_without_ids_and_sealed_reasoning_with_what_followed_it() -> None:
    with Far(sealed("One."), responses("Two.")) as far:
        target = at(far, RESPONSES, like="https://api.openai.com/v1")
        first = ask(target, GO)
        ask(target, GO, first, user("And?"))
    _, reasoning, said, _ = far.requests[1].json["input"]
    assert reasoning == {key: REASONED[key] for key in REASONED if key != "status"}
    assert said == {"type": "message", "role": "assistant", "content": "One."}


def test_reasoning_of_an_aborted_message_is_left_out() -> None:
    cut = Assistant(
        (Thinking("", {"item": REASONED}), Text("On"), call(1)), ORIGINS[RESPONSES], "aborted"
    )
    bare = Assistant((Thinking("", {"item": REASONED}),), ORIGINS[RESPONSES])
    for message in (cut, bare):
        with Far(responses("Two.")) as far:
            target = at(far, RESPONSES, like="https://api.openai.com/v1")
            mine = Assistant(message.content, target.origin, message.stop)
            ask(target, GO, mine, user("And?"))
        kinds = [item.get("type", item.get("role")) for item in far.requests[0].json["input"]]
        assert "reasoning" not in kinds
        assert "function_call" not in kinds


STATES: dict[str, tuple[WireName, Reply]] = {
    "Messages": (MESSAGES, signed("One.")),
    "Responses": (RESPONSES, sealed("One.")),
    "Gemini": (
        CHAT,
        deltas(fragment("{}", index=0, id="c1", name="read", extra_content=SIGNED)),
    ),
    "OpenRouter": (
        CHAT,
        deltas({"reasoning_details": [{"type": "reasoning.encrypted", "data": "c2lnbmVk"}]}, READ),
    ),
    "Mistral": (
        CHAT,
        deltas({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "c2ln"}]}]}),
    ),
}


@each_wire
@pytest.mark.parametrize(("maker", "reply"), STATES.values(), ids=STATES)
def test_no_state_of_a_host_reaches_another_and_the_rest_is_valid(
    wire: WireName, maker: WireName, reply: Reply
) -> None:
    with Far(reply, WHOLE[wire]("Yes.")) as far:
        first = ask(at(far, maker, name="one"), GO)
        ask(at(far, wire, name="two"), GO, first, *answers(first), user("And?"))
    body = far.requests[1].json
    sdk.check(wire, body)
    assert not [state for state in ("c2ln", "c2Vh") if state in json.dumps(body)]


@each_wire
def test_after_a_switch_no_id_is_there_twice(wire: WireName) -> None:
    """Both models call their first call `call_1`, and both servers gave items ids."""
    with Far(deltas(READ), sealed("Between."), deltas(READ), WHOLE[wire]("Yes.")) as far:
        one, two = at(far, CHAT, name="one"), at(far, CHAT, name="two")
        between = at(far, RESPONSES)
        history = [GO]
        for target in (one, between, two):
            said = ask(target, *history)
            history += [said, *answers(said), user("On.")]
        ask(at(far, wire, name="four"), *history)
    body = json.dumps(far.requests[-1].json)
    assert "msg_1" not in body
    assert "rs_1" not in body
    own = [part for part in ("call_id", "tool_use_id", "tool_call_id") if part in body]
    ids = [value for name in own for value in _values(far.requests[-1].json, name)]
    assert len(set(ids)) == 2


def _values(value: Any, name: str) -> list[str]:
    match value:
        case dict():
            found = [value[name]] if name in value else []
            return found + [one for inner in value.values() for one in _values(inner, name)]
        case list():
            return [one for inner in value for one in _values(inner, name)]
        case _:
            return []


# On and off, in each family's own parameter.

ON, OFF = {"type": "enabled"}, {"type": "disabled"}

SWITCHES: list[tuple[WireName, str, str, Effort, Json]] = [
    (CHAT, "https://api.openai.com/v1", "gpt-5.5", "high", {"reasoning_effort": "high"}),
    (CHAT, "https://api.openai.com/v1", "gpt-5.5", "none", {"reasoning_effort": "none"}),
    (RESPONSES, "https://api.openai.com/v1", "gpt-5.5", "none", {"reasoning": {"effort": "none"}}),
    (CHAT, "https://openrouter.ai/api/v1", "x/y", "high", {"reasoning": {"effort": "high"}}),
    (CHAT, "https://openrouter.ai/api/v1", "x/y", "none", {"reasoning": {"effort": "none"}}),
    (CHAT, "https://api.deepseek.com", "deepseek-v4-pro", "high", {"thinking": ON}),
    (CHAT, "https://api.deepseek.com", "deepseek-v4-pro", "none", {"thinking": OFF}),
    (CHAT, "https://api.z.ai/api/paas/v4", "glm-5.2", "high", {"thinking": ON}),
    (CHAT, "https://api.z.ai/api/paas/v4", "glm-5.2", "none", {"thinking": OFF}),
    (CHAT, "https://api.moonshot.ai/v1", "kimi-k2.6", "high", {"thinking": ON}),
    (CHAT, "https://api.moonshot.ai/v1", "kimi-k2.6", "none", {"thinking": OFF}),
    (CHAT, "https://dashscope.aliyuncs.com", "qwen3.7-plus", "high", {"enable_thinking": True}),
    (CHAT, "https://dashscope.aliyuncs.com", "qwen3.7-plus", "none", {"enable_thinking": False}),
    (
        CHAT,
        "http://localhost:8000/v1",
        "Qwen/Qwen3-32B",
        "none",
        {"chat_template_kwargs": {"enable_thinking": False, "preserve_thinking": True}},
    ),
    (
        CHAT,
        "https://inference.baseten.co/v1",
        "zai-org/GLM-5",
        "none",
        {"chat_template_args": {"enable_thinking": False}},
    ),
    (CHAT, "https://api.together.xyz/v1", "x/y", "none", {"reasoning": {"enabled": False}}),
    (
        CHAT,
        "https://api.groq.com/openai/v1",
        "qwen/qwen3-32b",
        "none",
        {"reasoning_effort": "none"},
    ),
    (
        CHAT,
        "https://api.groq.com/openai/v1",
        "qwen/qwen3-32b",
        "high",
        {"reasoning_effort": "default"},
    ),
    (
        MESSAGES,
        "https://api.anthropic.com",
        "claude-opus-5",
        "high",
        {"output_config": {"effort": "high"}},
    ),
    (
        MESSAGES,
        "https://api.anthropic.com",
        "claude-haiku-4-5",
        "low",
        {"thinking": {"type": "enabled", "budget_tokens": 4096}},
    ),
]


@pytest.mark.parametrize(
    ("wire", "like", "name", "effort", "sent"),
    SWITCHES,
    ids=[f"{row[2]} {row[3]}" for row in SWITCHES],
)
def test_thinking_is_turned_on_and_off_in_the_words_of_the_family(
    wire: WireName, like: str, name: str, effort: Effort, sent: Json
) -> None:
    with Far(WHOLE[wire]("Yes.")) as far:
        ask(at(far, wire, like=like, name=name), GO, effort=effort)
    asked = far.requests[0].json
    for field, value in sent.items():
        got = asked[field]
        assert (got.items() >= value.items()) if isinstance(value, dict) else (got == value)
