"""What goes wrong on the first day with a model of one's own, each with its true cause.

`cause` and `cure` are words of ownkey's message. `{far}` is the address of the far side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from ownkey.rehearsal import http
from tests.zoo.accents import Json, usage_without_details
from tests.zoo.far import Answering
from tests.zoo.host import CHAT, KEY, MESSAGES, RESPONSES, Answer, Door, Host, Refusal
from tests.zoo.hosts import HOSTS, NO_SUCH_MODEL, WRONG_KEY, below, openai

NAME = "api.zoo.example"
"""The host of an endpoint that is reached by https."""

MODEL = "zoo-1"

Trust = Literal["trusted", "self-signed", "another's name", "expired", "none"]


class Variant(NamedTuple):
    name: str
    cause: str
    cure: str = ""
    exit: int = 69
    far: Answering | None = None
    """None: nobody is there."""
    entry: Mapping[str, Any] = {}
    """What differs from a right entry."""
    tunnel: Trust | None = None
    """At `NAME`, through the proxy; None: on a port nearby."""
    secure: bool = False
    """Nearby: whether it speaks TLS."""
    stands_at: str = "127.0.0.1"
    environment: Mapping[str, str] = {}
    arguments: tuple[str, ...] = ()
    slip: tuple[str, str] = ("", "")
    """What is typed wrong in the settings, and how."""


class Always(NamedTuple):
    """A far side that has one answer to everything."""

    given: Answer

    def answer(self, _: http.Request) -> Answer:
        return self.given


class Elsewhere(NamedTuple):
    """A host that gives this answer where it would answer a question, and else itself."""

    host: Door
    given: Answer

    def answer(self, request: http.Request) -> Answer:
        return self.given if request.method == "POST" else self.host.answer(request)


PLAIN = Host("a plain host", below("/v1", CHAT), WRONG_KEY, NO_SUCH_MODEL, models="/v1/models")


def door(**changes: Any) -> Door:
    return Door(PLAIN._replace(**changes), MODEL)


def says(status: int, body: Any, kind: str = "application/json", **headers: str) -> Elsewhere:
    """A host that answers each question so."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Elsewhere(door(), Answer(status, kind, (data,), named))


def streams(*pieces: bytes, kind: str = "text/event-stream", **changes: Any) -> Elsewhere:
    return Elsewhere(door(), Answer(200, kind, pieces, **changes))


def never(chunk: Json) -> Any:
    """Usage is nowhere."""
    if not chunk.get("usage"):
        yield {name: value for name, value in chunk.items() if name != "usage"}


PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body>Welcome</body></html>"
HELLO = b'data: {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hel"}}]}\n\n'
LATER = {"retry_after": "120"}
"""Longer than ownkey waits: it tells at once."""

SETTINGS = (
    Variant(
        "a comma is missing",
        "Expected ',' or '}' but found a string.",
        "Put a comma before it.",
        78,
        slip=('"zoo-1",', '"zoo-1"'),
    ),
    Variant(
        "a field is missing",
        "baseUrl is missing",
        "Give the endpoint's address",
        78,
        slip=("baseUrl", "endpoint"),
    ),
    Variant(
        "a field's name is misspelled",
        "did you mean 'baseUrl'?",
        "Rename it to baseUrl",
        78,
        slip=("baseUrl", "baseURL"),
    ),
    Variant(
        "the provider is none of the three",
        "Invalid provider 'openai-compatible'",
        "Use one of: anthropic, openai, generic-chat-completion-api.",
        78,
        entry={"provider": "openai-compatible"},
    ),
    Variant(
        "another model is asked for",
        "There is no model 'zoo-2'",
        "custom:zoo-1-0",
        78,
        far=door(),
        arguments=("-m", "zoo-2"),
    ),
)

