"""Another way to ask, over real sockets: what each rule mends, what it leaves alone, and how
often it asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from ownkey.core.errors import BadRequest, KeyRefused, ProviderError, WrongAddress
from ownkey.core.message import Assistant, Draft, Message, Text, Thinking, User
from ownkey.core.model import Model, Prompt, Secret
from ownkey.wire import adapt, optional, quirks, silence
from ownkey.wire.ask import Ask
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory
from tests.far import Act, Far, Reply, Request, chat, event, messages, refusal, responses, stream
from tests.wire import conversations
from tests.wire.conversations import CHAT, KEY, MESSAGES, RESPONSES, TOOLS

SOON = 10.0
ANSWERS = {CHAT: chat("Hello."), RESPONSES: responses("Hello."), MESSAGES: messages("Hello.")}
ENTRY = "settings.json:3:5"
PAGE = refusal(404, "<html><title>Not here</title></html>", content_type="text/html")


def model(base_url: str, wire: str = CHAT, name: str = "big-1", **fields: Any) -> Model:
    fields = {"max_output": 4096, "source": ENTRY, **fields}
    return conversations.model(wire, base_url, name, **fields)


def prompt(*content: Message, **fields: Any) -> Prompt:
    said = content or (User((Text("Hello."),)),)
    return Prompt(system="Be brief.", messages=said, tools=TOOLS, session="s-1", **fields)


PROMPT = prompt()
LOUD = prompt(effort="xhigh")


class Heard(NamedTuple):
    """What came of some questions: answers or errors, and the words for the person."""

    answers: list[str]
    errors: list[ProviderError]
    words: list[str]


def ask(asked: Model, *prompts: Prompt, file: Path | None = None) -> Heard:
    """Ask one after the other, by one client, as one process does."""
    heard = Heard([], [], [])

    async def run() -> None:
        client = Client(tell=heard.words.append, memory=Memory(file))
        for one in prompts or (PROMPT,):
            draft = Draft(asked.origin)
            try:
                async with asyncio.timeout(SOON), client.stream(asked, one) as chunks:
                    async for chunk in chunks:
                        draft.add(chunk)
            except ProviderError as error:
                heard.errors.append(error)
            else:
                heard.answers.append(draft.message().text)
        await client.aclose()

    asyncio.run(run())
    assert KEY not in repr(heard.words) + repr([error.failure() for error in heard.errors])
    return heard


def paths(far: Far) -> list[str]:
    return [request.path for request in far.requests]


def key_headers(request: Request) -> set[str]:
    return {name for name, value in request.headers.items() if KEY in value}


# The sibling address


@pytest.mark.parametrize(
    "refused",
    [
        PAGE,
        refusal(405),
        refusal(200, "<title>Sign in</title>"),
        refusal(200, {"error": "Unexpected endpoint or method."}),
    ],
    ids=["404", "405", "a page", "an error with 200"],
)
@pytest.mark.parametrize("wire", [CHAT, RESPONSES, MESSAGES])
def test_the_sibling_address_is_tried_and_kept(refused: Reply, wire: str) -> None:
    with Far(refused, ANSWERS[wire], ANSWERS[wire]) as far:
        heard = ask(model(far.url, wire), PROMPT, PROMPT)
    assert heard.answers == ["Hello.", "Hello."]
    first, second, third = paths(far)
    assert first == f"/v1{second}"
    assert third == second
    address = f"{far.url}{second}"
    assert heard.words == [
        f"{far.address} answered at {address}:"
        f' write "baseUrl": "{address}" into {ENTRY} to make it permanent.'
    ]
    with Far(ANSWERS[wire]) as far:
        assert ask(model(f"{far.url}{second}", wire)).answers == ["Hello."]
    assert paths(far) == [second]


def test_the_sibling_of_a_path_has_v1() -> None:
    with Far(PAGE, chat("Hello.")) as far:
        heard = ask(model(f"{far.url}/llm"))
    assert paths(far) == ["/llm/chat/completions", "/llm/v1/chat/completions"]
    assert f'"baseUrl": "{far.url}/llm/v1"' in heard.words[0]


def test_where_neither_address_answers_both_are_named() -> None:
    with Far(PAGE, refusal(405)) as far:
        heard = ask(model(f"{far.url}/v1"))
    (error,) = heard.errors
    assert type(error) is WrongAddress
    assert (error.status, error.said, len(far.requests)) == (404, "Not here", 2)
    assert str(error) == (
        f"There is no model API at {far.url}/v1/chat/completions."
        f" Neither is there one at {far.url}/chat/completions."
    )
    assert heard.words == []


@pytest.mark.parametrize("after", [refusal(503), Reply(b"", (Act.HANG_UP,))])
def test_a_sibling_that_breaks_down_proves_nothing(after: Reply) -> None:
    """Who hangs up on a connection that was kept is asked once more on a new one."""
    with Far(PAGE, after, after) as far:
        (error,) = ask(model(far.url)).errors
    assert type(error) is WrongAddress
    assert error.status == 404


@pytest.mark.parametrize(
    "refused",
    [
        refusal(404, {"error": {"message": "The model `big-1` does not exist."}}),
        refusal(301, location="/chat/completions"),
        refusal(401),
        refusal(429),
    ],
)
def test_other_refusals_have_no_sibling(refused: Reply) -> None:
    with Far(refused) as far:
        assert len(ask(model(far.url)).errors) == 1
    assert len(far.requests) == 1


def test_an_address_that_has_answered_has_no_sibling() -> None:
    with Far(chat("Hello."), PAGE) as far:
        assert [type(error) for error in ask(model(far.url), PROMPT, PROMPT).errors] == [
            WrongAddress
        ]
    assert len(far.requests) == 2


# The header of the key


def test_messages_takes_the_key_in_either_header() -> None:
    with Far(refusal(401), messages("Hello."), messages("Hello.")) as far:
        heard = ask(model(far.url, MESSAGES), PROMPT, PROMPT)
    assert heard.answers == ["Hello.", "Hello."]
    assert [key_headers(request) for request in far.requests] == [
        {"x-api-key"},
        {"authorization"},
        {"authorization"},
    ]
    assert heard.words == [
        f"{far.address} took the key as Authorization: Bearer:"
        f' write "quirks": {{"auth": "bearer"}} into {ENTRY} to make it permanent.'
    ]


def test_a_key_that_both_headers_carry_in_vain_is_refused() -> None:
    with Far(refusal(401, {"error": {"message": "no"}}), refusal(401)) as far:
        (error,) = ask(model(far.url, MESSAGES)).errors
    assert type(error) is KeyRefused
    assert error.said == "no"
    assert str(error).startswith(f"{far.address} refused the key. It was sent as x-api-key and as")
    assert len(far.requests) == 2


@pytest.mark.parametrize(
    ("wire", "fields"),
    [
        (CHAT, {}),
        (RESPONSES, {}),
        (MESSAGES, {"headers": {"Authorization": Secret("Bearer test-token-not-real-2")}}),
        (MESSAGES, {"quirk_overrides": {"auth": "x-api-key"}}),
        (MESSAGES, {"key": Secret("")}),
    ],
)
def test_the_other_header_is_not_tried_where_the_person_or_the_format_decided(
    wire: str, fields: dict[str, Any]
) -> None:
    with Far(refusal(401)) as far:
        (error,) = ask(model(far.url, wire, **fields)).errors
    assert type(error) is KeyRefused
    assert len(far.requests) == 1


def test_each_model_at_a_host_finds_the_header_of_its_key() -> None:
    with Far(refusal(401), messages("Hello."), refusal(401), messages("Hello.")) as far:
        one, two = model(far.url, MESSAGES), model(far.url, MESSAGES, "big-2")

        async def run() -> None:
            client = Client()
            for asked in (one, two):
                async with client.stream(asked, PROMPT) as chunks:
                    assert [chunk async for chunk in chunks]
            await client.aclose()

        asyncio.run(run())
    assert len(far.requests) == 4


@pytest.mark.parametrize("host", adapt.FIRST_PARTY)
def test_the_first_parties_are_not_asked_twice(host: str) -> None:
    ours = model(f"https://{host}", MESSAGES)
    question = Ask(ours, PROMPT, f"https://{host}/v1/messages")
    error = KeyRefused("no", status=401)
    with pytest.raises(KeyRefused):
        adapt.Adaptation(question).after(error)


def test_a_key_that_was_taken_before_is_not_sent_otherwise() -> None:
    with Far(messages("Hello."), refusal(401)) as far:
        assert len(ask(model(far.url, MESSAGES), PROMPT, PROMPT).errors) == 1
    assert len(far.requests) == 2


def test_nothing_of_it_goes_to_another_origin() -> None:
    with Far() as other, Far(refusal(307, location=f"{other.url}/v1/messages")) as far:
        assert len(ask(model(far.url, MESSAGES)).errors) == 1
    assert other.requests == []


# Optional fields


def said(message: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


def located(*place: str | int) -> dict[str, Any]:
    words = "Extra inputs are not permitted"
    return {"detail": [{"type": "extra_forbidden", "loc": place, "msg": words}]}


DROPS: list[tuple[str, str, Prompt, dict[str, Any], int, Any, str, str]] = [
    (
        "OpenAI", CHAT, PROMPT, {}, 400,
        said("Unrecognized request argument supplied: stream_options"),
        "stream_options", '"quirks": {"stream_usage": false}',
    ),
    (
        "Azure", CHAT, PROMPT, {}, 400,
        said("Unknown parameter: 'stream_options'.", code="unknown_parameter"),
        "stream_options", '"quirks": {"stream_usage": false}',
    ),
    (
        "FastAPI", CHAT, PROMPT, {}, 422, located("body", "stream_options"),
        "stream_options", '"quirks": {"stream_usage": false}',
    ),
    (
        "Mistral", CHAT, LOUD, {}, 422,
        {"object": "error", "message": located("body", "reasoning_effort")},
        "reasoning_effort", '"quirks": {"effort": "none"}',
    ),
    (
        "vLLM", CHAT, LOUD, {}, 400,
        {"object": "error", "message": "[{'type': 'extra_forbidden', 'loc': ('body',"
         " 'reasoning_effort'), 'msg': 'Extra inputs are not permitted'}]", "code": 400},
        "reasoning_effort", '"quirks": {"effort": "none"}',
    ),
    (
        "llama.cpp", CHAT, PROMPT, {}, 400,
        said("Unsupported param: stream_options", code=400, type="invalid_request_error"),
        "stream_options", '"quirks": {"stream_usage": false}',
    ),
    (
        "Ollama", CHAT, LOUD, {}, 400, said('"big-1" does not support thinking'),
        "reasoning_effort", '"quirks": {"effort": "none"}',
    ),
    (
        "DashScope", CHAT, PROMPT, {"cache": "key"}, 400,
        said("<400> InternalError.Algo.InvalidParameter: unsupported prompt_cache_key"),
        "prompt_cache_key", '"quirks": {"cache": "none"}',
    ),
    (
        "in a field of its own", CHAT, LOUD, {}, 400,
        said("This is not supported with big-1.", param="reasoning_effort"),
        "reasoning_effort", '"quirks": {"effort": "none"}',
    ),
    (
        "LiteLLM", CHAT, LOUD, {"effort": "reasoning"}, 400,
        said("litellm.UnsupportedParamsError: far does not support parameters: ['reasoning']"),
        "reasoning", '"quirks": {"effort": "none"}',
    ),
    (
        "Anthropic", MESSAGES, PROMPT, {}, 400,
        said("tools.0.cache_control: Extra inputs are not permitted"),
        "cache_control", '"quirks": {"cache": "none"}',
    ),
    (
        "Anthropic, no adaptive thinking", MESSAGES, LOUD, {"thinking": "adaptive"}, 400,
        said("adaptive thinking is not supported on this model"),
        "output_config", '"quirks": {"thinking": "budget"}',
    ),
    (
        "LiteLLM, which made Responses of it", MESSAGES, LOUD, {"thinking": "budget"}, 400,
        said(
            "litellm.UnsupportedParamsError: far doesn't support `reasoning.effort` (its model cost"
            " map entry lacks `supports_reasoning`)."
        ),
        "thinking", '"quirks": {"effort": "none"}',
    ),
    (
        "OpenAI, nested", RESPONSES, PROMPT, {}, 400,
        said("Unknown parameter: 'tools[0].strict'.", param="tools[0].strict"),
        "strict", "left out from now on",
    ),
    (
        "OpenAI, breakpoints", RESPONSES, PROMPT, {"cache": "breakpoint"}, 400,
        said(
            "Unknown parameter: 'input[0].content[0].prompt_cache_breakpoint'.",
            param="input[0].content[0].prompt_cache_breakpoint",
        ),
        "prompt_cache_breakpoint", '"quirks": {"cache": "key"}',
    ),
    (
        "OpenAI, sealed", RESPONSES, PROMPT, {"sealed_reasoning": True}, 400,
        said("Encrypted content is not supported with this model.", param="include"),
        "include", "left out from now on",
    ),
    (
        "a proxy", RESPONSES, PROMPT, {}, 400,
        said("Unsupported parameter: max_output_tokens"),
        "max_output_tokens", "left out from now on",
    ),
    (
        "an unverified organisation", RESPONSES, LOUD, {}, 400,
        said("Unsupported value: your organization must be verified", param="reasoning.summary"),
        "summary", "left out from now on",
    ),
    (
        "a row's own field", CHAT, PROMPT, {"body": {"reasoning_format": "parsed"}}, 400,
        said("reasoning_format is not supported with this model"),
        "reasoning_format", "left out from now on",
    ),
    (
        "a row's own template", CHAT, PROMPT,
        {"effort": "none", "body": {"chat_template_kwargs": {"preserve_thinking": True}}}, 422,
        located("body", "chat_template_kwargs"),
        "chat_template_kwargs", "left out from now on",
    ),
]  # fmt: skip


def profiled(asked: Model, profile: dict[str, Any]) -> Model:
    """The model as if a row said so."""
    return replace(asked, quirks=replace(asked.quirks, **profile))


@pytest.mark.parametrize(
    ("wire", "question", "profile", "status", "body", "field", "words"),
    [row[1:] for row in DROPS],
    ids=[row[0] for row in DROPS],
)
def test_an_optional_field_that_is_refused_is_left_out_and_remembered(
    tmp_path: Path,
    wire: str,
    question: Prompt,
    profile: dict[str, Any],
    status: int,
    body: Any,
    field: str,
    words: str,
) -> None:
    file = tmp_path / "dialects.json"
    with Far(refusal(status, body), ANSWERS[wire], ANSWERS[wire]) as far:
        asked = profiled(model(far.url, wire), profile)
        first = ask(asked, question, file=file)
        second = ask(asked, question, file=file)
    assert (first.answers, second.answers) == (["Hello."], ["Hello."])
    sent = [f'"{field}"' in request.body.decode() for request in far.requests]
    assert sent == [True, False, False]
    (told,) = first.words
    assert words in told
    assert second.words == []


NEW_LIMIT = refusal(
    400,
    said(
        "Unsupported parameter: 'max_tokens' is not supported with this model."
        " Use 'max_completion_tokens' instead.",
        param="max_tokens",
        code="unsupported_parameter",
    ),
)
OLD_LIMIT = refusal(422, located("body", "max_completion_tokens"))


def test_the_limit_is_given_under_its_other_name() -> None:
    with Far(NEW_LIMIT, chat("Hello.")) as far:
        heard = ask(model(far.url))
    assert [request.json.get("max_tokens") for request in far.requests] == [4096, None]
    assert far.requests[1].json["max_completion_tokens"] == 4096
    assert '"quirks": {"max_tokens": "max_completion_tokens"}' in heard.words[0]


def test_the_limit_does_not_go_to_and_fro() -> None:
    with Far(NEW_LIMIT, OLD_LIMIT) as far:
        (error,) = ask(model(far.url)).errors
    assert type(error) is BadRequest
    assert len(far.requests) == 2


def test_what_was_remembered_is_found_out_again_when_it_no_longer_holds(tmp_path: Path) -> None:
    file = tmp_path / "dialects.json"
    with Far(NEW_LIMIT, chat("Hello."), OLD_LIMIT, chat("Hello."), chat("Hello.")) as far:
        for _ in range(3):
            assert ask(model(far.url), file=file).answers == ["Hello."]
    assert ["max_tokens" in request.json for request in far.requests] == [
        True,
        False,
        False,
        True,
        True,
    ]


def test_thinking_is_asked_for_in_both_ways_and_then_not_at_all() -> None:
    adaptive = refusal(400, said("output_config: Extra inputs are not permitted"))
    budget = refusal(400, said("thinking: Extra inputs are not permitted"))
    with Far(adaptive, budget, messages("Hello.")) as far:
        asked = profiled(model(far.url, MESSAGES), {"thinking": "adaptive"})
        heard = ask(asked, LOUD)
    kinds = [request.json.get("thinking", {}).get("type") for request in far.requests]
    assert kinds == ["adaptive", "enabled", None]
    assert heard.answers == ["Hello."]
    assert len(heard.words) == 2


def test_reasoning_that_may_not_go_back_does_not_hide_the_effort() -> None:
    words = "'messages.1' : property 'reasoning_content' is unsupported"
    thought = Thinking("Hm.", {"field": "reasoning_content"})
    with Far(refusal(400, said(words)), chat("Hello.")) as far:
        asked = profiled(model(far.url), {"echo": "field"})
        question = conversation(asked, thought, effort="high")
        heard = ask(asked, question)
    assert '"quirks": {"echo": "never"}' in heard.words[0]
    assert ["reasoning_content" in str(request.json["messages"]) for request in far.requests] == [
        True,
        False,
    ]
    assert far.requests[1].json["reasoning_effort"] == "high"


FIELDS = ["stream_options", "reasoning_effort", "prompt_cache_key", "max_tokens"]


def test_three_fields_are_left_out_of_one_question_and_no_more() -> None:
    refusals = [refusal(422, located("body", field)) for field in FIELDS]
    with Far(*refusals) as far:
        asked = profiled(model(far.url), {"cache": "key"})
        heard = ask(asked, LOUD)
    assert len(far.requests) == 4
    (error,) = heard.errors
    assert "max_tokens" in error.said
    assert heard.words == []


def test_a_refusal_of_what_was_left_out_is_not_answered_again() -> None:
    again = refusal(422, located("body", "stream_options"))
    with Far(again, again) as far:
        (error,) = ask(model(far.url)).errors
    assert type(error) is BadRequest
    assert len(far.requests) == 2


@pytest.mark.parametrize(
    "body",
    [
        said("max_tokens is too large: 4096. This model allows at most 1024."),
        said("Unknown parameter: 'stream_options_v2'."),
        said("Unknown parameter: 'messages'."),
        said("stream_options must come with stream."),
        said("big-1 does not support tools"),
        "Bad request",
    ],
)
def test_other_complaints_are_the_persons_to_hear(body: Any) -> None:
    with Far(refusal(400, body)) as far:
        assert len(ask(model(far.url), LOUD).errors) == 1
    assert len(far.requests) == 1


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"reasoning_effort": "high"}, "reasoning_effort"),
        ({"top_k": 5}, "top_k"),
    ],
)
def test_what_the_person_put_into_the_request_stays_there(
    extra: dict[str, Any], field: str
) -> None:
    with Far(refusal(400, said(f"Unknown parameter: '{field}'."))) as far:
        (error,) = ask(model(far.url, extra=extra), LOUD).errors
    assert len(far.requests) == 1
    assert error.hint == f"`{field}` stands in `extraArgs` in {ENTRY}: take it out there."


def test_what_was_found_out_gives_way_to_the_persons_own_words(tmp_path: Path) -> None:
    file = tmp_path / "dialects.json"
    refused = refusal(422, located("body", "stream_options"))
    with Far(refused, chat("Hello."), chat("Hello."), chat("Hello."), refused) as far:
        asked = model(far.url)
        ask(asked, file=file)
        ask(replace(asked, extra={"stream_options": {}}), file=file)
        ask(replace(asked, quirk_overrides={"stream_usage": True}), file=file)
        last = ask(replace(asked, quirk_overrides={"stream_usage": True}), file=file)
    assert ["stream_options" in request.json for request in far.requests] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert (
        last.errors[0].hint == f"`stream_usage` stands in `quirks` in {ENTRY}: take it out there."
    )


def test_the_line_to_write_adds_to_the_quirks_that_the_entry_has() -> None:
    with Far(refusal(422, located("body", "stream_options")), chat("Hello.")) as far:
        heard = ask(model(far.url, quirk_overrides={"echo": "never"}))
    assert f'add "stream_usage": false to "quirks" in {ENTRY}' in heard.words[0]


def test_a_refusal_in_the_stream_is_heeded_while_nothing_has_come() -> None:
    refused = event({"error": {"code": 400, "message": "Unknown parameter: 'stream_options'."}})
    with Far(stream(refused), chat("Hello.")) as far:
        assert ask(model(far.url)).answers == ["Hello."]
    begun = event({"choices": [{"delta": {"content": "Hel"}}]})
    with Far(stream(begun, refused)) as far:
        assert type(ask(model(far.url)).errors[0]) is BadRequest
    assert len(far.requests) == 1


@pytest.mark.parametrize("field", optional.FIELDS, ids=lambda field: f"{field.wire} {field.name}")
def test_every_quirk_of_the_table_is_one_that_an_entry_may_have(field: optional.Field) -> None:
    overrides = dict(field.quirk or {})
    profile = quirks.resolve(field.wire, "https://far.example/v1", "big-1", overrides)
    assert {name: getattr(profile, name) for name in overrides} == overrides


# Levels of effort


@pytest.mark.parametrize(
    ("wire", "words", "taken", "level"),
    [
        (
            CHAT,
            "Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model."
            " Supported values are: 'low', 'medium', and 'high'.",
            "low medium high",
            "high",
        ),
        (
            CHAT,
            "reasoning_effort xhigh is not supported. Supported values: low, high.",
            "low high",
            "high",
        ),
        (CHAT, "`reasoning_effort` must be one of `low` or `medium`", "low medium", "medium"),
        (
            RESPONSES,
            "Unsupported value: 'xhigh'. reasoning.effort is 'none' or 'max'",
            "none max",
            "max",
        ),
        (
            MESSAGES,
            "output_config.effort: Input should be 'low', 'medium' or 'high'",
            "low medium high",
            "high",
        ),
    ],
)
def test_the_nearest_level_of_effort_that_there_is_is_asked_for(
    tmp_path: Path, wire: str, words: str, taken: str, level: str
) -> None:
    file = tmp_path / "dialects.json"
    with Far(refusal(400, said(words)), ANSWERS[wire], ANSWERS[wire]) as far:
        asked = model(far.url, wire)
        asked = profiled(asked, {"thinking": "adaptive"})
        first, second = ask(asked, LOUD, file=file), ask(asked, LOUD, file=file)
    assert [f'"{level}"' in request.body.decode() for request in far.requests] == [
        False,
        True,
        True,
    ]
    assert first.words == [
        f"{far.address} has no effort xhigh for big-1, and was asked for {level}:"
        f' write "quirks": {{"efforts": "{taken}"}} into {ENTRY} to make it permanent.'
    ]
    assert second.words == []


def test_a_level_of_effort_is_changed_once() -> None:
    words = "Unsupported reasoning_effort: use 'low' or 'high'"
    with Far(refusal(400, said(words)), refusal(400, said(words)), chat("Hello.")) as far:
        heard = ask(model(far.url), LOUD)
    efforts = [request.json.get("reasoning_effort") for request in far.requests]
    assert efforts == ["xhigh", "high", None]
    assert heard.answers == ["Hello."]


# Broken seals


SIGNED = Thinking("Hm.", {"signature": "far-signature"})
SEALED = Thinking("", {"item": {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA"}})
SIGNATURE = said("messages.1.content.0: Invalid `signature` in `thinking` block")
ENCRYPTED = said(
    "The encrypted content gAAA could not be verified.", code="invalid_encrypted_content"
)


def conversation(asked: Model, *thoughts: Thinking, **fields: Any) -> Prompt:
    answer = Assistant((*thoughts, Text("Hello.")), asked.origin)
    alone = Assistant(thoughts, asked.origin)
    again = User((Text("Go on."),))
    return prompt(*PROMPT.messages, answer, again, alone, again, **fields)


@pytest.mark.parametrize(
    ("wire", "thought", "refused", "seal"),
    [(MESSAGES, SIGNED, SIGNATURE, "far-signature"), (RESPONSES, SEALED, ENCRYPTED, "gAAA")],
)
def test_reasoning_with_a_broken_seal_is_left_out_for_good(
    wire: str, thought: Thinking, refused: Any, seal: str
) -> None:
    with Far(refusal(400, refused), ANSWERS[wire], ANSWERS[wire]) as far:
        asked = model(far.url, wire)
        question = conversation(asked, thought)
        heard = ask(asked, question, question)
    assert heard.answers == ["Hello.", "Hello."]
    assert [seal in request.body.decode() for request in far.requests] == [True, False, False]
    # A message that was nothing but reasoning is gone with it: an empty one is refused too.
    assert all(said["content"] for said in far.requests[1].json.get("messages", ()))
    assert heard.words == [
        f"{far.address} did not know its own reasoning again, and was asked without it."
    ]


def test_a_broken_seal_that_is_not_in_the_prompt_is_the_persons_to_hear() -> None:
    with Far(refusal(400, SIGNATURE)) as far:
        (error,) = ask(model(far.url, MESSAGES)).errors
    assert type(error) is BadRequest
    assert len(far.requests) == 1


def test_seals_are_broken_once() -> None:
    with Far(refusal(400, SIGNATURE), refusal(400, SIGNATURE)) as far:
        asked = model(far.url, MESSAGES)
        (error,) = ask(asked, conversation(asked, SIGNED)).errors
    assert type(error) is BadRequest
    assert len(far.requests) == 2


# Together


def test_an_endpoint_with_every_fault_is_asked_until_it_answers() -> None:
    marked = refusal(400, said("system.0.cache_control: Extra inputs are not permitted"))
    with Far(PAGE, refusal(401), refusal(400, SIGNATURE), marked, messages("Hello.")) as far:
        asked = model(far.url, MESSAGES)
        heard = ask(asked, conversation(asked, SIGNED))
    assert heard.answers == ["Hello."]
    assert len(heard.words) == 4
    assert paths(far) == ["/v1/messages", *["/messages"] * 4]
    assert key_headers(far.requests[-1]) == {"authorization"}


def test_a_silence_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "FIRST", 0.05)
    monkeypatch.setattr(silence, "AGAIN", 0.2)
    begun = event({"choices": [{"delta": {"content": "Hel"}}]})
    for script in (Reply(b"", (Act.STALL,)), stream(begun, Act.STALL)):
        with Far(script) as far:
            heard = ask(model(far.url, idle=0.3))
        assert heard.words == [f"no byte for {n} s from {far.address}" for n in ("0.05", "0.2")]
        assert len(heard.errors) == 1
