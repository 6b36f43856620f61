"""What is wrong with an entry: the file, the address, the provider, the key."""

from __future__ import annotations

from tests.zoo.bodies import below, openai
from tests.zoo.host import CHAT, KEY, MESSAGES, RESPONSES, Answer
from tests.zoo.variant import PAGE, Always, Variant, door, says

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
        '"baseUrl": "http://{far}/chat/completions"',
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
        added="",
    ),
    Variant(
        "the scheme is unknown",
        "baseUrl starts with htp://",
        "https://",
        78,
        entry={"baseUrl": "htp://{far}/v1"},
        added="The address starts with htp://",
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
        added="",
    )
    for right, wrong in (
        (CHAT, RESPONSES),
        (CHAT, MESSAGES),
        (RESPONSES, CHAT),
        (MESSAGES, CHAT),
        (MESSAGES, RESPONSES),
    )
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
