"""The length of context that a refusal names, read from the provider's words."""

from __future__ import annotations

import re

LEAST = 256
MOST = 100_000_000
"""Tokens below and above which a figure is no context window."""

_N = r"(\d[\d,_]*)"

PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"tokens? > {_N} maximum",  # Anthropic
        rf"exceed context limit: \d+ \+ \d+ > {_N}",  # Anthropic, with the room for the answer
        rf"maximum (?:context|prompt|allowed input) length (?:is|of) {_N}",  # OpenAI, vLLM, xAI
        rf"exceeds (?:the )?maximum context length \({_N}",
        rf"maximum number of tokens allowed \({_N}",  # Gemini
        rf"(?:model's context length|available context size) \({_N}",  # SGLang, llama.cpp
        rf"\bn_ctx\b\D{{0,5}}{_N}",  # llama.cpp
        rf"exceeds the limit of {_N}",  # Copilot
        rf"exceeded model token limit:? {_N}",  # Moonshot
        rf"too large for model with {_N} maximum context",  # Mistral
        rf"context length is only {_N}",  # LM Studio, vLLM
        rf"configured context size is {_N}",
        rf"range of input length should be \[\d+, {_N}\]",  # DashScope
        rf"input tokens, limit is {_N}",  # Vercel
    )
)
"""How providers name it (wire-facts 1D; their first group is the figure). What was sent is
often named beside it, so no number is taken by its place alone."""


def named(words: str) -> int | None:
    """Tokens that fit, as the words of a refusal say. None: they do not say."""
    for pattern in PATTERNS:
        if found := pattern.search(words):
            tokens = int(re.sub(r"\D", "", found[1]))
            return tokens if LEAST <= tokens <= MOST else None
    return None
