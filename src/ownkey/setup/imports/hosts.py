"""The providers that other programs know by a name of their own, as presets of ours."""

from __future__ import annotations

import re

from ownkey.config.presets import PRESETS, Preset
from ownkey.core import origin

HOSTS = {
    "anthropic": "api.anthropic.com",
    "baseten": "inference.baseten.co",
    "cerebras": "api.cerebras.ai",
    "deepinfra": "api.deepinfra.com",
    "deepseek": "api.deepseek.com",
    "fireworks": "api.fireworks.ai",
    "fireworksai": "api.fireworks.ai",
    "gemini": "generativelanguage.googleapis.com",
    "google": "generativelanguage.googleapis.com",
    "groq": "api.groq.com",
    "huggingface": "router.huggingface.co",
    "minimax": "api.minimax.io",
    "mistral": "api.mistral.ai",
    "moonshot": "api.moonshot.ai",
    "moonshotai": "api.moonshot.ai",
    "openai": "api.openai.com",
    "openrouter": "openrouter.ai",
    "together": "api.together.xyz",
    "togetherai": "api.together.xyz",
    "xai": "api.x.ai",
    "zai": "api.z.ai",
}
"""By the ids of models.dev (opencode, crush and pi use these) and the prefixes of LiteLLM,
https://docs.litellm.ai/docs/providers; case, `-`, `_` and `.` do not count."""

_SILENT = re.compile(r"[-_. ]")


def preset(name: str) -> Preset | None:
    """The preset of a provider that is called so elsewhere."""
    host = HOSTS.get(_SILENT.sub("", name.lower()), "")
    return _on(host)


def preset_at(base_url: str) -> Preset | None:
    """The preset of the provider behind an address. On one's own machine, anybody may be."""
    return None if origin.is_near(base_url) else _on(origin.host_of(base_url))


def _on(host: str) -> Preset | None:
    if not host:
        return None
    return next((one for one in PRESETS if origin.host_of(one.base_url) == host), None)
