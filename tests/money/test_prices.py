"""What a call costs on an entry: each figure here is computed by hand from the price that
the maker or host publishes, as the comment says."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ownkey.app import choose_model, load_settings
from ownkey.core.errors import SettingsError
from ownkey.core.message import Usage
from ownkey.core.model import Model
from ownkey.money.bill import bill
from ownkey.options import Options

KEY = "test-key-not-real-1"

ANTHROPIC = "https://api.anthropic.com"
OPENAI = "https://api.openai.com/v1"
GOOGLE = "https://generativelanguage.googleapis.com/v1beta/openai"
GROQ = "https://api.groq.com/openai/v1"
FIREWORKS = "https://api.fireworks.ai/inference/v1"
OPENROUTER = "https://openrouter.ai/api/v1"
BEDROCK = "https://bedrock-mantle.us-east-1.api.aws/anthropic"
SOMEBODY = "https://llm.example.com/v1"
HERE = "http://localhost:8080/v1"


class Case(NamedTuple):
    about: str
    url: str
    model: str
    usage: Usage
    total: str | None
    """US dollars. None: the price is unknown, and shown as unknown."""
    source: str = ""
    """What the price's origin begins with; empty: the catalog."""
    guess: bool = False
    fields: dict[str, Any] | None = None


OVERRIDE = {
    "pricing": {
        "input": 1,
        "output": 4,
        "cacheRead": 0.1,
        "cacheWrite": 1.25,
        "cacheWrite1h": 2,
        "above": {"200000": {"input": 2, "cacheRead": 0.2}},
    }
}

CASES = [
    # Claude Sonnet 4.5: 3 in, 15 out, 0.30 read, 3.75 written, 6 for an hour
    # (platform.claude.com/docs/en/about-claude/pricing)
    # 1000 x 3 + 500 x 15 = 3000 + 7500 millionths
    Case("plain", ANTHROPIC, "claude-sonnet-4-5", Usage(1000, 500), "0.0105"),
    Case("dated id", ANTHROPIC, "claude-sonnet-4-5-20250929", Usage(1000, 500), "0.0105"),
    # 100,000 x 0.3
    Case("read", ANTHROPIC, "claude-sonnet-4-5", Usage(cache_read=100_000), "0.03"),
    # 20,000 x 3.75
    Case("written", ANTHROPIC, "claude-sonnet-4-5", Usage(cache_write=20_000), "0.075"),
    # 20,000 x 6
    Case(
        "written for an hour",
        ANTHROPIC,
        "claude-sonnet-4-5",
        Usage(cache_write=20_000, cache_write_1h=20_000),
        "0.12",
    ),
    # 15,000 x 3.75 = 56,250; 5,000 x 6 = 30,000
    Case(
        "both lifetimes",
        ANTHROPIC,
        "claude-sonnet-4-5",
        Usage(cache_write=20_000, cache_write_1h=5_000),
        "0.08625",
    ),
    # Haiku 4.5: 1, 5, 0.10, 1.25. 1000 + 10,000 + 3,000 + 5,000
    Case(
        "all kinds",
        ANTHROPIC,
        "claude-haiku-4-5-20251001",
        Usage(1000, 2000, 30_000, 4_000),
        "0.019",
    ),
    # Opus 4.1: 15, 75. 150 + 75,000
    Case("a dear one", ANTHROPIC, "claude-opus-4-1-20250805", Usage(10, 1000), "0.07515"),
    # Opus 5: 5, 25, and no more for a long prompt. 900,000 x 5
    Case("flat at any length", ANTHROPIC, "claude-opus-5", Usage(900_000), "4.5"),
    # GPT-5.4: 2.50, 15, 0.25 read; above 272,000 tokens 5, 22.50, 0.50
    # (developers.openai.com/api/docs/pricing). 272,000 x 2.5
    Case("at the bound", OPENAI, "gpt-5.4", Usage(272_000), "0.68"),
    # 272,001 x 5
    Case("a token above it", OPENAI, "gpt-5.4", Usage(272_001), "1.360005"),
    # 1 x 5 + 272,000 x 0.5 + 10 x 22.5 = 5 + 136,000 + 225: what is read is prompt, too
    Case(
        "above it by the cache",
        OPENAI,
        "gpt-5.4-2026-03-05",
        Usage(1, 10, cache_read=272_000),
        "0.13623",
    ),
    # GPT-5.6 Sol: 4, 20, read 0.40, written 5 (a quarter more than input). 10,000 x 5
    Case("written at OpenAI", OPENAI, "gpt-5.6-sol", Usage(cache_write=10_000), "0.05"),
    # above 272,000: written 10. 300,000 x 10
    Case("written in a long prompt", OPENAI, "gpt-5.6", Usage(cache_write=300_000), "3"),
    # GPT-4o: 2.50, 10, 1.25. 250 + 100 + 1,125
    Case("read at half", OPENAI, "gpt-4o", Usage(100, 10, cache_read=900), "0.001475"),
    # of 2024-05-13: 5, 15
    Case("a version of its own price", OPENAI, "gpt-4o-2024-05-13", Usage(100, 10), "0.00065"),
    # Gemini 2.5 Pro: 1.25, 10; above 200,000 2.50, 15 (ai.google.dev/gemini-api/docs/pricing)
    # 200,000 x 1.25 + 1000 x 10
    Case("a path before it", GOOGLE, "models/gemini-2.5-pro", Usage(200_000, 1000), "0.26"),
    # 200,001 x 2.5 + 1000 x 15
    Case("long at Google", GOOGLE, "gemini-2.5-pro", Usage(200_001, 1000), "0.5150025"),
    # gpt-oss-120b at Groq: 0.15, 0.60 (groq.com/pricing)
    Case("open weights", GROQ, "openai/gpt-oss-120b", Usage(1000, 1000), "0.00075"),
    # Kimi K3 at Fireworks: 3, 15
    Case(
        "an account's path",
        FIREWORKS,
        "accounts/fireworks/models/kimi-k3",
        Usage(1000, 1000),
        "0.018",
    ),
    # Opus 5 at OpenRouter: 5, 25, read 0.50. 500 + 2,500 + 5,000
    Case(
        "at OpenRouter",
        OPENROUTER,
        "anthropic/claude-opus-5",
        Usage(100, 100, cache_read=10_000),
        "0.008",
    ),
    # OpenRouter's own word counts
    Case(
        "told by the host",
        OPENROUTER,
        "anthropic/claude-opus-5",
        Usage(100, 100, cost=0.00295),
        "0.00295",
    ),
    Case("free by its name", OPENROUTER, "z-ai/glm-5.2:free", Usage(1000), None),
    # A region costs a tenth more at Bedrock: 5.50. 1000 x 5.5
    Case("in a region", BEDROCK, "us.anthropic.claude-opus-5", Usage(1000), "0.0055"),
    # Nobody knows that host: Sonnet 4.5 as at its maker's
    Case(
        "guessed",
        SOMEBODY,
        "anthropic/claude-sonnet-4.5",
        Usage(1000, 500),
        "0.0105",
        "anthropic/claude-sonnet-4.5 at openrouter.ai, catalog",
        guess=True,
    ),
    Case("a model nobody knows", SOMEBODY, "acme-7", Usage(1000), None),
    Case("a newer one of a family", ANTHROPIC, "claude-opus-4-77", Usage(1000), None),
    Case("another size of it", OPENAI, "gpt-5.4-ultra", Usage(1000), None),
    Case("paid by the month", "https://api.z.ai/api/coding/paas/v4", "glm-5.2", Usage(9), None),
    Case("here", HERE, "qwen3-coder:30b", Usage(5000, 900), "0", "runs on your own"),
    Case("in the house", "http://192.168.7.7:8000/v1", "a", Usage(5), "0", "runs on your own"),
    # A program here that passes Sonnet on to somebody who is paid
    Case(
        "passed on from here",
        HERE,
        "claude-sonnet-4-5",
        Usage(1000, 500),
        "0.0105",
        "claude-sonnet-4-5 at api.anthropic.com, catalog",
        guess=True,
    ),
    Case("LiteLLM's alias", "http://localhost:4000/v1", "smart", Usage(1000), None),
    Case("Ollama's cloud", "http://localhost:11434/v1", "glm-4.7:cloud", Usage(1000), None),
    # 100 x 1 + 100 x 4 + 100 x 0.1 + 60 x 1.25 + 40 x 2 = 100 + 400 + 10 + 75 + 80
    Case(
        "the person's own",
        ANTHROPIC,
        "claude-sonnet-4-5",
        Usage(100, 100, 100, 100, cache_write_1h=40),
        "0.000665",
        "{file}:9:",
        fields=OVERRIDE,
    ),
    # 100,001 x 2 + 100,000 x 0.2 + 1 x 4: output as below the bound
    Case(
        "the person's own, long",
        SOMEBODY,
        "acme-7",
        Usage(100_001, 1, cache_read=100_000),
        "0.220006",
        "{file}:9:",
        fields=OVERRIDE,
    ),
    Case(
        "like one of the catalog",
        SOMEBODY,
        "acme-7",
        Usage(1000, 500),
        "0.0105",
        "like claude-sonnet-4-5: catalog",
        fields={"priceLike": "claude-sonnet-4-5"},
    ),
    # gpt-oss-120b is cheaper elsewhere: the host is named
    Case(
        "like one at a host",
        SOMEBODY,
        "acme-7",
        Usage(1000, 1000),
        "0.00075",
        "like api.groq.com/openai/gpt-oss-120b: catalog",
        fields={"priceLike": "api.groq.com/openai/gpt-oss-120b"},
    ),
    # The other entry's own: 10,000 x 7
    Case(
        "like another entry",
        SOMEBODY,
        "acme-7",
        Usage(10_000),
        "0.07",
        "like Other: {file}:",
        fields={"priceLike": "Other"},
    ),
]


