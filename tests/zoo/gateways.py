"""A gateway of one's own that hands on to others: no preset, and yet what many have in between.

LiteLLM's proxy is run by tests/e2e/test_litellm.py alone, where it is installed. This mimics what
that one (1.106.12, with a master key and no database) was seen to say, and else its documents and
users (docs.litellm.ai, "Model Management"; its issue 8821).
"""

from __future__ import annotations

from typing import Any

from tests.zoo.bodies import below, openai
from tests.zoo.host import CHAT, MESSAGES, RESPONSES, Host, Refusal

MODEL = "acme-coder"


def litellm(words: str, kind: str = "None", param: str = "None", code: int = 400) -> dict[str, Any]:
    """Its errors are OpenAI's in shape, with the word None where there is nothing."""
    return {"error": {"message": words, "type": kind, "param": param, "code": str(code)}}


INFO = {
    "data": [
        {
            "model_name": MODEL,
            "litellm_params": {"model": "openai/acme-coder-2"},
            "model_info": {"id": "1f0c", "max_input_tokens": 200000, "supports_vision": False},
        }
    ]
}

GATEWAYS = (
    Host(
        "LiteLLM",
        below("/v1", CHAT, RESPONSES, MESSAGES) | below("", CHAT, RESPONSES),
        Refusal(400, openai("No connected db.", "no_db_connection", code="400")),
        Refusal(
            400,
            openai(
                "/chat/completions: Invalid model name passed in model={model}. Call `/v1/models`"
                " to view available models for your key.",
                code="400",
            ),
        ),
        models="/v1/models",
        row=lambda name: {
            "id": name,
            "object": "model",
            "created": 1677610602,
            "owned_by": "openai",
        },
        missing=Refusal(404, {"detail": "Not Found"}),
        refuses="store metadata",
        unsupported=Refusal(
            400,
            litellm(
                "litellm.UnsupportedParamsError: openai does not support parameters: ['{field}'],"
                " for model=acme-coder-2. To drop these, set `litellm.drop_params=True`."
            ),
        ),
        facts={"/model/info": INFO, "/v1/model/info": INFO},
        note="see above",
    ),
)

ENTRY = {
    "model": MODEL,
    "displayName": "LiteLLM acme-coder",
    "baseUrl": "http://localhost:4000/v1",
    "apiKey": "${LITELLM_API_KEY}",
    "provider": CHAT,
}
