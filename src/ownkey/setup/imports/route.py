"""LiteLLM's names of models, `PROVIDER/MODEL`, which aider uses too.

https://docs.litellm.ai/docs/providers, https://docs.litellm.ai/docs/providers/openai_compatible.
"""

from __future__ import annotations

import re

import msgspec

from ownkey.config.presets import CHAT, MESSAGES
from ownkey.core.model import WireName
from ownkey.setup.imports import hosts

COMPATIBLE = frozenset(
    {"openai", "custom_openai", "hosted_vllm", "litellm_proxy", "lm_studio", "llamafile"}
)
"""Prefixes that leave the address to `api_base` and speak Chat Completions."""

OLLAMA = ("ollama", "ollama_chat")
OLLAMA_URL = "http://localhost:11434"

_MAKERS = ((re.compile(r"claude-"), "anthropic"), (re.compile(r"(gpt|chatgpt|o\d)"), "openai"))
"""Names without a prefix that say whose they are."""


class Route(msgspec.Struct, frozen=True):
    """Where a name leads."""

    provider: WireName
    base_url: str
    model: str
    variable: str = ""
    """Where the key is expected."""


def route(name: str, api_base: str = "") -> Route | None:
    """None for a name that leads to no address, or to a format we do not speak."""
    prefix, slash, model = name.partition("/")
    if not slash:
        model = name
        prefix = next((maker for starts, maker in _MAKERS if starts.match(name)), "")
    if not model:
        return None
    if prefix in OLLAMA:
        return Route(CHAT, f"{(api_base or OLLAMA_URL).rstrip('/')}/v1", model)
    preset = hosts.preset(prefix)
    variable = preset.variable if preset else ""
    if api_base and prefix == "anthropic":
        return Route(MESSAGES, api_base, model, variable)
    if api_base and (prefix in COMPATIBLE or preset):
        return Route(CHAT, api_base, model, variable)
    if preset:
        return Route(preset.provider, preset.base_url, model, variable)
    return None
