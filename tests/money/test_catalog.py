"""The catalog answers for the model at its host, guesses by the family, and never invents."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from ownkey.money import catalog

ANTHROPIC = "https://api.anthropic.com"


@pytest.mark.parametrize(
    ("url", "name", "found"),
    [
        (ANTHROPIC, "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        (ANTHROPIC, "Claude-Sonnet-4-5", "claude-sonnet-4-5"),
        ("https://api.x.ai/v1", "grok-4.5-latest", "grok-4.5"),
        ("https://api.openai.com/v1", "gpt-5.6", "gpt-5.6-sol"),
        ("https://openrouter.ai/api/v1", "anthropic/claude-opus-5", "anthropic/claude-opus-5"),
        ("https://eu-aiplatform.googleapis.com", "claude-opus-5@20260101", "claude-opus-5"),
        ("https://a.openai.azure.com/openai/v1", "o3-2025-04-16", "o3-2025-04-16"),
        ("https://api.anthropic.com.example.org", "claude-sonnet-4-5", None),
        ("https://api.openai.com/v1", "claude-sonnet-4-5", None),
        (ANTHROPIC, "claude", None),
        (ANTHROPIC, "", None),
        ("", "claude-sonnet-4-5", None),
    ],
)
def test_a_model_is_found_at_its_own_host_only(url: str, name: str, found: str | None) -> None:
    listing = catalog.find(url, name)
    assert (listing and listing.name) == found
    assert listing is None or listing.price is None or not listing.price.guess


@pytest.mark.parametrize(
    ("name", "host", "found"),
    [
        ("claude-sonnet-4-5", "api.anthropic.com", "claude-sonnet-4-5"),
        ("eu.anthropic.claude-opus-5-v1:0", "api.anthropic.com", "claude-opus-5"),
        ("zai-org/GLM-5.2", "api.z.ai", "glm-5.2"),
        ("claude-opus-5-preview", "api.anthropic.com", "claude-opus-5"),
        ("gpt-4o-eu-deployment", "api.openai.com", "gpt-4o"),
    ],
)
def test_a_guess_is_the_longest_name_of_the_family(name: str, host: str, found: str) -> None:
    listing = catalog.alike(name)
    assert listing is not None
    assert (listing.host, listing.name) == (host, found)
    assert listing.price is not None
    assert listing.price.guess
    assert listing.price.source.startswith(f"{found} at {host}, catalog 2")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-",
        "gpt",
        "claude",
        "gpt-5.99",  # a newer one
        "claude-opus-4-77",
        "gpt-5.4-ultra",  # of another size
        "glm-5.2-flash-lite",
        "my-finetune",
    ],
)
def test_nothing_is_guessed_of_what_may_be_another_model(name: str) -> None:
    assert catalog.alike(name) is None


def test_a_person_may_name_a_host() -> None:
    at_host = catalog.named("api.groq.com/openai/gpt-oss-120b")
    anywhere = catalog.named("claude-opus-5")
    assert at_host is not None
    assert anywhere is not None
    assert (at_host.host, anywhere.host) == ("api.groq.com", "api.anthropic.com")
    assert catalog.named("api.groq.com/claude-opus-5") is None


@pytest.mark.parametrize(
    ("url", "name", "price", "window", "rest"),
    [
        (ANTHROPIC, "claude-sonnet-4-5", "genai-prices", "genai-prices", "litellm"),
        # of DeepInfra the second set alone has prices
        ("https://api.deepinfra.com", "openai/gpt-oss-120b", "litellm", "litellm", "litellm"),
        # and of Gemini's windows
        ("https://googleapis.com", "gemini-2.5-pro", "genai-prices", "litellm", "litellm"),
    ],
)
def test_each_figure_names_the_set_it_is_from(
    url: str, name: str, price: str, window: str, rest: str
) -> None:
    found = catalog.find(url, name)
    assert found is not None
    named = [figure and figure.source for figure in (found.price, found.window, found.tools)]
    date = catalog._catalog().date
    for source, from_set in zip(named, (price, window, rest), strict=True):
        assert source is not None
        assert source.startswith(f"catalog {date} ({from_set} ")


@pytest.mark.parametrize(
    ("url", "plan"),
    [
        ("https://api.z.ai/api/coding/paas/v4", True),
        ("https://api.kimi.com/coding", True),
        ("https://api.z.ai/api/paas/v4", False),
        ("https://api.kimi.com/codings", False),
    ],
)
def test_what_is_paid_by_the_month_has_no_price_by_the_token(url: str, plan: bool) -> None:
    assert catalog.is_plan(url) is plan


def test_every_row_is_sound() -> None:
    """No price of nothing but where the name says so, tiers in order, reads below input."""
    kept = catalog._catalog()
    for host in kept.hosts:
        for row in host.rows:
            where = f"{row.names} at {host.domains}"
            assert row.names == row.names.lower(), where
            for rating in (row.rates, *(tier[1:] for tier in row.tiers)):
                assert len(rating) >= 2, where
                assert all(rate is None or 0 <= rate < 1000 for rate in rating), where
                free = not any(rating)
                assert not free or row.names.endswith((":free", "/free")), where
            bounds = [tier[0] or 0 for tier in row.tiers]
            assert bounds == sorted(bounds), where
            assert all(0 < bound < (row.window or 10**9) for bound in bounds), where
            assert row.window == 0 or 500 <= row.window <= 20_000_000, where


def test_an_hour_in_the_cache_costs_twice_the_input_at_its_maker() -> None:
    """platform.claude.com/docs/en/build-with-claude/prompt-caching: 1.25 times for five
    minutes, twice for an hour."""
    host = next(one for one in catalog._catalog().hosts if one.domains == "api.anthropic.com")
    priced = [row.rates for row in host.rows if len(row.rates) == 5]
    assert len(priced) > 10
    for dollars, _, _, write, hour in priced:
        if dollars != 0.25:  # Haiku 3 was rounded: 0.30 and 0.50
            assert (write, hour) == (pytest.approx(1.25 * dollars), pytest.approx(2 * dollars))


def test_the_file_is_small() -> None:
    assert len(msgspec.json.encode(catalog._catalog())) < 150_000


def test_the_version_is_told_without_the_catalog() -> None:
    probe = "import sys; import ownkey.cli; print([m for m in sys.modules if 'money' in m])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", probe], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
