"""The hosts of all presets, each as its documents and its users describe it."""

from __future__ import annotations

from typing import Any

from ownkey.core.model import WireName
from tests.zoo import accents, demands
from tests.zoo.host import CHAT, MESSAGES, RESPONSES, Host, Refusal

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
        accents=(accents.no_reasoning, accents.signed_calls, accents.usage_without_details),
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

OLLAMA = Host(
    "Ollama",
    below("/v1", CHAT, RESPONSES, MESSAGES),
    WRONG_KEY,
    Refusal(404, openai('model "{model}" not found, try pulling it first', "not_found_error")),
    models="/v1/models",
    row=lambda name: {"id": name, "object": "model", "owned_by": "library"},
    missing=Refusal(404, "404 page not found"),
    header="",
    refuses="max_completion_tokens",
    memory="reasoning",
    demands=(demands.words_as_strings,),
    accents=(accents.reasoning_elsewhere("reasoning"), accents.usage_without_details),
    facts={
        "/api/version": {"version": "0.13.3"},
        "/api/ps": {"models": []},
        "/api/show": {"capabilities": ["completion", "tools", "thinking"]},
    },
    note="wire-facts 2, Ollama",
)

LOCALS = (
    OLLAMA,
    OLLAMA._replace(preset="Ollama Cloud"),
    Host(
        "LM Studio",
        below("/v1", CHAT, RESPONSES, MESSAGES),
        WRONG_KEY,
        Refusal(
            400,
            openai(
                'Invalid model identifier "{model}". Please specify a valid downloaded model.',
                code="model_not_found",
                param="model",
            ),
        ),
        models="/v1/models",
        missing=Refusal(200, {"error": "Unexpected endpoint or method. ({path})"}),
        header="",
        accents=(),
        facts={"/api/v0/models": {"data": [{"id": "loaded-1", "loaded_context_length": 65536}]}},
        note="wire-facts 2, LM Studio",
    ),
    Host(
        "llama.cpp",
        below("/v1", CHAT, RESPONSES, MESSAGES) | below("", CHAT),
        Refusal(401, openai("Invalid API Key", "authentication_error", code=401)),
        NO_SUCH_MODEL,
        models="/v1/models",
        row=lambda name: {"id": name, "meta": {"n_ctx_train": 131072, "n_ctx": 65536}},
        missing=Refusal(404, openai("File Not Found", "not_found_error", code=404)),
        header="",
        unsupported=Refusal(500, openai("{words}", "server_error", code=500)),
        takes="chat_template_kwargs",
        demands=(demands.typed_schemas,),
        facts={"/props": {"default_generation_settings": {"n_ctx": 65536}}},
        note="wire-facts 2, llama.cpp; recorded: local/",
    ),
    Host(
        "vLLM",
        below("/v1", CHAT, RESPONSES, MESSAGES),
        Refusal(401, {"error": "Unauthorized"}),
        Refusal(404, openai("The model `{model}` does not exist.", "NotFoundError", code=404)),
        models="/v1/models",
        row=lambda name: {"id": name, "object": "model", "max_model_len": 131072},
        missing=Refusal(404, {"detail": "Not Found"}),
        header="",
        refuses="max_completion_tokens",
        takes="chat_template_kwargs",
        memory="reasoning",
        accents=(accents.reasoning_elsewhere("reasoning"), accents.nulls_everywhere),
        note="wire-facts 2, vLLM",
    ),
)

HOSTS = {host.preset: host for host in (*LABS, *CLOUDS, *LOCALS)}
