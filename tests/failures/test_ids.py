"""Ids of tool calls, which each host wants in a form of its own."""

from __future__ import annotations

import re

import pytest

from ownkey.core.message import Assistant, ToolCall
from ownkey.core.model import WireName
from tests.failures.asking import WHOLE, Json, answers, ask, at, bad_request, fail
from tests.far import Far
from tests.wire.conversations import CHAT, MESSAGES, ORIGINS, RESPONSES, user

IDS: dict[str, tuple[WireName, str, str]] = {
    "https://api.mistral.ai/v1": (CHAT, "mistral-large-latest", "[a-zA-Z0-9]{9}"),
    "https://api.openai.com/v1": (CHAT, "gpt-5.5", ".{1,40}"),
    "https://api.openai.com/v1#": (RESPONSES, "gpt-5.5", ".{1,64}"),
    "https://api.anthropic.com": (MESSAGES, "claude-opus-5", "[a-zA-Z0-9_-]{1,64}"),
}
LONG = "fc_" + "0" * 80
STRANGE = ("functions.read:0", LONG + "a", LONG + "b", "a", "12345678", "call|1 é")


@pytest.mark.parametrize(
    ("wire", "like", "name", "pattern"),
    [(row[0], like.rstrip("#"), *row[1:]) for like, row in IDS.items()],
)
def test_ids_of_calls_become_ones_the_host_takes(
    wire: WireName, like: str, name: str, pattern: str
) -> None:
    calls = tuple(ToolCall(identity, "read", '{"path": "a"}') for identity in STRANGE)
    said = Assistant(calls, ORIGINS[CHAT], "tools")
    refused = bad_request(
        "Tool call id was functions.read:0 but must be a-z, A-Z, 0-9, with a length of 9."
    )
    with Far(WHOLE[wire]("Yes."), refused) as far:
        target = at(far, wire, like=like, name=name)
        ask(target, user("Go."), said, *answers(said))
        fail(target, user("Go."))
    asked, answered = _ids(wire, far.requests[0].json)
    assert asked == answered
    assert len(set(asked)) == len(STRANGE)
    assert all(re.fullmatch(pattern, one) for one in asked)


def _ids(wire: WireName, body: Json) -> tuple[list[str], list[str]]:
    """The ids of the calls, and those of their results."""
    match wire:
        case "openai":
            rows = [item for item in body["input"] if "call_id" in item]
            return (
                [row["call_id"] for row in rows if row["type"] == "function_call"],
                [row["call_id"] for row in rows if row["type"] == "function_call_output"],
            )
        case "anthropic":
            blocks = [block for message in body["messages"] for block in message["content"]]
            return (
                [block["id"] for block in blocks if block["type"] == "tool_use"],
                [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"],
            )
        case _:
            said = [one for message in body["messages"] for one in message.get("tool_calls", ())]
            results = [message for message in body["messages"] if message["role"] == "tool"]
            return [one["id"] for one in said], [one["tool_call_id"] for one in results]
