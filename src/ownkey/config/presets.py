"""Providers with what an entry for them needs: a start that works, to be changed at will."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ownkey.core.model import WireName

MESSAGES: WireName = "anthropic"
RESPONSES: WireName = "openai"
CHAT: WireName = "generic-chat-completion-api"


class Preset(NamedTuple):
    name: str
    provider: WireName
    base_url: str
    variable: str
    """The environment variable that its own documents keep the key in."""
    model: str
    """One that does coding work well."""

    def entry(self) -> dict[str, Any]:
        """The entry of `customModels`, as the documents write them."""
        return {
            "model": self.model,
            "displayName": f"{self.name} {self.model.rpartition('/')[2]}",
            "baseUrl": self.base_url,
            "apiKey": f"${{{self.variable}}}",
            "provider": self.provider,
        }


PRESETS = (
    Preset(
        "Anthropic", MESSAGES, "https://api.anthropic.com", "ANTHROPIC_API_KEY", "claude-sonnet-5"
    ),
    Preset("OpenAI", RESPONSES, "https://api.openai.com/v1", "OPENAI_API_KEY", "gpt-5.5"),
    Preset(
        "OpenRouter", CHAT, "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "z-ai/glm-5.2"
    ),
    Preset("Groq", CHAT, "https://api.groq.com/openai/v1", "GROQ_API_KEY", "openai/gpt-oss-120b"),
    Preset(
        "Gemini",
        CHAT,
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_API_KEY",
        "gemini-3.1-pro-preview",
    ),
    Preset("DeepSeek", CHAT, "https://api.deepseek.com", "DEEPSEEK_API_KEY", "deepseek-v4-pro"),
    Preset("Mistral", CHAT, "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "devstral"),
    Preset("xAI", RESPONSES, "https://api.x.ai/v1", "XAI_API_KEY", "grok-4.6"),
    Preset("Together", CHAT, "https://api.together.xyz/v1", "TOGETHER_API_KEY", "zai-org/GLM-5.3"),
    Preset(
        "Fireworks",
        CHAT,
        "https://api.fireworks.ai/inference/v1",
        "FIREWORKS_API_KEY",
        "accounts/fireworks/models/glm-5p2",
    ),
    Preset(
        "DeepInfra",
        CHAT,
        "https://api.deepinfra.com/v1/openai",
        "DEEPINFRA_API_KEY",
        "zai-org/GLM-4.7",
    ),
    Preset(
        "Baseten", CHAT, "https://inference.baseten.co/v1", "BASETEN_API_KEY", "zai-org/GLM-5.2"
    ),
    Preset(
        "Hugging Face",
        CHAT,
        "https://router.huggingface.co/v1",
        "HF_TOKEN",
        "openai/gpt-oss-120b:fireworks-ai",
    ),
    Preset("Cerebras", CHAT, "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY", "gpt-oss-120b"),
    Preset(
        "Moonshot", MESSAGES, "https://api.moonshot.ai/anthropic", "MOONSHOT_API_KEY", "kimi-k3"
    ),
    Preset("Z.ai", MESSAGES, "https://api.z.ai/api/anthropic", "ZAI_API_KEY", "glm-5.3"),
    Preset(
        "MiniMax", MESSAGES, "https://api.minimax.io/anthropic", "MINIMAX_API_KEY", "MiniMax-M3"
    ),
)
"""Addresses and models as the providers' documents have them (wire-facts 2). The first one
is the example where no key is found."""


def found(environ: Mapping[str, str]) -> tuple[Preset, ...]:
    """Those whose key is in the environment."""
    return tuple(one for one in PRESETS if environ.get(one.variable, "").strip())


def settings(presets: Iterable[Preset]) -> str:
    """The text of a settings file with an entry for each."""
    return json.dumps({"customModels": [one.entry() for one in presets]}, indent=2)