ADDRESSES = (
    Variant(
        "the base address lacks /v1",
        "",
        exit=0,
        far=door(),
        entry={"baseUrl": "http://{far}"},
    ),
    Variant(
        "the base address has a /v1 too many",
        'write "baseUrl": "http://{far}/chat/completions"',
        exit=0,
        far=door(doors=below("", CHAT)),
    ),
    Variant(
        "the base address is the whole endpoint",
        "",
        exit=0,
        far=door(),
        entry={"baseUrl": "http://{far}/v1/chat/completions"},
    ),
    Variant(
        "the base address ends in slashes",
        "",
        exit=0,
        far=door(),
        entry={"baseUrl": "http://{far}/v1//"},
    ),
    Variant(
        "the base address has no scheme", "", exit=0, far=door(), entry={"baseUrl": "{far}/v1"}
    ),
    Variant(
        "the base address has space and quotes around it",
        "",
        exit=0,
        far=door(),
        entry={"baseUrl": " 'http://{far}/v1' "},
    ),
    Variant(
        "the path is another's",
        "There is no model API at http://{far}/api/v3/chat/completions.",
        "`baseUrl`",
        far=door(),
        entry={"baseUrl": "http://{far}/api/v3"},
    ),
    Variant(
        "the scheme is unknown",
        "baseUrl starts with htp://",
        "https://",
        78,
        entry={"baseUrl": "htp://{far}/v1"},
    ),
    Variant(
        "the name is known to no DNS",
        "The name nowhere.invalid is not known (DNS).",
        "`baseUrl`",
        entry={"baseUrl": "https://nowhere.invalid/v1"},
        environment={"NO_PROXY": "*"},
    ),
    Variant(
        "nothing listens",
        "Nothing listens at 127.0.0.1:9: connection refused.",
        "Is the server running?",
        entry={"baseUrl": "http://127.0.0.1:9/v1"},
    ),
    Variant(
        "it is at an address of IPv6",
        "",
        exit=0,
        far=door(),
        stands_at="::1",
    ),
    Variant(
        "another program has the port, with pages",
        "There is no model API at http://{far}/v1/chat/completions.",
        "`baseUrl`",
        far=Always(Answer(200, "text/html", (PAGE,))),
    ),
    Variant(
        "it sends on to another address",
        "sends on to https://api.zoo.example/v1",
        "`baseUrl`",
        far=Always(Answer(301, "text/html", (), {"location": "https://api.zoo.example/v1"})),
    ),
)

TYPES = tuple(
    Variant(
        f"the provider is {wrong}, and it serves {right} alone",
        "There is no model API at http://{far}/",
        "`provider`",
        far=door(doors=below("/v1", right)),
        entry={"provider": wrong},
    )
    for right, wrong in (
        (CHAT, RESPONSES),
        (CHAT, MESSAGES),
        (RESPONSES, CHAT),
        (MESSAGES, CHAT),
        (MESSAGES, RESPONSES),
    )
)

LINES = (
    Variant(
        "the certificate is self-signed",
        f"The certificate of {NAME} is not trusted",
        "system's store",
        far=door(),
        tunnel="self-signed",
    ),
    Variant(
        "the certificate is another's",
        f"The certificate of {NAME} is not trusted",
        "`baseUrl`",
        far=door(),
        tunnel="another's name",
    ),
    Variant(
        "the certificate has expired",
        "is not trusted: certificate has expired",
        "",
        far=door(),
        tunnel="expired",
    ),
    Variant(
        "https to a port of plain http",
        "No encrypted connection to {far} came about",
        "does the server speak https",
        far=door(),
        entry={"baseUrl": "https://{far}/v1"},
        environment={"NO_PROXY": "127.0.0.1"},
    ),
    Variant(
        "plain http to a port of https",
        "{far} hung up without an answer.",
        "Does it speak https?",
        far=door(),
        secure=True,
        entry={"baseUrl": "http://{far}/v1"},
    ),
    Variant(
        "plain http to a port of https, which says so",
        "Client sent an HTTP request to an HTTPS server.",
        "Write https:// into `baseUrl`",
        far=Always(
            Answer(400, "text/plain", (b"Client sent an HTTP request to an HTTPS server.\n",))
        ),
    ),
    Variant(
        "the proxy wants a login",
        "The proxy in HTTPS_PROXY wants a login: 407",
        "NAME:PASSWORD@HOST:PORT",
        far=Always(Answer(407, "text/html")),
        entry={"baseUrl": f"https://{NAME}/v1"},
        environment={"HTTPS_PROXY": "http://{far}"},
    ),
    Variant(
        "the proxy is not there",
        "The proxy in HTTPS_PROXY cannot be reached",
        "HTTPS_PROXY",
        entry={"baseUrl": f"https://{NAME}/v1"},
        environment={"HTTPS_PROXY": "http://127.0.0.1:9"},
    ),
)

KEYS = (
    Variant(
        "the key is wrong",
        "refused the key.",
        "settings.json:",
        77,
        door(),
        {"apiKey": "test-key-not-real-2"},
    ),
    Variant(
        "the key is another provider's",
        "refused the key.",
        "settings.json:",
        77,
        door(),
        {"apiKey": "sk-ant-test-key-not-real-3"},
    ),
    Variant(
        "there is a space behind the key",
        "apiKey has space around it",
        "Copy the key again",
        78,
        door(),
        {"apiKey": f"{KEY} "},
    ),
    Variant(
        "there is a line break in the key",
        "apiKey has space around it or a character that is not printable",
        "Copy the key again",
        78,
        door(),
        {"apiKey": f"{KEY}\n"},
    ),
    Variant(
        "the key's variable is not set",
        "The environment variable ZOO_KEY is not set.",
        "export ZOO_KEY=…",
        78,
        door(),
        {"apiKey": "${ZOO_KEY}"},
    ),
    Variant(
        "the key may not use the model",
        "does not let this key use zoo-1",
        "Check what the account",
        77,
        says(403, openai("You do not have access to this model.", "permission_error")),
    ),
    Variant(
        "the account is empty",
        "is out of credit or quota.",
        "Add credit",
        77,
        says(402, openai("Insufficient Balance")),
    ),
    Variant(
        "the quota is used up",
        "is out of credit or quota.",
        "Add credit",
        77,
        says(
            429,
            openai("You exceeded your current quota.", "insufficient_quota"),
            x_ratelimit_limit_requests="500",
        ),
    ),
    Variant(
        "the key asks too often",
        "limits how often this key may ask.",
        "x-ratelimit-remaining-tokens: 0",
        75,
        says(
            429,
            openai("Rate limit reached.", "rate_limit_error"),
            retry_after="120",
            x_ratelimit_remaining_tokens="0",
            x_ratelimit_reset_tokens="6m0s",
        ),
    ),
)

