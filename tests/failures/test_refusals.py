"""What a provider says when it will not, and whether to ask again."""

from __future__ import annotations

import json
from itertools import repeat
from pathlib import Path

import pytest

from ownkey.core.errors import BrokenStream, RateLimited, TooLarge
from ownkey.core.model import WireName
from tests.failures.asking import (
    WHOLE,
    Json,
    ask,
    at,
    bad_request,
    calling,
    execute,
    fail,
)
from tests.far import Act, Far, Reply, chat, event, refusal, stream
from tests.wire.conversations import (
    CHAT,
    ENDPOINTS,
    MESSAGES,
    PNG,
    RESPONSES,
    call,
    result,
    said,
    user,
)

each_wire = pytest.mark.parametrize("wire", ENDPOINTS)

OVERLOADED = {"type": "overloaded_error", "message": "Overloaded"}
OVERLOADS: dict[WireName, bytes] = {
    MESSAGES: event({"type": "error", "error": OVERLOADED}),
    RESPONSES: event(
        {
            "type": "response.failed",
            "response": {"error": {"code": "server_error", "message": "Please retry."}},
        }
    ),
    CHAT: event(
        {
            "error": {"code": 502, "message": "Provider disconnected"},
            "choices": [{"delta": {"content": ""}, "finish_reason": "error"}],
        }
    ),
}


@each_wire
def test_an_overload_in_mid_stream_is_asked_again_although_the_status_was_200(
    home: Path, work: Path, wire: WireName
) -> None:
    begun = WHOLE[wire]("Half of i").steps[:3]
    with Far(stream(*begun, OVERLOADS[wire]), WHOLE[wire]("A whole answer.")) as far:
        done = execute(home, work, far, wire=wire)
    assert (done.returncode, done.stdout) == (0, "A whole answer.\n")
    assert "Asking again" in done.stderr


PER_MINUTE = "Too many tokens per minute: the request exceeds the maximum context of this tier."


@pytest.mark.parametrize("status", [400, 429, 500])
def test_too_many_tokens_a_minute_is_no_conversation_that_is_too_long(status: int) -> None:
    with Far(refusal(status, {"error": {"message": PER_MINUTE}})) as far:
        failure = fail(at(far, CHAT), user("Hi."))
    assert type(failure) is RateLimited
    assert failure.transient


def test_after_a_rate_limit_the_same_request_is_sent_again(home: Path, work: Path) -> None:
    limited = refusal(429, {"error": {"message": PER_MINUTE}}, retry_after="0")
    with Far(limited, chat("Yes.")) as far:
        done = execute(home, work, far)
    assert done.stdout == "Yes.\n"
    assert far.requests[0].body == far.requests[1].body


EMPTY_ACCOUNTS: dict[str, Json] = {
    "OpenAI": {
        "message": "You exceeded your current quota, please check your plan and billing details.",
        "type": "insufficient_quota",
        "code": "insufficient_quota",
    },
    "Z.ai": {"code": "1113", "message": "Insufficient balance or no resource package."},
}


@pytest.mark.parametrize("error", EMPTY_ACCOUNTS.values(), ids=EMPTY_ACCOUNTS)
def test_an_empty_account_is_not_waited_for(home: Path, work: Path, error: Json) -> None:
    empty = refusal(429, {"error": error}, retry_after="0")
    with Far(empty, chat("Never.")) as far:
        done = execute(home, work, far)
    assert (done.returncode, done.stdout) == (77, "")
    assert error["message"] in done.stderr
    assert "settings.json:" in done.stderr
    assert len(far.requests) == 1


TOO_LARGE: Json = {"type": "request_too_large", "message": "Request exceeds the maximum size"}


def test_a_request_that_is_too_large_is_told_from_one_that_is_too_long() -> None:
    with Far(refusal(413, {"type": "error", "error": TOO_LARGE})) as far:
        failure = fail(at(far, MESSAGES), user("What is this?", PNG))
    assert type(failure) is TooLarge
    assert "images" in failure.hint


def test_a_session_goes_on_after_a_picture_that_was_too_large(home: Path, work: Path) -> None:
    (work / "shot.png").write_bytes(PNG.data)
    replies = (
        calling("read", {"path": "shot.png"}),
        chat("A screenshot."),
        refusal(413, {"error": TOO_LARGE}),
        chat("Gone on."),
    )
    fields = {"noImageSupport": False}
    with Far(*replies) as far:
        execute(home, work, far, "What is in shot.png?", **fields)
        done = execute(home, work, far, "-s", "last", "Go on.", **fields)
    carried = ["image_url" in request.body.decode() for request in far.requests]
    assert carried == [False, True, True, False]
    assert done.stdout == "Gone on.\n"


