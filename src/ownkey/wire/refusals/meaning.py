"""What a refusal means, as two tables.

`MEANINGS` tells by the words, which say more than the number does (a spent budget is a
429 like any other), and `STATUSES` by the number.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ownkey.core.errors import (
    BadCall,
    BadRequest,
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


def meaning(status: int, text: str) -> type[ProviderError]:
    """The class of error that `status` stands for when it comes with `text`."""
    for row in MEANINGS:
        if status not in row.unless and row.words.search(text):
            return row.kind
    return STATUSES.get(status) or HUNDREDS.get(status // 100, WrongAddress)


class Meaning(NamedTuple):
    """What some words mean, if they come with one of some statuses."""

    kind: type[ProviderError]
    words: re.Pattern[str]
    unless: frozenset[int] = frozenset()
    """Statuses that mean something else whatever the words are."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


MEANINGS = (
    # Groq's, which quotes what the model wrote: no word of that means anything here.
    Meaning(BadCall, _any(r"tool_use_failed")),
    # A provider that says when to come back is not out of credit, whatever else it says:
    # Gemini words its per-minute limit as a quota, OpenRouter sends 402 for a full queue.
    Meaning(
        RateLimited,
        _any(r"(?:retry|try again) (?:in|after) \d", r"in_flight_budget"),
        unless=frozenset({401, 413, 500, 502, 503, 529}),
    ),
    Meaning(
        OutOfCredit,
        _any(
            r"insufficient[_ ](?:quota|balance|credit|fund)",
            r"exceeded your current quota",
            r"credit balance is too low",
            r"billing[_ ](?:error|hard|details|not)",
            r"enable billing",
            r"out of credit",
            r"payment required",
            r"spend(?:ing)? limit",
            r"usage_not_included",
        ),
        unless=frozenset({401, 404, 413}),
    ),
    # Before the context window: "too many tokens per minute" is not a prompt too long,
    # and compacting does not help (wire-facts 6.27). Groq's 413 does say a size.
    Meaning(
        RateLimited,
        _any(
            r"rate[-_ ]?limit",
            r"too many requests",
            r"throttl",
            r"tokens? per (?:minute|day|hour)",
            r"resource_?exhausted",
        ),
        unless=frozenset({401, 404, 413}),
    ),
    Meaning(
        TooLarge,
        _any(
            r"request_too_large",
            r"(?:request|payload|entity) (?:entity )?too large",
            r"too many images",
            r"request contains \d+ images",
        ),
        unless=frozenset({401, 404}),
    ),
    Meaning(
        TooLong,
        _any(
            r"(?:prompt|input) (?:is )?too long",
            r"exceed_context_size",
            r"model_context_window_exceeded",
            r"context[_ ]length[_ ]exceeded",
            r"exceed(?:s|ed)? (?:the |max |model's )*"
            r"(?:context (?:length|window)|maximum context length|available context size"
            r"|model token limit|limit of \d+)",
            r"exceeded model token limit",
            r"context window exceeds",
            r"exceed context limit: \d",
            r"input token count .*exceeds the maximum",
            r"maximum (?:prompt length|context length|allowed input length) (?:is|of) \d+",
            r"context length is only \d+",
            r"reduce the length of the messages",
            r"(?:longer|greater) than the (?:model's )?context length",
            r"too large for model with \d+ maximum context",
            r"requested \d+ output tokens",
            r"prompt contains .*\d+ input tokens",
            r"tokens in request more than max tokens allowed",
            r"prompt has \d+ tokens, but the configured context size",
            r"range of input length should be",
        ),
        unless=frozenset({401, 404, 429}),
    ),
    # Ollama; OpenRouter; others; vLLM and llama.cpp, whose words name the option to start with.
    Meaning(
        NoTools,
        _any(
            r"does not support (?:tools|tool us(?:e|age)|(?:tool|function)[ _-]call(?:s|ing))\b",
            r"no endpoints found that support tool use",
            r"(?<!parallel )(?:tools|tool use|(?:tool|function) calling) (?:is|are) not supported",
            r"tool choice requires --enable-auto-tool-choice",
            r"tools? (?:param )?requires --jinja",
        ),
        unless=frozenset({401, 429}),
    ),
    Meaning(
        UnknownModel,
        _any(
            r"model[_ ]not[_ ](?:found|exist)",
            r"not_found_error model:",
            r"(?:unknown|no such|invalid) model\b(?! ?[_-])",
            r"\bmodel\b.{0,120}(?:does not exist|not found|is not a valid model)",
            r"is not a valid model",
            r"no endpoints found",
            r"models/\S+ is not found",  # Gemini
            r"not found the model",  # Moonshot
            r"unable to access model",  # Together
            r"deployment_?not_?found|deployment for this resource does not exist",  # Azure
        ),
        unless=frozenset({401, 429}),
    ),
    Meaning(
        WrongAddress,
        _any(
            r"unexpected endpoint",
            r"no route (?:for|matched)",
            r"request (?:was sent )?to (?:an )?https",
        ),
    ),
    Meaning(
        KeyRefused,
        _any(
            r"(?:invalid|incorrect)[_ ](?:x-)?api[-_ ]key",
            r"api[_ ]key[_ ](?:not valid|invalid|is invalid)",
            r"authentication_error",
            r"no auth credentials",
            r"no_db_connection",  # LiteLLM without a database, of each key but the master's
        ),
        unless=frozenset({404, 429}),
    ),
    Meaning(
        ContentRefused,
        _any(
            r"content[_ ](?:filter|policy|management policy)",
            r"moderation",
            r"flagged",
            r"bio_policy",
            r"data_?inspection_?failed",
        ),
        unless=frozenset({401, 404, 429}),
    ),
    # llama.cpp says so with status 500, and says it again as often as it is asked.
    Meaning(BadRequest, _any(r"image input is not supported"), unless=frozenset({401, 429})),
    Meaning(
        Overloaded,
        _any(r"overloaded", r"server_error", r"temporarily unavailable", r"please retry"),
        unless=frozenset({401, 404, 413, 429}),
    ),
)
"""The first that fits holds, so the exceptions stand before the rules (wire-facts 1D)."""

