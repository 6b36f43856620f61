"""Where LiteLLM's names of models lead."""

from __future__ import annotations

import pytest

from ownkey.setup.imports.hosts import HOSTS, preset
from ownkey.setup.imports.route import route

GATEWAY = "https://gw.example.com/v1"


@pytest.mark.parametrize(
    ("name", "base", "led"),
    [
        ("openai/big", GATEWAY, ("generic-chat-completion-api", GATEWAY, "big")),
        ("openai/gpt-5.5", "", ("openai", "https://api.openai.com/v1", "gpt-5.5")),
        ("gpt-5.5", "", ("openai", "https://api.openai.com/v1", "gpt-5.5")),
        ("anthropic/x", GATEWAY, ("anthropic", GATEWAY, "x")),
        ("claude-sonnet-5", "", ("anthropic", "https://api.anthropic.com", "claude-sonnet-5")),
        (
            "ollama/qwen3:8b",
            "",
            ("generic-chat-completion-api", "http://localhost:11434/v1", "qwen3:8b"),
        ),
        ("hosted_vllm/a/b", GATEWAY, ("generic-chat-completion-api", GATEWAY, "a/b")),
        ("hosted_vllm/a/b", "", None),
        ("bedrock/claude", "", None),
        ("something", "", None),
        ("openai/", "", None),
        ("", "", None),
    ],
)
def test_a_name_leads_to_a_format_an_address_and_a_model(
    name: str, base: str, led: tuple[str, str, str] | None
) -> None:
    found = route(name, base)
    assert (found and (found.provider, found.base_url, found.model)) == led


@pytest.mark.parametrize("name", HOSTS)
def test_every_name_of_a_provider_is_one_of_our_presets(name: str) -> None:
    assert preset(name)