@each_wire
def test_a_window_too_small_to_work_in_is_told_before_it_shows(
    home: Path, work: Path, wire: WireName
) -> None:
    facts = {"/props": refusal(200, {"default_generation_settings": {"n_ctx": 8192}})}
    with Far(WHOLE[wire]("Yes."), facts=facts) as far:
        done = execute(home, work, far, wire=wire)
    assert done.stdout == "Yes.\n"
    assert f"8192 tokens of context, says {far.url}/props" in done.stderr
    assert "-c 32768" in done.stderr


@each_wire
def test_two_runs_begin_with_the_same_bytes(
    home: Path, work: Path, tmp_path: Path, wire: WireName
) -> None:
    """What comes before the person's words is a day old and the same in all folders."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with Far(WHOLE[wire]("Yes."), WHOLE[wire]("Yes.")) as far:
        for folder in (work, elsewhere):
            execute(home, folder, far, wire=wire)
    first, second = (request.json for request in far.requests)
    for shared in ("tools", "system", "instructions"):
        assert json.dumps(first.get(shared)) == json.dumps(second.get(shared))
    assert first["tools"] == sorted(first["tools"], key=lambda t: t.get("function", t)["name"])
    if wire == CHAT:
        assert first["messages"][0] == second["messages"][0]


def test_arguments_keep_the_order_they_were_written_in() -> None:
    written = '{"path": "z", "at": 1, "and": {"b": 1, "a": 2}}'
    with Far(chat("Yes.")) as far:
        ask(at(far, CHAT), user("Go."), said(call(1, written), stop="tools"), result(1, "1"))
    function = far.requests[0].json["messages"][2]["tool_calls"][0]["function"]
    assert function["arguments"] == written


STICKY = {
    "https://api.openai.com/v1": ("prompt_cache_key", ""),
    "https://api.fireworks.ai/inference/v1": ("prompt_cache_key", "x-session-affinity"),
    "https://openrouter.ai/api/v1": ("", "x-session-id"),
}


@pytest.mark.parametrize(("like", "field", "header"), [(k, *v) for k, v in STICKY.items()])
def test_a_session_says_where_its_cache_is(like: str, field: str, header: str) -> None:
    with Far(*repeat(chat("Yes."), 2)) as far:
        target = at(far, CHAT, like=like)
        ask(target, user("Hi."))
        ask(target, user("Hi."))
    first, second = far.requests
    if field:
        assert 0 < len(first.json[field]) <= 64
        assert first.json[field] == second.json[field]
    if header:
        assert first.headers[header] == second.headers[header]


# Servers of one's own.


@each_wire
def test_a_server_that_stays_silent_is_given_up(wire: WireName) -> None:
    with Far(stream(b": ping\n\n", Act.STALL)) as far:
        failure = fail(at(far, wire, idle=0.2), user("Hi."))
        assert far.left.wait(10)
    assert type(failure) is BrokenStream
    assert "fell silent" in str(failure)


def test_how_long_silence_is_borne_is_a_setting(home: Path, work: Path) -> None:
    silent = Reply(b"", (Act.STALL,))
    with Far(silent, chat("At last.")) as far:
        done = execute(home, work, far, idleTimeout=1)
    assert done.stdout == "At last.\n"
    assert "no byte for 1 s" in done.stderr


def test_a_model_without_tools_is_named_and_another_suggested(home: Path, work: Path) -> None:
    words = "registry.ollama.ai/library/gemma3:4b does not support tools"
    with Far(bad_request(words, type="api_error")) as far:
        done = execute(home, work, far, model="gemma3:4b")
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "another model" in done.stderr


STRAY = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_ORG_ID")


@each_wire
def test_keys_that_lie_about_in_the_environment_are_sent_to_nobody(
    home: Path, work: Path, wire: WireName
) -> None:
    variables = dict.fromkeys(STRAY, "stray-key-not-real-2")
    with Far(WHOLE[wire]("Yes.")) as far:
        done = execute(home, work, far, wire=wire, variables=variables, apiKey="")
    assert done.stdout == "Yes.\n"
    (request,) = far.requests
    assert "stray-key-not-real-2" not in f"{request.headers}{request.body.decode()}"
    assert not {"authorization", "x-api-key", "openai-organization"} & request.headers.keys()
