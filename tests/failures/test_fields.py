"""Fields of a request that some server refuses, and what is sent in their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ownkey.core.errors import BadRequest, Overloaded, TooLong
from ownkey.core.message import Assistant, Result, Text
from ownkey.core.model import Spec, WireName
from tests.failures.asking import (
    WHOLE,
    Json,
    ask,
    at,
    bad_request,
    deltas,
    execute,
    fail,
)
from tests.far import Far, chat, refusal
from tests.wire.conversations import CHAT, ENDPOINTS, ORIGINS, RESPONSES, call, result, said, user

CAPS = {"max_tokens", "max_completion_tokens", "max_output_tokens"}

each_wire = pytest.mark.parametrize("wire", ENDPOINTS)


def roles(body: Json) -> list[str]:
    return [message["role"] for message in body["messages"]]


@pytest.mark.parametrize("like", ["http://localhost:8000/v1", "https://api.deepseek.com"])
def test_the_system_prompt_goes_under_the_role_all_know(like: str) -> None:
    words = "Incorrect role information: Unexpected role developer"
    with Far(chat("Yes."), bad_request(words)) as far:
        target = at(far, CHAT, like=like)
        ask(target, user("Hi."), effort="high")
        failure = fail(target, user("Hi."))
    assert roles(far.requests[0].json) == ["system", "user"]
    assert failure.said == words


LIMITS = {
    "http://localhost:11434/v1": ("qwen3:8b", "max_tokens"),
    "https://openrouter.ai/api/v1": ("moonshotai/kimi-k2", "max_tokens"),
    "https://api.openai.com/v1": ("gpt-5.5", "max_completion_tokens"),
    "https://east.openai.azure.com/openai/v1": ("gpt-5.5", "max_completion_tokens"),
    "https://east.services.ai.azure.com/openai/v1": ("Mistral-Large-3", "max_tokens"),
}


@pytest.mark.parametrize(("like", "name", "field"), [(k, *v) for k, v in LIMITS.items()])
def test_the_output_limit_has_the_name_that_is_understood(like: str, name: str, field: str) -> None:
    with Far(chat("Yes.")) as far:
        ask(at(far, CHAT, like=like, name=name, max_output=64), user("Hi."))
    assert {key: far.requests[0].json.get(key) for key in CAPS} == {
        **dict.fromkeys(CAPS),
        field: 64,
    }


@pytest.mark.parametrize("wire", [RESPONSES, CHAT])
def test_no_limit_is_sent_that_nobody_asked_for(wire: WireName) -> None:
    words = (
        "This model's maximum context length is 8192 tokens. However, you requested"
        " 8192 output tokens and your prompt contains at least 1 input tokens."
    )
    with Far(WHOLE[wire]("Yes."), bad_request(words)) as far:
        ask(at(far, wire, like="http://localhost:8000/v1"), user("Hi."))
        failure = fail(at(far, wire, like="http://localhost:8000/v1"), user("Hi."))
    assert not CAPS & far.requests[0].json.keys()
    assert type(failure) is TooLong


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing_is_never_sent(home: Path, work: Path, limit: int) -> None:
    with Far(chat("Yes.")) as far:
        done = execute(home, work, far, maxOutputTokens=limit)
    assert done.returncode == 78
    assert f"maxOutputTokens must be a positive whole number, not {limit}." in done.stderr
    assert far.requests == []


# A 400 or 422 that names an optional field of ours: dropped, asked once more, remembered.

DROPPED = {
    "stream_options": ("Unrecognized request argument supplied: stream_options", 400),
    "max_tokens": ("Unsupported parameter: 'max_tokens' is not supported with this model.", 400),
    "reasoning_effort": ('[{"type":"extra_forbidden","loc":["body","reasoning_effort"]}]', 422),
}


@pytest.mark.parametrize("field", DROPPED)
def test_a_refused_optional_field_is_left_out_and_that_is_remembered(
    home: Path, work: Path, field: str
) -> None:
    refused = bad_request(*DROPPED[field])
    with Far(refused, chat("Yes."), chat("And again.")) as far:
        runs = [execute(home, work, far, "-r", "high", "Hi.", maxOutputTokens=64) for _ in range(2)]
    assert [done.stdout for done in runs] == ["Yes.\n", "And again.\n"]
    assert [field in request.json for request in far.requests] == [True, False, False]
    assert f"`{field}`" in runs[0].stderr
    assert '"quirks": {' in runs[0].stderr


def test_a_field_is_dropped_once_and_a_second_refusal_is_told(home: Path, work: Path) -> None:
    refused = bad_request(*DROPPED["stream_options"])
    with Far(refused, refused, refused) as far:
        done = execute(home, work, far)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Unrecognized request argument supplied: stream_options" in done.stderr
    assert len(far.requests) == 2


def test_a_quirk_of_the_persons_own_stands_and_is_named(home: Path, work: Path) -> None:
    refused = bad_request("body.max_completion_tokens: Extra inputs are not permitted", 422)
    quirks = {"max_tokens": "max_completion_tokens"}
    with Far(refused, refused) as far:
        done = execute(home, work, far, maxOutputTokens=64, quirks=quirks)
    assert (done.returncode, done.stdout) == (1, "")
    assert "`quirks`" in done.stderr
    assert len(far.requests) == 1


def test_a_field_that_is_not_ours_to_drop_is_left_to_the_person(home: Path, work: Path) -> None:
    refused = bad_request("Unknown parameter: 'store'.")
    with Far(refused, refused) as far:
        done = execute(home, work, far, extraArgs={"store": True})
    assert (done.returncode, done.stdout) == (1, "")
    assert "Unknown parameter: 'store'." in done.stderr
    assert "extraArgs" in done.stderr
    assert len(far.requests) == 1


def test_nothing_optional_is_sent_unasked(home: Path, work: Path) -> None:
    with Far(chat("Yes.")) as far:
        execute(home, work, far)
    (body,) = (request.json for request in far.requests)
    assert body.keys() == {"model", "stream", "stream_options", "tools", "messages"}
    assert {key for tool in body["tools"] for key in tool["function"]} == {
        "name",
        "description",
        "parameters",
    }


@each_wire
def test_no_tools_are_no_field_instead_of_an_empty_one(wire: WireName) -> None:
    with Far(WHOLE[wire]("Yes."), bad_request("[] is too short - 'tools'")) as far:
        ask(at(far, wire), user("Hi."), tools=())
        failure = fail(at(far, wire), user("Hi."))
    assert "tools" not in far.requests[0].json
    assert type(failure) is BadRequest


UNLOVED = {"$schema", "$defs", "$ref", "$id", "const", "oneOf", "allOf", "prefixItems"}
"""What the grammar of some server does not know."""


def schemas(schema: Any) -> Iterator[Json]:
    """A schema and all those within."""
    yield schema
    for inner in schema.get("properties", {}).values():
        yield from schemas(inner)
    if "items" in schema:
        yield from schemas(schema["items"])


@each_wire
def test_the_schemas_of_tools_are_ones_that_every_server_compiles(
    home: Path, work: Path, wire: WireName
) -> None:
    with Far(WHOLE[wire]("Yes.")) as far:
        execute(home, work, far, wire=wire)
    tools = [tool.get("function", tool) for tool in far.requests[0].json["tools"]]
    assert len(tools) == 8
    for tool in tools:
        check_plain(tool.get("parameters") or tool["input_schema"])


def check_plain(root: Json) -> None:
    assert root["type"] == "object"
    for schema in schemas(root):
        assert not UNLOVED & schema.keys()
        assert isinstance(schema["type"], str)
        assert schema["type"] != "array" or "items" in schema
        assert set(schema.get("required", ())) <= schema.get("properties", {}).keys()
        kinds = {"string": str, "integer": int}
        assert all(type(value) is kinds[schema["type"]] for value in schema.get("enum", ()))


RICH = Spec(
    "rich",
    "A tool of somebody else's.",
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {"place": {"type": "object", "description": "Where."}},
        "properties": {
            "at": {"$ref": "#/$defs/place"},
            "mode": {"const": "fast"},
            "size": {"enum": [1, 2]},
            "all": {"type": "array"},
            "either": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "any": {},
        },
        "required": ["at", "gone"],
    },
)


PLAIN = {
    "http://localhost:8080/v1": "qwen3.6-27b",
    "https://api.moonshot.ai/v1": "kimi-k2.6",
    "https://generativelanguage.googleapis.com": "gemini-3-pro",
}
each_plain = pytest.mark.parametrize(("like", "name"), PLAIN.items())


def rich(like: str, name: str) -> Json:
    """What a host is sent of the rich schema."""
    with Far(chat("Yes.")) as far:
        ask(at(far, CHAT, like=like, name=name), user("Hi."), tools=(RICH,))
    schema: Json = far.requests[0].json["tools"][0]["function"]["parameters"]
    return schema


@each_plain
def test_a_rich_schema_is_made_plain_where_the_row_says_so(like: str, name: str) -> None:
    schema = rich(like, name)
    check_plain(schema)
    assert schema["properties"].keys() == RICH.schema["properties"].keys()


@each_plain
def test_references_in_a_schema_are_put_in_their_place(like: str, name: str) -> None:
    place = rich(like, name)["properties"]["at"]
    assert (place["type"], place["description"]) == ("object", "Where.")


def test_a_schema_that_does_not_compile_is_told_in_the_servers_words() -> None:
    words = "JSON schema conversion failed: Unrecognized schema: {}"
    with Far(refusal(500, {"error": {"code": 500, "message": words}})) as far:
        failure = fail(at(far, CHAT, like="http://localhost:8080/v1"), user("Hi."))
    assert type(failure) is Overloaded
    assert failure.said == words


def test_the_models_own_words_go_back_as_a_string_even_if_they_came_as_a_list() -> None:
    block = {"type": "text", "text": "Yes."}
    with Far(deltas({"content": [block]}), chat("Still yes.")) as far:
        target = at(far, CHAT)
        said = ask(target, user("Hi."))
        ask(target, user("Hi."), said, user("Sure?"))
    assert said.text == "Yes."
    assert far.requests[1].json["messages"][2] == {"role": "assistant", "content": "Yes."}


@each_wire
def test_no_text_is_sent_empty(wire: WireName) -> None:
    history = (
        user("", "Read."),
        Assistant((Text(""), Text(" "), call(1)), ORIGINS[wire], "tools"),
        Result("call_1", "read", (Text(""),)),
        Assistant((Text(""),), ORIGINS[wire]),
        user(" "),
    )
    with Far(WHOLE[wire]("Yes.")) as far:
        ask(at(far, wire), *history)
    body = far.requests[0].json
    texts = list(_texts(body.get("messages") or body["input"]))
    assert texts
    assert all(text.strip() for text in texts)
    if wire == CHAT:
        assert body["messages"][2]["content"] is None


def _texts(value: Any) -> Iterator[str]:
    match value:
        case list():
            for inner in value:
                yield from _texts(inner)
        case dict():
            for name, inner in value.items():
                if name in ("text", "content", "output") and isinstance(inner, str):
                    yield inner
                else:
                    yield from _texts(inner)


def test_mistral_gets_a_word_of_the_model_between_a_result_and_the_user() -> None:
    refused = bad_request("Unexpected role 'user' after role 'tool'")
    history = (user("Read."), said(call(1), stop="tools"), result(1, "1"), user("Stop. And b?"))
    with Far(chat("Yes."), refused) as far:
        target = at(far, CHAT, like="https://api.mistral.ai/v1", name="mistral-large-latest")
        ask(target, *history)
        fail(target, *history)
    messages = far.requests[0].json["messages"]
    assert roles(far.requests[0].json)[2:] == ["assistant", "tool", "assistant", "user"]
    assert messages[3]["name"] == "read"
    assert messages[4]["content"].strip()