def settled(at: Path, *entries: dict[str, Any]) -> Model:
    file = at / "settings.json"
    file.write_text(json.dumps({"customModels": entries}, indent=2), "utf-8")
    file.chmod(0o600)
    return choose_model(load_settings(Options(cwd=at, environ={}, settings=file)), "Asked")


def entry(url: str, model: str, name: str = "Asked", **fields: Any) -> dict[str, Any]:
    return {
        "model": model,
        "displayName": name,
        "baseUrl": url,
        "provider": "generic-chat-completion-api",
        "apiKey": KEY,
        **fields,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_a_call_costs_what_was_computed_by_hand(case: Case, home: Path) -> None:
    other = entry(SOMEBODY, "acme-8", "Other", pricing={"input": 7, "output": 7})
    model = settled(home, entry(case.url, case.model, **(case.fields or {})), other)
    made = bill(case.usage, model.price)
    assert (made and made.total) == (None if case.total is None else Decimal(case.total))
    if model.price is None:
        return
    source = case.source.format(file=home / "settings.json") or "catalog "
    assert model.price.source.startswith(source)
    assert model.price.guess == case.guess


def test_a_price_like_nothing_is_told_with_the_nearest(home: Path) -> None:
    with pytest.raises(SettingsError) as told:
        settled(home, entry(SOMEBODY, "acme-7", priceLike="claude-sonet-4-5"))
    assert "settings.json:3:5: no price is known of priceLike 'claude-sonet-4-5'" in told.value.what
    assert told.value.hint == "Did you mean 'claude-sonnet-4-5'?"
