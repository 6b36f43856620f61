"""What each format makes of a conversation, byte for byte, judged by the official SDKs.

The bodies stand side by side in `bodies/`; `pytest --inline-snapshot=fix` rewrites them.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from inline_snapshot import external_file
from pydantic_core import ValidationError

from ownkey.core.model import WireName
from ownkey.wire.request import build
from tests.wire import sdk
from tests.wire.conversations import (
    CHAT,
    CONVERSATIONS,
    ENDPOINTS,
    MESSAGES,
    RESPONSES,
    TOOLS,
    Conversation,
    call,
    model,
    result,
    said,
    user,
)

each = pytest.mark.parametrize("name", CONVERSATIONS)
each_wire = pytest.mark.parametrize("wire", ENDPOINTS)


def body(wire: WireName, name: str) -> dict[str, Any]:
    conversation = CONVERSATIONS[name]
    target = model(wire, max_output=conversation.max_output)
    asked: dict[str, Any] = json.loads(build(target, conversation.prompt(target)).body)
    return asked


@each
def test_a_conversation_is_put_like_this(name: str) -> None:
    assert {wire: body(wire, name) for wire in ENDPOINTS} == external_file(f"bodies/{name}.json")


@each
@each_wire
def test_the_official_types_know_every_field(wire: WireName, name: str) -> None:
    asked = body(wire, name)
    for message in asked["messages"] if wire == CHAT else ():
        message.pop("reasoning_content", None)  # the one field that OpenAI does not know
    sdk.check(wire, asked)


SURPRISES: list[tuple[WireName, str, tuple[str | int, ...]]] = [
    (MESSAGES, "plain", ()),
    (MESSAGES, "plain", ("messages", 0)),
    (MESSAGES, "plain", ("messages", 0, "content", 0, "cache_control")),
    (MESSAGES, "image_in_a_result", ("messages", 2, "content", 0, "content", 0, "source")),
    (MESSAGES, "reasoning_of_messages", ("thinking",)),
    (MESSAGES, "reasoning_of_messages", ("messages", 1, "content", 0)),
    (RESPONSES, "plain", ()),
    (RESPONSES, "plain", ("input", 0, "content", 0)),
    (RESPONSES, "parallel_calls", ("tools", 0)),
    (RESPONSES, "image_in_a_result", ("input", 4, "output", 1)),
    (RESPONSES, "reasoning_of_responses", ("input", 1, "summary", 0)),
    (CHAT, "plain", ("stream_options",)),
    (CHAT, "plain", ("messages", 0)),
    (CHAT, "parallel_calls", ("messages", 2, "tool_calls", 0, "function")),
    (CHAT, "image_of_the_user", ("messages", 0, "content", 1, "image_url")),
]


@pytest.mark.parametrize(("wire", "name", "at"), SURPRISES)
def test_the_judge_sees_an_unknown_field_anywhere(
    wire: WireName, name: str, at: tuple[str | int, ...]
) -> None:
    asked = copy.deepcopy(body(wire, name))
    sdk.check(wire, asked)
    place: Any = asked
    for step in at:
        place = place[step]
    place["surprise"] = 1
    with pytest.raises(ValidationError, match=r"surprise[\s\S]*Extra inputs are not permitted"):
        sdk.check(wire, asked)


@each_wire
def test_arguments_go_out_as_they_came(wire: WireName) -> None:
    target = model(wire)
    sent = build(target, CONVERSATIONS["unicode_and_quotes"].prompt(target)).body.decode()
    came = r'{"path": "ü \"q\".py", "b" : 1,"a":2.50}'
    assert (f'"input":{came}' if wire == MESSAGES else json.dumps(came, ensure_ascii=False)) in sent


@each_wire
def test_arguments_nested_without_end_do_not_end_the_session(wire: WireName) -> None:
    endless = call(1, '{"a":' * 10_000 + "1" + "}" * 10_000)
    answered = (said(endless, stop="tools", by=wire), result(1, "Too deep.", failed=True))
    prompt = Conversation(messages=(user("Go."), *answered), tools=TOOLS).prompt(model(wire))
    sent = build(model(wire), prompt).body.decode()
    assert ('"input":{}' if wire == MESSAGES else '"arguments":"{}"') in sent
