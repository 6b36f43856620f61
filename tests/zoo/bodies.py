"""Words and paths that many hosts have in common."""

from __future__ import annotations

from typing import Any

from ownkey.core.model import WireName
from tests.zoo.host import CHAT, MESSAGES, RESPONSES, Refusal

PATHS: dict[WireName, str] = {
    MESSAGES: "/messages",
    RESPONSES: "/responses",
    CHAT: "/chat/completions",
}


def below(base: str, *wires: WireName) -> dict[str, WireName]:
    """The paths of some formats below a base address."""
    return {base + PATHS[wire]: wire for wire in wires}


def openai(words: str, kind: str = "invalid_request_error", **fields: Any) -> dict[str, Any]:
    """An error in OpenAI's shape."""
    return {"error": {"message": words, "type": kind, "param": None, "code": None, **fields}}


def anthropic(kind: str, words: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": words}}


NO_SUCH_MODEL = Refusal(
    404,
    openai(
        "The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
    ),
)
WRONG_KEY = Refusal(401, openai("Incorrect API key provided.", code="invalid_api_key"))
FORBIDDEN_EXTRA = Refusal(
    422,
    {
        "object": "error",
        "message": {
            "detail": [
                {
                    "type": "extra_forbidden",
                    "loc": ["body", "{field}"],
                    "msg": "Extra inputs are not permitted ({words})",
                }
            ]
        },
        "type": "invalid_request_error",
    },
)
UNSUPPORTED = Refusal(400, openai("property '{field}' is unsupported"))
NO_CACHE_FIELDS = "prompt_cache_key store metadata"
