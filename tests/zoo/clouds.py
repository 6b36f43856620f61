"""The hosts of those who serve other people's models."""

from __future__ import annotations

from tests.zoo import accents
from tests.zoo.bodies import NO_CACHE_FIELDS, NO_SUCH_MODEL, UNSUPPORTED, below, openai
from tests.zoo.host import CHAT, MESSAGES, RESPONSES, Host, Refusal

CLOUDS = (
    Host(
        "OpenRouter",
        below("/api/v1", CHAT, RESPONSES, MESSAGES),
        Refusal(401, {"error": {"message": "No auth credentials found", "code": 401}}),
        Refusal(400, {"error": {"message": "{model} is not a valid model ID", "code": 400}}),
        models="/api/v1/models",
        row=lambda name: {
            "id": name,
            "context_length": 202752,
            "architecture": {"input_modalities": ["text"]},
            "supported_parameters": ["tools", "reasoning"],
            "pricing": {"prompt": "0.0000006", "completion": "0.0000022"},
        },
        takes="reasoning usage provider",
        refuses="max_completion_tokens",
        memory="reasoning_details",
        accents=(accents.reasoning_in_details, accents.usage_with_its_cost),
        comment=b": OPENROUTER PROCESSING\n\n",
        note="wire-facts 1C, 2; recorded: openrouter/",
    ),
    Host(
        "Groq",
        below("/openai/v1", CHAT, RESPONSES),
        Refusal(401, openai("Invalid API Key", code="invalid_api_key")),
        NO_SUCH_MODEL,
        models="/openai/v1/models",
        row=lambda name: {"id": name, "object": "model", "context_window": 131072, "active": True},
        missing=Refusal(
            404, openai("Unknown request URL: {path}. Please check the URL", code="unknown_url")
        ),
        refuses=NO_CACHE_FIELDS,
        unsupported=UNSUPPORTED,
        memory="reasoning",
        accents=(accents.reasoning_elsewhere("reasoning"), accents.usage_of_groq),
        note="wire-facts 2, Groq; recorded: groq/",
    ),
    Host(
        "Fireworks",
        below("/inference/v1", CHAT, RESPONSES, MESSAGES),
        Refusal(
            401,
            openai(
                "The API key you provided is invalid.", "invalid_request_error", code="UNAUTHORIZED"
            ),
        ),
        Refusal(
            404,
            openai(
                "Model not found, inaccessible, and/or not deployed",
                "invalid_request_error",
                code="NOT_FOUND",
            ),
        ),
        models="/inference/v1/models",
        row=lambda name: {"id": name, "context_length": 202752, "supports_tools": True},
        missing=Refusal(404, {"error": "Path not found: {path}"}),
        note="wire-facts 2, Fireworks",
    ),
    Host(
        "DeepInfra",
        below("/v1/openai", CHAT) | below("/anthropic/v1", MESSAGES),
        Refusal(401, {"detail": {"error": "User is not authenticated"}}),
        Refusal(
            404,
            {"error": {"message": "The model `{model}` does not exist", "code": "model_not_found"}},
        ),
        models="/v1/openai/models",
        row=lambda name: {"id": name, "metadata": {"context_length": 202752, "max_tokens": 65536}},
        missing=Refusal(404, {"detail": "Not Found"}),
        refuses=NO_CACHE_FIELDS,
        note="wire-facts 2, DeepInfra",
    ),
    Host(
        "Baseten",
        below("/v1", CHAT),
        Refusal(401, {"error": "Unauthorized"}),
        Refusal(404, {"error": "Model {model} not found"}),
        models="/v1/models",
        takes="chat_template_args",
        refuses=NO_CACHE_FIELDS,
        note="wire-facts 2, Baseten",
    ),
    Host(
        "Hugging Face",
        below("/v1", CHAT, RESPONSES),
        Refusal(401, {"error": "Invalid username or password."}),
        Refusal(
            400,
            openai(
                "The requested model '{model}' does not exist",
                code="model_not_found",
                param="model",
            ),
        ),
        models="/v1/models",
        row=lambda name: {
            "id": name.partition(":")[0],
            "providers": [{"provider": "fireworks-ai", "status": "live", "supports_tools": True}],
        },
        refuses=NO_CACHE_FIELDS,
        memory="reasoning",
        accents=(accents.reasoning_elsewhere("reasoning"), accents.usage_without_details),
        note="wire-facts 2, HF router; recorded: huggingface/",
    ),
    Host(
        "Together",
        below("/v1", CHAT),
        Refusal(401, openai("Invalid API key provided.", code="invalid_api_key")),
        Refusal(
            404,
            openai(
                "Unable to access model {model}. Please visit https://api.together.ai/models to"
                " view the list of supported models.",
                code="model_not_available",
            ),
        ),
        models="/v1/models",
        row=lambda name: {
            "id": name,
            "context_length": 202752,
            "pricing": {"input": 0.6, "output": 2.2},
        },
        bare=True,
        takes="reasoning",
        refuses=f"{NO_CACHE_FIELDS} max_completion_tokens",
        memory="reasoning",
        accents=(accents.reasoning_elsewhere("reasoning"),),
        note="wire-facts 2, Together",
    ),
    Host(
        "Cerebras",
        below("/v1", CHAT),
        Refusal(
            401,
            {
                "message": "Wrong API Key",
                "type": "invalid_request_error",
                "param": "api_key",
                "code": "wrong_api_key",
            },
        ),
        Refusal(
            404,
            {
                "message": "Model {model} does not exist or you do not have access to it.",
                "type": "not_found_error",
                "param": "model",
                "code": "model_not_found",
            },
        ),
        models="/v1/models",
        refuses=f"{NO_CACHE_FIELDS} parallel_tool_calls",
        unsupported=Refusal(400, {"message": "body.{field}: property '{field}' is unsupported"}),
        memory="",
        accents=(accents.reasoning_elsewhere("reasoning"),),
        note="wire-facts 2, Cerebras",
    ),
    Host(
        "Azure OpenAI",
        below("/openai/v1", RESPONSES, CHAT),
        Refusal(
            401,
            {
                "error": {
                    "code": "401",
                    "message": "Access denied due to invalid subscription key or wrong API"
                    " endpoint. Make sure to provide a valid key for an active subscription.",
                }
            },
        ),
        Refusal(
            404,
            {
                "error": {
                    "code": "DeploymentNotFound",
                    "message": "The API deployment for this resource does not exist. If you"
                    " created the deployment within the last 5 minutes, please wait a moment"
                    " and try again.",
                }
            },
        ),
        models="/openai/v1/models",
        missing=Refusal(404, {"error": {"code": "404", "message": "Resource not found"}}),
        refuses="max_tokens",
        note="wire-facts 2, Azure",
    ),
)
