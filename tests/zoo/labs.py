"""The hosts of those who serve models of their own."""

from __future__ import annotations

from tests.zoo import accents, demands
from tests.zoo.bodies import FORBIDDEN_EXTRA, NO_CACHE_FIELDS, anthropic, below, openai
from tests.zoo.host import CHAT, MESSAGES, RESPONSES, Host, Refusal

LABS = (
    Host(
        "Anthropic",
        below("/v1", MESSAGES),
        Refusal(401, anthropic("authentication_error", "invalid x-api-key")),
        Refusal(404, anthropic("not_found_error", "model: {model}")),
        models="/v1/models",
        row=lambda name: {"id": name, "type": "model", "display_name": name},
        missing=Refusal(404, anthropic("not_found_error", "Not Found")),
        header="x-api-key",
        unsupported=Refusal(
            400,
            anthropic("invalid_request_error", "{field}: Extra inputs are not permitted"),
        ),
        accents=(accents.pings,),
        note="wire-facts 1A; recorded: anthropic/error-404-model.json",
    ),
    Host(
        "OpenAI",
        below("/v1", RESPONSES, CHAT),
        Refusal(
            401,
            openai(
                "Incorrect API key provided: test****al-1. You can find your API key at"
                " https://platform.openai.com/account/api-keys.",
                code="invalid_api_key",
            ),
        ),
        Refusal(
            400,
            openai(
                "The requested model '{model}' does not exist.",
                code="model_not_found",
                param="model",
            ),
        ),
        models="/v1/models",
        missing=Refusal(404, openai("Invalid URL ({path})")),
        refuses="max_tokens",
        note="wire-facts 1B, 1C; recorded: openai-responses/error-400-model.json",
    ),
    Host(
        "Gemini",
        below("/v1beta/openai", CHAT),
        Refusal(
            400,
            [
                {
                    "error": {
                        "code": 400,
                        "message": "API key not valid. Please pass a valid API key.",
                        "status": "INVALID_ARGUMENT",
                    }
                }
            ],
        ),
        Refusal(
            404,
            [
                {
                    "error": {
                        "code": 404,
                        "message": "models/{model} is not found for API version v1main, or is"
                        " not supported for generateContent.",
                        "status": "NOT_FOUND",
                    }
                }
            ],
        ),
        models="/v1beta/openai/models",
        row=lambda name: {"id": f"models/{name}", "object": "model", "owned_by": "google"},
        refuses=f"{NO_CACHE_FIELDS} max_completion_tokens",
        unsupported=Refusal(400, [{"error": {"code": 400, "message": "{words}"}}]),
        demands=(demands.signatures_come_back, demands.simple_schemas),
        accents=(
            accents.no_reasoning,
            accents.signed_calls,
            accents.without_an_index,
            accents.usage_without_details,
        ),
        note="wire-facts 2, Gemini compat",
    ),
    Host(
        "DeepSeek",
        below("", CHAT) | below("/v1", CHAT) | below("/anthropic/v1", MESSAGES),
        Refusal(
            401,
            openai(
                "Authentication Fails, Your api key: ****al-1 is invalid",
                "authentication_error",
                code="invalid_request_error",
            ),
        ),
        Refusal(400, openai("Model Not Exist", code="invalid_request_error")),
        models="/models",
        takes="thinking",
        demands=(demands.thoughts_come_back,),
        comment=b": keep-alive\n\n",
        note="wire-facts 2, DeepSeek",
    ),
    Host(
        "Mistral",
        below("/v1", CHAT),
        Refusal(401, {"detail": "Unauthorized"}),
        Refusal(
            400,
            {
                "object": "error",
                "message": "Invalid model: {model}",
                "type": "invalid_model",
                "code": "1500",
            },
        ),
        models="/v1/models",
        row=lambda name: {
            "id": name,
            "object": "model",
            "max_context_length": 262144,
            "capabilities": {"function_calling": True, "vision": False},
        },
        refuses="stream_options store metadata max_completion_tokens reasoning_effort",
        unsupported=FORBIDDEN_EXTRA,
        counts_unasked=True,
        demands=(demands.ids_of_nine, demands.no_user_after_a_tool, demands.named_results),
        accents=(accents.no_reasoning, accents.content_in_lists),
        note="wire-facts 2, Mistral",
    ),
    Host(
        "xAI",
        below("/v1", RESPONSES, CHAT),
        Refusal(
            400,
            {
                "code": "Client specified an invalid argument",
                "error": "Incorrect API key provided: te***-1. You can obtain an API key from"
                " https://console.x.ai.",
            },
        ),
        Refusal(
            404,
            {
                "code": "Some requested entity was not found",
                "error": "The model {model} does not exist or your team does not have access"
                " to it. If you believe this is a mistake, please contact support.",
            },
        ),
        models="/v1/models",
        note="wire-facts 2, xAI",
    ),
    Host(
        "Moonshot",
        below("/v1", CHAT) | below("/anthropic/v1", MESSAGES),
        Refusal(401, openai("Invalid Authentication", "invalid_authentication_error")),
        Refusal(
            404,
            openai("Not found the model {model} or Permission denied", "resource_not_found_error"),
        ),
        models="/v1/models",
        header="x-api-key",
        accents=(accents.counted_at_the_end,),
        note="wire-facts 2, Moonshot",
    ),
    Host(
        "Z.ai",
        below("/api/paas/v4", CHAT) | below("/api/anthropic/v1", MESSAGES),
        Refusal(401, {"error": {"code": "1000", "message": "Authentication Failed"}}),
        Refusal(
            400,
            {"error": {"code": "1211", "message": "Unknown Model, please check the model code."}},
        ),
        missing=Refusal(404, {"status": 404, "error": "Not Found", "path": "{path}"}),
        header="x-api-key",
        demands=(demands.results_together,),
        accents=(accents.counted_at_the_end,),
        note="wire-facts 2, Z.ai: no list of models",
    ),
    Host(
        "MiniMax",
        below("/v1", CHAT) | below("/anthropic/v1", MESSAGES),
        Refusal(
            401,
            anthropic(
                "authentication_error",
                "login fail: Please carry the API secret key in the 'Authorization' field of"
                " the request header (1004)",
            ),
        ),
        Refusal(400, anthropic("invalid_request_error", "unknown model '{model}' (2013)")),
        note="wire-facts 2, MiniMax: the key as a bearer's",
    ),
)
