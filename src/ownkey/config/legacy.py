"""The older `config.json`: the same entries in snake case, without variables."""

from __future__ import annotations

from ownkey.config.entries import Dialect

LEGACY = Dialect(
    list="custom_models",
    spelling={
        "model": "model",
        "displayName": "model_display_name",
        "baseUrl": "base_url",
        "apiKey": "api_key",
        "provider": "provider",
        "maxOutputTokens": "max_tokens",
        "supportsImages": "supports_images",
        "extraArgs": "extra_args",
        "extraHeaders": "extra_headers",
        "reasoningEffort": "reasoning_effort",
    },
    expands=False,
)
