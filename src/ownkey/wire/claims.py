"""What an endpoint says of a model in the list of its models.

Every host has fields of its own. Where each figure stands is a table; what is not there, or
cannot be what it claims to be, is not said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from ownkey.core.figure import Claims
from ownkey.core.model import Model
from ownkey.core.price import Rates
from ownkey.wire import address, look, loose, refusal

PATIENCE = 5.0
"""Seconds for the list, which may be long."""

WINDOW = (
    "context_length",  # OpenRouter, Together, Fireworks, Moonshot, Vercel
    "context_window",  # Groq, Vercel
    "max_context_length",  # Mistral
    "max_model_len",  # vLLM, SGLang
    "max_input_tokens",  # Anthropic
    "metadata.context_length",  # DeepInfra
)

MAX_OUTPUT = (
    "top_provider.max_completion_tokens",  # OpenRouter
    "max_completion_tokens",  # Groq
    "metadata.max_tokens",  # DeepInfra
    "max_tokens",  # Anthropic, Vercel
)

IMAGES = (
    "supports_image_input",  # Fireworks
    "supports_image_in",  # Moonshot
    "capabilities.vision",  # Mistral
    "capabilities.image_input.supported",  # Anthropic
)

TOOLS = (
    "supports_tools",  # Fireworks
    "capabilities.function_calling",  # Mistral
)

REASONING = (
    "supports_reasoning",  # Moonshot
    "capabilities.thinking.supported",  # Anthropic
)

INPUTS = "architecture.input_modalities"
PARAMETERS = "supported_parameters"
"""Lists of OpenRouter's (openrouter.ai/docs, "List available models")."""


class Pricing(NamedTuple):
    """Where one host says its prices, and of how many tokens."""

    input: str
    output: str
    cache_read: str
    cache_write: str
    tokens: int
    text: bool = False
    """Whether they are texts; else they are numbers."""


PRICES = (
    # OpenRouter; -1 where it depends on the model it chooses
    Pricing(
        "pricing.prompt",
        "pricing.completion",
        "pricing.input_cache_read",
        "pricing.input_cache_write",
        tokens=1,
        text=True,
    ),
    # Vercel's gateway (vercel.com/docs/ai-gateway)
    Pricing(
        "pricing.input",
        "pricing.output",
        "pricing.input_cache_read",
        "pricing.input_cache_write",
        tokens=1,
        text=True,
    ),
    # Together (docs.together.ai, "List all models")
    Pricing("pricing.input", "pricing.output", "pricing.cached_input", "", tokens=1_000_000),
    # DeepInfra (deepinfra.com/docs, "Model list")
    Pricing(
        "metadata.pricing.input_tokens",
        "metadata.pricing.output_tokens",
        "metadata.pricing.cache_read_tokens",
        "",
        tokens=1_000_000,
    ),
)


async def ask(sender: look.Sender, model: Model, *, near: bool) -> Claims | None:
    """What the endpoint says of this model. None: nothing, or not in time. `near`: it may be
    an Ollama."""
    url = address.endpoint(model.wire, model.base_url, "/models")
    try:
        async with asyncio.timeout(PATIENCE):
            document = await look.document(sender, model, url)
            if said := read(document, model.name, _shown(url, model)):
                return said
            return await _shown_by_ollama(sender, model) if near else None
    except TimeoutError:
        return None


async def _shown_by_ollama(sender: look.Sender, model: Model) -> Claims | None:
    """Its list names the models alone. What it says of the window is what the model was made
    for, not what it has loaded (docs/api.md, "Show Model Information")."""
    listed = address.endpoint(model.wire, model.base_url, "/models")
    url = urlsplit(listed)._replace(path="/api/show").geturl()
    question = msgspec.json.encode({"model": model.name})
    can = loose.table(await look.document(sender, model, url, question)).get("capabilities")
    if not isinstance(can, list):
        return None
    return Claims(
        source=_shown(url, model),
        images="vision" in can,
        tools="tools" in can,
        reasoning="thinking" in can,
    )


def _shown(url: str, model: Model) -> str:
    return refusal.veiled(refusal.shown(url), model)


def read(document: Any, name: str, source: str) -> Claims | None:
    """The claims about `name` in a list of models, that stands by itself or as `data`."""
    listed = document if isinstance(document, list) else loose.table(document).get("data")
    row = look.row(listed, name)
    claims = Claims(
        source=source,
        window=loose.found(row, *WINDOW) or None,
        max_output=loose.found(row, *MAX_OUTPUT) or None,
        images=_ability(row, IMAGES, INPUTS, "image"),
        tools=_ability(row, TOOLS, PARAMETERS, "tools"),
        reasoning=_ability(row, REASONING, PARAMETERS, "reasoning"),
        rates=next((rates for one in PRICES if (rates := _rates(row, one))), None),
    )
    return None if claims == Claims(source=source) else claims


def _ability(row: dict[str, Any], paths: Iterable[str], listed: str, word: str) -> bool | None:
    for path in paths:
        if isinstance(said := _at(row, path), bool):
            return said
    words = _at(row, listed)
    return word in words if isinstance(words, list) else None


def _rates(row: dict[str, Any], where: Pricing) -> Rates | None:
    """A free model is one where every price is zero; elsewhere zero means not filled in."""
    told = (where.input, where.output, where.cache_read, where.cache_write)
    prices = [_price(_at(row, path), where) for path in told]
    if prices[0] is None or prices[1] is None:
        return None
    read, write = (price or None for price in prices[2:])
    return Rates(input=prices[0], output=prices[1], cache_read=read, cache_write=write)


def _price(said: Any, where: Pricing) -> float | None:
    """US dollars for a million tokens."""
    if where.text:
        try:
            said = float(said) if isinstance(said, str) else None
        except ValueError:
            return None
    amount = loose.dollars(said)
    return None if amount is None else round(amount * 1_000_000 / where.tokens, 9)


def _at(row: dict[str, Any], path: str) -> Any:
    found: Any = row
    for key in path.split("."):
        found = loose.table(found).get(key)
    return found
