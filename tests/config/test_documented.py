"""Every provider that Factory's documents show works from its documented entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ownkey.config.models import find
from ownkey.config.settings import load

Write = Callable[..., Path]

GENERIC = "generic-chat-completion-api"

DOCUMENTED = [
    ("anthropic", "https://api.anthropic.com", "claude-sonnet-4-5-20250929", 8192),
    ("openai", "https://api.openai.com/v1", "gpt-5-codex", 16384),
    (GENERIC, "https://openrouter.ai/api/v1", "openai/gpt-oss-20b", 32000),
    (GENERIC, "http://localhost:11434/v1", "qwen2.5-coder:32b", 16000),
    (GENERIC, "http://localhost:11434/v1/", "qwen3-coder:480b-cloud", 128000),
    ("openai", "http://localhost:1234/v1", "google/gemma-4-e4b", 16000),
    (GENERIC, "https://api.groq.com/openai/v1", "moonshotai/kimi-k2-instruct-0905", 16384),
    (
        GENERIC,
        "https://api.fireworks.ai/inference/v1",
        "accounts/fireworks/models/deepseek-v3p1-terminus",
        20480,
    ),
    (GENERIC, "https://inference.baseten.co/v1", "Qwen/Qwen3-Coder-480B-A35B-Instruct", 8192),
    (GENERIC, "https://api.deepinfra.com/v1/openai", "zai-org/GLM-4.7", 16384),
    (GENERIC, "https://generativelanguage.googleapis.com/v1beta/", "gemini-2.5-pro", 32000),
    (GENERIC, "https://router.huggingface.co/v1", "openai/gpt-oss-120b:fireworks-ai", 32768),
    ("anthropic", "https://api.z.ai/api/anthropic", "glm-4.7", 25344),
    ("anthropic", "https://api.deepseek.com/anthropic", "deepseek-chat", 8192),
]


def documented(provider: str, base_url: str, model: str, tokens: int) -> dict[str, Any]:
    return {
        "displayName": f"{model} [docs]",
        "model": model,
        "baseUrl": base_url,
        "apiKey": "YOUR_API_KEY",
        "provider": provider,
        "maxOutputTokens": tokens,
    }


@pytest.mark.parametrize("row", DOCUMENTED, ids=lambda row: f"{row[1]} {row[2]}")
def test_the_documented_entry_loads_as_it_is(
    row: tuple[str, str, str, int], folder: Path, write: Write
) -> None:
    write({"customModels": [documented(*row)]})
    loaded = load(folder, {})
    assert loaded.diagnostics == ()
    model = find(loaded, f"custom:{row[2]}-[docs]-0")
    assert (model.wire, model.base_url, model.name, model.max_output) == row


def test_all_of_them_stand_in_one_file(folder: Path, write: Write) -> None:
    write({"customModels": [documented(*row) for row in DOCUMENTED]})
    loaded = load(folder, {})
    assert [model.id for model in loaded.models] == [
        f"custom:{row[2]}-[docs]-{index}" for index, row in enumerate(DOCUMENTED)
    ]


def test_ids_are_those_of_the_documents(folder: Path, write: Write) -> None:
    names = ["Kimi K2 [Groq]", "GPT-OSS-20B [OpenRouter]"]
    write({"customModels": [documented(*DOCUMENTED[0]) | {"displayName": name} for name in names]})
    assert [model.id for model in load(folder, {}).models] == [
        "custom:Kimi-K2-[Groq]-0",
        "custom:GPT-OSS-20B-[OpenRouter]-1",
    ]
