"""Servers of one's own."""

from __future__ import annotations

from tests.zoo import accents, demands
from tests.zoo.bodies import NO_SUCH_MODEL, WRONG_KEY, below, openai
from tests.zoo.host import CHAT, MESSAGES, RESPONSES, Host, Refusal

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
        accents=(accents.ended_by("end"),),
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
