"""What each refusal is taken for, what it says to the person, and what it never shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from ownkey.core import errors
from ownkey.core.errors import (
    BadCall,
    BadRequest,
    BrokenStream,
    ContentRefused,
    KeyRefused,
    NoAccess,
    NoTools,
    OutOfCredit,
    Overloaded,
    ProviderError,
    RateLimited,
    TooLarge,
    TooLong,
    UnknownModel,
    WrongAddress,
)
from ownkey.core.model import Model, Secret
from ownkey.wire.refusals import refusal, said
from ownkey.wire.refusals.meaning import WORDS

CAPTURES = Path(__file__).parents[4] / "shared" / "captures"
KEY = "test-key/not+real-1"
URL = "https://api.example.test/v1/chat/completions"
MODEL = Model(
    id="custom:Big-0",
    name="big-1",
    wire="generic-chat-completion-api",
    base_url="https://api.example.test/v1",
    display_name="Big",
    key=Secret(KEY, "settings.json:7:17 (${BIG_KEY})"),
    headers={"x-tenant": Secret("Bearer tenant-secret-2")},
    source="settings.json:3:5",
)


def refuse(
    status: int, body: Any = b"", headers: dict[str, str] | None = None, model: Model = MODEL
) -> ProviderError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal.from_response(status, headers or {}, data, url=URL, model=model)


def error(message: str = "", **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


@pytest.mark.parametrize(
    ("status", "words", "cure"),
    [
        (404, 'model "big-1" not found, try pulling it first', "ollama pull big-1"),
        (400, '"auto" tool choice requires --enable-auto-tool-choice', "--tool-call-parser"),
        (500, "tools param requires --jinja flag", "Start llama-server with --jinja."),
        (503, "Loading model", "Wait until it has loaded big-1"),
        (400, "Client sent an HTTP request to an HTTPS server.", "Write https:// into `baseUrl`"),
    ],
)
def test_words_that_tell_more_have_their_own_cure(status: int, words: str, cure: str) -> None:
    assert cure in refuse(status, error(words)).hint


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, WrongAddress),
        (400, BadRequest),
        (401, KeyRefused),
        (402, OutOfCredit),
        (403, NoAccess),
        (404, WrongAddress),
        (405, WrongAddress),
        (408, Overloaded),
        (409, Overloaded),
        (413, TooLarge),
        (418, BadRequest),
        (422, BadRequest),
        (424, Overloaded),
        (429, RateLimited),
        (451, NoAccess),
        (498, Overloaded),
        (500, Overloaded),
        (501, WrongAddress),
        (503, Overloaded),
        (524, Overloaded),
        (529, Overloaded),
        (599, Overloaded),
        (700, WrongAddress),
    ],
)
def test_without_words_the_status_decides(status: int, kind: type[ProviderError]) -> None:
    refused = refuse(status)
    assert type(refused) is kind
    assert refused.status == status
    assert refused.url == URL


OVERFLOWS = [
    ("prompt is too long: 213462 tokens > 200000 maximum", 200000),
    ("input is too long for requested model", None),
    ("Your input exceeds the context window of this model", None),
    ("This exceeds the model's maximum context length of 8192 tokens", 8192),
    ("exceeds maximum context length (8192)", 8192),
    (
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048575)",
        1048575,
    ),
    ("This model's maximum prompt length is 131072 but the request contains 537812 tokens", 131072),
    ("Please reduce the length of the messages or completion.", None),
    ("This model's maximum context length is 128000 tokens.", 128000),
    ("maximum allowed input length of 32768 tokens", 32768),
    ("The input (9000 tokens) is longer than the model's context length (8192 tokens).", 8192),
    ("prompt token count of 70000 exceeds the limit of 64000", 64000),
    ("request (12022 tokens) exceeds the available context size (8192 tokens)", 8192),
    ("tokens to keep is greater than the context length", None),
    ("invalid params, context window exceeds limit", None),
    ("Your request exceeded model token limit: 262144", 262144),
    ("Prompt too large for model with 32768 maximum context length", 32768),
    ("model_context_window_exceeded", None),
    ("prompt too long; exceeded max context length by 4 tokens", None),
    ("You requested 64000 output tokens", None),
    ("Your prompt contains at least 9001 input tokens", None),
    ("Context length exceeded", None),
    ("context_length_exceeded", None),
    ("the context length is only 4096 tokens", 4096),
    ("tokens in request more than max tokens allowed", None),
    ("prompt has 9000 tokens, but the configured context size is 4096", 4096),
    ("Range of input length should be [1, 129024]", 129024),
    ("Input too long: 300000 input tokens, limit is 200000", 200000),
]


@pytest.mark.parametrize(("words", "limit"), OVERFLOWS)
@pytest.mark.parametrize("status", [400, 413, 500])
def test_a_full_context_is_told_by_its_words(words: str, limit: int | None, status: int) -> None:
    refused = refuse(status, error(words))
    assert isinstance(refused, TooLong)
    assert refused.limit == limit


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        # A rate limit that speaks of tokens is not an overflow.
        (429, error("Too many tokens per minute, reduce the length of the messages"), RateLimited),
        (400, error("ThrottlingException: input is too long, too many requests"), RateLimited),
        (429, error("prompt is too long"), RateLimited),
        # A size in tokens per minute that no waiting mends.
        (
            413,
            error("Request too large for tokens per minute (TPM)", code="rate_limit_exceeded"),
            TooLarge,
        ),
        # Quota is no rate limit, unless there is a time at which it ends.
        (429, error("You exceeded your current quota", code="insufficient_quota"), OutOfCredit),
        (429, error("You exceeded your current quota. Please retry in 34.07s."), RateLimited),
        (429, error("Rate limit reached: see /settings/billing"), RateLimited),
        (402, error("busy", metadata={"limit_source": "x"}, code="in_flight_budget"), RateLimited),
        (400, error("Your credit balance is too low", type="invalid_request_error"), OutOfCredit),
        (403, error("Insufficient balance"), OutOfCredit),
        (404, error("model: big-1", type="not_found_error"), UnknownModel),
        (404, error("The model `big-1` does not exist or you do not have access"), UnknownModel),
        (404, error('model "big-1" not found, try pulling it first'), UnknownModel),
        (404, error("No endpoints found that support tool use"), NoTools),
        (400, error("big-1 is not a valid model ID", code=400), UnknownModel),
        (400, error("Model Not Exist"), UnknownModel),
        (404, [error("models/big-1 is not found for API version v1main")], UnknownModel),
        (404, error("Not found the model big-1 or Permission denied"), UnknownModel),
        (404, error("Unable to access model big-1."), UnknownModel),
        (404, error("The API deployment for this resource does not exist."), UnknownModel),
        (400, "Client sent an HTTP request to an HTTPS server.", WrongAddress),
        (400, {"object": "error", "message": "Invalid model: big-1"}, UnknownModel),
        (400, error("registry.ollama.ai/library/big-1 does not support tools"), NoTools),
        (400, error('"auto" tool choice requires --enable-auto-tool-choice'), NoTools),
        (500, error("tools param requires --jinja flag"), NoTools),
        (400, error("parallel tool calls are not supported"), BadRequest),
        (400, error("Invalid model_settings"), BadRequest),
        (404, error("Not Found"), WrongAddress),
        (404, {"detail": "Not Found"}, WrongAddress),
        (404, error("not here", type="not_found_error"), WrongAddress),
        (400, [error("API key not valid. Please pass a valid API key.")], KeyRefused),
        (403, error("Invalid API key"), KeyRefused),
        (401, error("rate limit exceeded, model not found"), KeyRefused),
        (403, error("Your chosen model requires moderation"), ContentRefused),
        (400, error("filtered", code="content_filter"), ContentRefused),
        (400, error("DataInspectionFailed"), ContentRefused),
        (413, error(type="request_too_large"), TooLarge),
        (400, error("too many images"), TooLarge),
        (400, error("The server is overloaded"), Overloaded),
        (429, error("The model is overloaded"), RateLimited),
        (400, b"<html><title>prompt is too long</title></html>", BadRequest),
        # Errors under a status that says all is well.
        (200, error("upstream failed", code=502), Overloaded),
        (200, error("slow down", code=429), RateLimited),
        (200, error("Overloaded", type="overloaded_error"), Overloaded),
        (200, error("nonsense"), BadRequest),
        (200, {"error": "Unexpected endpoint or method. (POST /chat/completions)"}, WrongAddress),
        (200, b"<!doctype html><title>Sign in</title>", WrongAddress),
        (200, {"choices": [{"message": {"content": "Hello."}}]}, BrokenStream),
    ],
)
def test_words_say_more_than_the_status(status: int, body: Any, kind: type[ProviderError]) -> None:
    assert type(refuse(status, body)) is kind


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"type": "overloaded_error", "message": "Overloaded"}, Overloaded),
        ({"type": "error", "error": {"type": "rate_limit_error", "message": "no"}}, RateLimited),
        ({"type": "authentication_error", "message": "no"}, KeyRefused),
        ({"type": "billing_error", "message": "no"}, OutOfCredit),
        ({"type": "permission_error", "message": "no"}, NoAccess),
        ({"type": "request_too_large", "message": "no"}, TooLarge),
        ({"type": "invalid_request_error", "message": "no"}, BadRequest),
        ({"type": "invalid_request_error", "message": "prompt is too long"}, TooLong),
        ({"type": "exceed_context_size_error", "code": 400, "message": "no"}, TooLong),
        ({"type": "error", "code": "context_length_exceeded", "message": "no"}, TooLong),
        ({"code": "server_error", "message": "no"}, Overloaded),
        ({"code": "rate_limit_exceeded", "message": "no"}, RateLimited),
        ({"code": "insufficient_quota", "message": "no"}, OutOfCredit),
        ({"code": "bio_policy", "message": "no"}, ContentRefused),
        ({"code": 429, "message": "Provider returned error"}, RateLimited),
        ({"code": "502", "message": "Provider returned error"}, Overloaded),
        ({"message": "something went wrong"}, Overloaded),
        ("something went wrong", Overloaded),
        (None, Overloaded),
    ],
)
def test_an_error_in_a_stream_is_told_by_its_type_code_or_words(
    given: Any, kind: type[ProviderError]
) -> None:
    assert type(refusal.in_stream(given)) is kind


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b"null", ""),
        (b"upstream  connect\nerror", "upstream connect error"),
        (error("a"), "a"),
        ({"error": "a"}, "a"),
        ({"error": {"type": "x", "error": "a"}}, "a"),
        ({"message": "a", "code": "InvalidParameter"}, "a"),
        ({"detail": "a"}, "a"),
        ({"detail": [{"loc": ["body", "n", 0], "msg": "a", "input": "the prompt"}]}, "body.n.0: a"),
        ({"errors": [{"message": "a"}, {"message": "b"}]}, "a"),
        ([error("a")], "a"),
        ({"object": "error", "message": "a"}, "a"),
        (
            error("Provider returned error", metadata={"raw": "a", "provider_name": "Google"}),
            "Provider returned error (Google: a)",
        ),
        (
            error("no", metadata={"raw": json.dumps(error("a")), "provider_name": "Groq"}),
            "no (Groq: a)",
        ),
        (b"<html><head><title>502 Bad\n Gateway</title></head><body>x</body>", "502 Bad Gateway"),
        (b"<h1>Sign &amp; in</h1>", "Sign & in"),
        (b"<p>Out <style>b{}</style>of <b>order</b></p>", "Out of order"),
        (b"\x1b[31mred\x07 \xe2\x80\xaetxt\xff", "[31mred txt\ufffd"),
    ],
)
def test_the_providers_words_are_found_in_every_shape(body: Any, words: str) -> None:
    assert refuse(500, body).said == words


def test_long_words_are_shortened() -> None:
    shortened = refuse(500, error("word " * 1000)).said
    assert len(shortened) <= said.LONGEST + 1
    assert shortened.endswith("…")


def test_a_refused_key_is_explained_by_where_it_came_from() -> None:
    refused = refuse(401, error("bad key"), {"x-request-id": "req-1"})
    assert refused.failure().lines() == [
        "api.example.test refused the key.",
        f"at {URL} (HTTP 401, request id req-1)",
        "it said: bad key",
        "Check the key, which came from settings.json:7:17 (${BIG_KEY}).",
    ]


def test_a_wrong_address_names_the_address_that_was_tried() -> None:
    refused = refuse(404)
    assert str(refused) == f"There is no model API at {URL}."
    assert "`baseUrl` in settings.json:3:5" in refused.hint


def test_an_unknown_model_is_named() -> None:
    assert str(refuse(404, error("no such model"))) == "api.example.test has no model big-1."


def test_a_redirect_names_where_it_leads() -> None:
    refused = refuse(301, headers={"location": "/v2?key=hidden-value-3"})
    assert f"{URL} sends on to https://api.example.test/v2?key=***." == str(refused)


@pytest.mark.parametrize(
    "header", ["request-id", "x-request-id", "x-amzn-requestid", "apim-request-id", "cf-ray"]
)
def test_the_request_id_is_kept_whatever_it_is_called(header: str) -> None:
    assert refuse(500, headers={header: "id\x1b-7"}).request_id == "id -7"


def test_wishes_about_retrying_are_kept() -> None:
    refused = refuse(429, headers={"retry-after": "7", "x-should-retry": "false"})
    assert (refused.retry_after, refused.should_retry) == (7.0, False)
    assert refuse(400, headers={"x-should-retry": "true"}).should_retry is True
    assert refuse(500).should_retry is None
    assert refusal.in_stream({"message": "Please retry in 3s"}).retry_after == 3.0


ECHOES = [KEY, quote(KEY, safe=""), f"Bearer {KEY}", "tenant-secret-2", f"<{KEY}>" * 40]


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 429, 500])
def test_an_echoed_secret_is_never_shown(echo: str, status: int) -> None:
    for body in (error(f"bad: {echo}"), {"error": echo}, f"<title>{echo}</title>".encode()):
        refused = refuse(status, body, {"location": f"/{echo}", "x-request-id": echo})
        shown = f"{refused!r} {refused} {refused.failure()!r} {refused.args}"
        assert not any(secret in shown for secret in (KEY, quote(KEY, safe=""), "tenant-secret-2"))


def test_a_secret_cut_by_the_shortening_is_not_shown_in_part() -> None:
    refused = refuse(500, error("x" * (said.LONGEST - 5) + KEY))
    assert "test-" not in refused.said


def test_a_secret_that_begins_like_another_is_hidden_whole() -> None:
    longer = msgspec.structs.replace(MODEL, headers={"x-key": Secret(f"{KEY}-and-more")})
    assert refuse(500, error(f"{KEY}-and-more"), model=longer).said == "***"


def test_a_word_used_as_a_key_does_not_blank_out_the_message() -> None:
    local = Model(
        id="custom:Local-0",
        name="tiny",
        wire="generic-chat-completion-api",
        base_url="http://localhost:11434/v1",
        display_name="Local",
        key=Secret("ollama"),
    )
    refused = refuse(404, error("ollama has no such route"), model=local)
    assert refused.said == "ollama has no such route"
    assert "`baseUrl` in the model's entry" in refused.hint


def test_logins_and_keys_in_the_address_are_not_shown() -> None:
    url = "https://me:pass-word@api.example.test/v1?api-version=1&api_key=hidden-value-3#x"
    refused = refusal.from_response(404, {}, b"", url=url, model=MODEL)
    assert refused.url == "https://api.example.test/v1?api-version=1&api_key=***"


def test_errors_without_a_place_are_completed_and_placed_ones_left_alone() -> None:
    for_client = refusal.placed(MODEL, URL, 200, {"request-id": "outer"})
    with pytest.raises(Overloaded) as caught, for_client:
        raise refusal.in_stream(error(f"failed for {KEY}", type="overloaded_error"))
    assert str(caught.value) == "api.example.test failed to answer."
    assert (caught.value.url, caught.value.status) == (URL, 200)
    assert caught.value.request_id == "outer"
    assert caught.value.said == "failed for ***"
    with pytest.raises(Overloaded) as again, refusal.placed(MODEL, "https://other.test", 500):
        raise caught.value
    assert (again.value.url, again.value.status) == (URL, 200)


def test_every_kind_has_words_that_are_filled_in_to_the_last() -> None:
    for kind, (what, hint) in WORDS.items():
        with pytest.raises(kind) as caught, refusal.placed(MODEL, URL):
            raise kind(what, hint)
        assert "{" not in str(caught.value) + caught.value.hint.replace("${BIG_KEY}", "")
        assert caught.value.hint
    own = {errors.KeyMissing, errors.Unreachable, errors.Untrusted, errors.BrokenStream}
    assert set(WORDS) == set(ProviderError.__subclasses__()) - own


@pytest.mark.skipif(not CAPTURES.exists(), reason="the recorded provider errors are not here")
@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("openai-responses/error-400-reasoning-item.json", 400, BadRequest),
        ("openai-responses/error-400-model.json", 400, UnknownModel),
        ("openai-chat/error-404-model.json", 404, UnknownModel),
        ("groq/error-400-tool-use-failed.json", 400, BadCall),
        ("local/llamacpp-messages-error-overflow.json", 400, TooLong),
        ("anthropic/error-400.json", 400, BadRequest),
        ("anthropic/error-404-model.json", 404, UnknownModel),
        ("deepseek/responses-error-400.json", 400, BadRequest),
        ("openrouter/error-429-upstream.json", 429, RateLimited),
    ],
)
def test_recorded_errors_are_understood(path: str, status: int, kind: type[ProviderError]) -> None:
    refused = refuse(status, (CAPTURES / path).read_bytes())
    assert type(refused) is kind
    assert refused.said


@pytest.mark.parametrize("page", ["<style " * 300_000, "<title>" * 300_000, "<" * 2_000_000])
def test_no_page_takes_for_ever(page: str) -> None:
    assert type(refuse(502, page.encode())) is Overloaded