STATUSES: dict[int, type[ProviderError]] = {
    401: KeyRefused,
    402: OutOfCredit,
    403: NoAccess,
    404: WrongAddress,
    405: WrongAddress,
    406: WrongAddress,
    408: Overloaded,
    409: Overloaded,  # both SDKs retry a conflict
    410: WrongAddress,
    413: TooLarge,
    424: Overloaded,
    425: Overloaded,
    429: RateLimited,
    451: NoAccess,
    498: Overloaded,  # Groq: flex capacity
    499: Overloaded,
    501: WrongAddress,
}
"""The rest by hundreds: 3xx WrongAddress, 4xx BadRequest, 5xx Overloaded."""

HUNDREDS = {2: WrongAddress, 3: WrongAddress, 4: BadRequest, 5: Overloaded}

TYPES = {
    "invalid_request_error": 400,
    "invalid_prompt": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "api_error": 500,
    "server_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""Error types of Messages and Responses, and the status each comes with outside streams."""

WORDS: dict[type[ProviderError], tuple[str, str]] = {
    KeyRefused: ("{host} refused the key.", "Check the key, which came from {key}."),
    NoAccess: (
        "{host} does not let this key use {model}.",
        "Check what the account behind the key from {key} may use, and from where.",
    ),
    UnknownModel: (
        "{host} has no model {model}.",
        "Check `model` in {entry}: it is sent as it stands.",
    ),
    WrongAddress: (
        "There is no model API at {url}.",
        "Check `provider` and `baseUrl` in {entry}: OpenAI-style addresses mostly end in /v1.",
    ),
    BadRequest: (
        "{host} rejected the request.",
        "If it names a field, set or remove that field with `extraArgs` in {entry}.",
    ),
    BadCall: (
        "{host} could not read the call of a tool that {model} wrote.",
        "Try again, or use another model.",
    ),
    NoTools: (
        "{model} at {host} takes no tools.",
        "Use another model, or --only-tools '' to talk to this one without tools.",
    ),
    TooLong: (
        "The conversation is longer than the context window of {model}.",
        "Start a new session, or use a model with a larger window.",
    ),
    TooLarge: (
        "The request is larger than {host} accepts.",
        "Start a new session, or send fewer and smaller images.",
    ),
    RateLimited: (
        "{host} limits how often this key may ask.",
        "Wait, or use another model.",
    ),
    OutOfCredit: (
        "The account behind the key at {host} is out of credit or quota.",
        "Add credit there, or use another model. The key came from {key}.",
    ),
    Overloaded: ("{host} failed to answer.", "This is at their end: try again, or another model."),
    ContentRefused: (
        "The filter of {host} refused the request.",
        "Put the request differently, or use another model.",
    ),
}
"""What happened and the one thing to do; `{…}` is filled in by `refusal.placed`."""


class Cure(NamedTuple):
    """What to do where the words tell more than the class of the error does."""

    kind: type[ProviderError]
    words: re.Pattern[str]
    hint: str


CURES = (
    # LiteLLM 1.106.12, asked
    Cure(
        KeyRefused,
        _any(r"no_db_connection"),
        "LiteLLM takes its master key alone where it has no database. Check the key, which came"
        " from {key}.",
    ),
    # Ollama
    Cure(
        UnknownModel,
        _any(r"try pulling it"),
        "Pull it: ollama pull {model}. Or check `model` in {entry}: it is sent as it stands.",
    ),
    # vLLM (docs.vllm.ai, "Tool Calling"); llama.cpp (tools/server/README.md)
    Cure(
        NoTools,
        _any(r"--enable-auto-tool-choice"),
        "Start the server with --enable-auto-tool-choice and the --tool-call-parser of {model}.",
    ),
    Cure(NoTools, _any(r"--jinja"), "Start llama-server with --jinja."),
    # llama.cpp, vLLM behind a gateway, Hugging Face
    Cure(Overloaded, _any(r"loading"), "Wait until it has loaded {model}, then try again."),
    # Go's servers; nginx
    Cure(
        WrongAddress,
        _any(r"request (?:was sent )?to (?:an )?https"),
        "Write https:// into `baseUrl` in {entry}.",
    ),
)


def explained(kind: type[ProviderError], text: str) -> tuple[str, str]:
    """What happened and the one thing to do, for a class of error with these words."""
    what, hint = WORDS[kind]
    cures = (cure.hint for cure in CURES if cure.kind is kind and cure.words.search(text))
    return what, next(cures, hint)
