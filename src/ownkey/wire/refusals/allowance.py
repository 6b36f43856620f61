"""How much a key may still ask, as a refusal's headers say it."""

from __future__ import annotations

import re
from collections.abc import Mapping

FIGURES = re.compile(r"(?:^|-)rate-?limit-|^retry-after")
"""OpenAI, Groq, Cerebras, OpenRouter: `x-ratelimit-…`; Anthropic: `anthropic-ratelimit-…`
(wire-facts 1D)."""

MOST = 6
LONGEST = 60
"""Headers that are shown, and characters of each value."""


def told(headers: Mapping[str, str]) -> str:
    """The figures as the provider named them, what is left first; empty where there are none."""
    names = sorted(
        (name for name in headers if FIGURES.search(name.lower())),
        key=lambda name: ("remaining" not in name.lower(), name.lower()),
    )
    figures = [f"{name.lower()}: {_plain(headers[name])}" for name in names[:MOST]]
    return f"It says {', '.join(figures)}." if figures else ""


def _plain(value: str) -> str:
    return "".join(char for char in value if char.isprintable())[:LONGEST]