MODELS = (
    Variant("the model is unknown", "has no model zo-1.", "`model`", 78, door(), {"model": "zo-1"}),
    Variant(
        "the model is not pulled",
        "has no model qwen3-coder.",
        "ollama pull qwen3-coder",
        78,
        Door(HOSTS["Ollama"]),
        {"model": "qwen3-coder"},
    ),
    Variant(
        "the model takes no tools",
        "takes no tools.",
        "another model",
        1,
        says(400, openai("zoo-1 does not support tools")),
    ),
    Variant(
        "the server was started without tools",
        "takes no tools.",
        "--enable-auto-tool-choice",
        1,
        says(
            400,
            openai(
                '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to'
                " be set"
            ),
        ),
    ),
    Variant(
        "the window is tiny",
        "reads only 4096 tokens of context",
        "-c 32768",
        0,
        door(facts={"/props": {"default_generation_settings": {"n_ctx": 4096}}}),
    ),
    Variant(
        "the window is full at once",
        "is longer than the context window of zoo-1.",
        "larger window",
        1,
        says(
            400,
            {
                "error": {
                    "code": 400,
                    "message": "the request exceeds the available context size",
                    "type": "exceed_context_size_error",
                    "n_prompt_tokens": 9000,
                    "n_ctx": 4096,
                }
            },
        ),
    ),
    Variant(
        "the model is being loaded",
        "failed to answer.",
        "Wait until it has loaded zoo-1",
        69,
        says(
            503,
            {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
            **LATER,
        ),
    ),
)

ANSWERS = (
    Variant(
        "it does not stream",
        "answered in one piece although a stream was asked for.",
        "streams",
        far=says(
            200, {"choices": [{"message": {"role": "assistant", "content": "Hi."}}], "id": "1"}
        ),
    ),
    Variant("it does not say the usage", "", exit=0, far=door(accents=(never,))),
    Variant("it counts no cache", "", exit=0, far=door(accents=(usage_without_details,))),
    Variant(
        "its stream has another label",
        "",
        exit=0,
        far=streams(
            HELLO,
            b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n',
            kind="text/plain",
        ),
    ),
    Variant(
        "it is silent",
        "fell silent: no byte for 1 s",
        far=streams(HELLO, then="silence"),
        entry={"idleTimeout": 1},
    ),
    Variant("it begins slowly", "", exit=0, far=door(comment=b": loading\n\n" * 40)),
    Variant("it says nothing at all", "ended after 0 bytes without its end marker.", far=streams()),
    Variant("its answer is cut off", "without its end marker.", far=streams(HELLO)),
    Variant(
        "it hangs up in mid answer", "hung up in mid answer", far=streams(HELLO, then="hangup")
    ),
    Variant(
        "it says 200 with an error",
        "has no model zoo-1.",
        "`model`",
        78,
        says(200, {"error": {"message": "The model zoo-1 does not exist", "code": 404}}),
    ),
    Variant(
        "it fails", "failed to answer.", "at their end", far=says(500, openai("Oops."), **LATER)
    ),
    Variant(
        "the gateway gives up",
        "failed to answer.",
        "at their end",
        far=says(504, b"<html><title>504 Gateway Time-out</title>", "text/html", **LATER),
    ),
    Variant(
        "it is overloaded",
        "failed to answer.",
        "at their end",
        far=says(529, openai("Overloaded", "overloaded_error"), **LATER),
    ),
    Variant(
        "it refuses a field of the person's own",
        "rejected the request.",
        "take it out there",
        1,
        door(refuses="top_k", unsupported=Refusal(400, openai("Unknown parameter: 'top_k'"))),
        {"extraArgs": {"top_k": 5}},
    ),
)

GROUPS = {
    "settings": SETTINGS,
    "address": ADDRESSES,
    "provider": TYPES,
    "connection": LINES,
    "key": KEYS,
    "model": MODELS,
    "answer": ANSWERS,
}
VARIANTS = {variant.name: variant for group in GROUPS.values() for variant in group}
