"""What a model's row in its endpoint's list says, by tables of who writes what where.

A row is read by its fields and not by its host: gateways hand on the rows of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from ownkey.core.figure import Claims
from ownkey.core.price import Rates, Tier
from ownkey.wire import loose
from ownkey.wire.refusals import limit

WINDOWS = (
    "top_provider.context_length",  # OpenRouter: of who answers first (its docs, "Models")
    "context_length",  # OpenRouter, Together, Fireworks, Moonshot, xAI (their "List models")
    "context_window",  # Groq (console.groq.com/docs/models), Vercel (AI Gateway, "REST API")
    "max_context_length",  # Mistral (docs.mistral.ai/api, "List models")
    "max_input_tokens",  # Anthropic (the SDK's `ModelInfo`), LiteLLM
    "max_model_len",  # vLLM, SGLang (docs.vllm.ai, "OpenAI-Compatible Server")
    "metadata.context_length",  # DeepInfra (deepinfra.com/docs, "Models")
    "meta.n_ctx",  # llama.cpp: of one slot; `n_ctx_train` is not what it reads
)
OUTPUTS = (
    "top_provider.max_completion_tokens",  # OpenRouter
    "max_completion_tokens",  # Groq
    "max_output_tokens",  # LiteLLM
    "max_tokens",  # Anthropic, Vercel
    "metadata.max_tokens",  # DeepInfra
)


class Ability(NamedTuple):
    field: str
    """Of `Claims`."""
    path: str
    """Where a yes or no lies, or a list."""
    word: str = ""
    """What the list holds if the model can."""
    complete: bool = True
    """What is missing from the list, the model cannot."""


ABILITIES = (
    # OpenRouter (openrouter.ai/docs, "Models")
    Ability("images", "architecture.input_modalities", "image"),
    Ability("tools", "supported_parameters", "tools"),
    Ability("reasoning", "supported_parameters", "reasoning"),
    # Fireworks (docs.fireworks.ai, "List models")
    Ability("images", "supports_image_input"),
    Ability("tools", "supports_tools"),
    # Mistral (docs.mistral.ai/api, "List models")
    Ability("images", "capabilities.vision"),
    Ability("tools", "capabilities.function_calling"),
    # Moonshot (platform.moonshot.ai/docs/api, "List models")
    Ability("images", "supports_image_in"),
    Ability("reasoning", "supports_reasoning"),
    # Anthropic (the SDK's `ModelCapabilities`)
    Ability("images", "capabilities.image_input.supported"),
    Ability("reasoning", "capabilities.thinking.supported"),
    # xAI (docs.x.ai, "Models")
    Ability("images", "input_modalities", "image"),
    # Vercel (AI Gateway, "REST API"): tags are for finding models
    Ability("images", "tags", "vision", complete=False),
    Ability("tools", "tags", "tool-use", complete=False),
    Ability("reasoning", "tags", "reasoning", complete=False),
    # Ollama (docs.ollama.com/api, "Show model details")
    Ability("images", "capabilities", "vision"),
    Ability("tools", "capabilities", "tools"),
    Ability("reasoning", "capabilities", "thinking"),
)


class Tariff(NamedTuple):
    """How somebody writes prices: a text is dollars for a token, a number `unit` dollars
    for a million."""

    input: str
    output: str
    cache_read: str = ""
    cache_write: str = ""
    cache_write_1h: str = ""
    at: str = "pricing"
    """Where the fields above lie; empty: in the row itself."""
    unit: Decimal = Decimal(1)


TARIFFS = (
    # OpenRouter (openrouter.ai/docs, "Models")
    Tariff("prompt", "completion", "input_cache_read", "input_cache_write", "input_cache_write_1h"),
    # Vercel (AI Gateway, "REST API")
    Tariff("input", "output", "input_cache_read", "input_cache_write"),
    # Together (docs.together.ai, "List all models")
    Tariff("input", "output", "cached_input"),
    # DeepInfra (deepinfra.com/docs, "Models")
    Tariff("input_tokens", "output_tokens", "cache_read_tokens", at="metadata.pricing"),
    # xAI (docs.x.ai, "Models"): cents for a hundred million
    Tariff(
        "prompt_text_token_price",
        "completion_text_token_price",
        "cached_prompt_text_token_price",
        at="",
        unit=Decimal("0.0001"),
    ),
)

LEAST, MOST = Decimal("0.001"), Decimal(10_000)
"""Dollars for a million tokens below and above which a figure is no price of one: it is
written in another unit."""

MILLION = 1_000_000


def read(row: Any, claims: Claims) -> Claims:
    """The claims with all that the row says. What cannot be is not said."""
    window = _tokens(row, WINDOWS)
    output = _tokens(row, OUTPUTS)
    rates, tiers = _prices(row)
    return msgspec.structs.replace(
        claims,
        window=window,
        # A bare `max_tokens` means the window to some: it is believed inside of one.
        max_output=output if window and output and output <= window else None,
        rates=rates,
        tiers=tiers,
        **_abilities(row),
    )


def at(row: Any, path: str) -> Any:
    """What lies at a dotted path, or None."""
    for key in path.split("."):
        row = loose.table(row).get(key)
    return row


def _tokens(row: Any, paths: tuple[str, ...]) -> int | None:
    counts = (loose.count(at(row, path)) for path in paths)
    return next((count for count in counts if limit.LEAST <= count <= limit.MOST), None)


def _abilities(row: Any) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for ability in ABILITIES:
        told = _told(at(row, ability.path), ability)
        if told is not None:
            found.setdefault(ability.field, told)
    return found


def _told(value: Any, ability: Ability) -> bool | None:
    if isinstance(value, bool):
        return value
    if not (isinstance(value, list) and value and ability.word):
        return None
    return True if ability.word in value else False if ability.complete else None


def _prices(row: Any) -> tuple[Rates | None, tuple[Tier, ...]]:
    for tariff in TARIFFS:
        written = loose.table(at(row, tariff.at) if tariff.at else row)
        if rates := _rates(written, tariff):
            return rates, tuple(_tiers(written, tariff, rates))
    return None, ()


def _rates(written: dict[str, Any], tariff: Tariff) -> Rates | None:
    """OpenRouter and Vercel write "0" for what is free, Together 0 for what is not sold by
    the token. Nothing for a cache alone is what lists write that do not know of it."""
    told = _told_rates(written, tariff)
    paid, answered = told.get("input"), told.get("output")
    if paid is None or answered is None or written.get("currency", "USD") != "USD":
        return None
    if paid and answered:
        return Rates(**{kind: rate for kind, rate in told.items() if rate})
    free = paid == answered and isinstance(written[tariff.input], str)
    return Rates(input=0.0, output=0.0) if free else None


def _tiers(written: dict[str, Any], tariff: Tariff, base: Rates) -> Iterator[Tier]:
    """OpenRouter's other prices for long prompts, which name only what changes; those that
    hold for hours of the day are left out."""
    for row in sorted(loose.rows(written.get("overrides")), key=_least):
        if _least(row) and "utc_start" not in row:
            changed = {kind: rate for kind, rate in _told_rates(row, tariff).items() if rate}
            yield Tier(_least(row) - 1, msgspec.structs.replace(base, **changed))


def _least(override: dict[str, Any]) -> int:
    return loose.count(override.get("min_prompt_tokens"))


def _told_rates(written: dict[str, Any], tariff: Tariff) -> dict[str, float]:
    """By the fields of `Rates`, those that are told."""
    figures = ((kind, written.get(getattr(tariff, kind))) for kind in Rates.__struct_fields__)
    rates = ((kind, _dollars(figure, tariff)) for kind, figure in figures)
    return {kind: rate for kind, rate in rates if rate is not None}


def _dollars(value: Any, tariff: Tariff) -> float | None:
    """Dollars for a million tokens. OpenRouter's "-1" is a price that depends on the model
    it picks."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        amount = Decimal(str(value)) * (MILLION if isinstance(value, str) else tariff.unit)
    except (ArithmeticError, ValueError):
        return None
    if not amount.is_finite() or not (amount == 0 or LEAST <= amount <= MOST):
        return None
    return float(amount)
