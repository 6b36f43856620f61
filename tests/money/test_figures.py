"""Of those who know a figure the best is believed, and named."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ownkey.core.figure import Claims, Figure
from ownkey.core.model import Model, Secret
from ownkey.core.price import Price, Rates
from ownkey.money.figures import OWN_HARDWARE, Figures, known

CLAIMS = Claims(
    source="https://openrouter.ai/api/v1/models",
    window=300_000,
    max_output=9_000,
    images=False,
    tools=False,
    reasoning=False,
    rates=Rates(input=2, output=3),
)
OWN = Price(Rates(input=7, output=8), "settings.json:9:18")


def model(
    url: str = "https://api.anthropic.com", name: str = "claude-sonnet-4-5", **more: Any
) -> Model:
    return Model(
        id="custom:M-0",
        name=name,
        wire="anthropic",
        base_url=url,
        display_name="M",
        key=Secret("test-key-not-real-1"),
        source="settings.json:3:5",
        **more,
    )


def of(figures: Figures) -> dict[str, Any]:
    """Each figure's value, and the beginning of its origin."""
    found: dict[str, Any] = {}
    for name in ("window", "max_output", "images", "tools", "reasoning"):
        figure: Figure[Any] | None = getattr(figures, name)
        found[name] = figure and (figure.value, figure.source.split(" ")[0], figure.guess)
    return found


def test_the_entry_goes_before_the_endpoint_and_that_before_the_catalog() -> None:
    told = {"window": 1000, "max_output": 500, "images": True, "images_told": True, "price": OWN}
    best = known(model(**told), CLAIMS)
    assert best.price == OWN
    assert of(best) == {
        "window": (1000, "settings.json:3:5", False),
        "max_output": (500, "settings.json:3:5", False),
        "images": (True, "settings.json:3:5", False),
        "tools": (False, CLAIMS.source, False),
        "reasoning": (False, CLAIMS.source, False),
    }


def test_an_endpoint_is_believed_before_the_catalog() -> None:
    best = known(model(), CLAIMS)
    assert best.price == Price(Rates(input=2, output=3), CLAIMS.source)
    assert of(best)["window"] == (300_000, CLAIMS.source, False)


def test_what_an_endpoint_does_not_say_is_taken_from_the_catalog() -> None:
    best = known(model(), Claims(source="the endpoint", window=150_000))
    assert best.price is not None
    assert of(best) == {
        "window": (150_000, "the", False),
        "max_output": (64_000, "catalog", False),
        "images": (True, "catalog", False),
        "tools": (True, "catalog", False),
        "reasoning": (True, "catalog", False),
    }


def test_an_endpoint_that_agrees_with_the_catalog_does_not_deny_the_rest() -> None:
    """Lists leave out what an hour of the cache costs; the catalog has it."""
    listed = known(model()).price
    assert listed is not None
    rates = Rates(input=listed.rates.input, output=listed.rates.output, cache_read=0.5)
    best = known(model(), Claims(source="far", rates=rates)).price
    assert best is not None
    assert best.rates == msgspec.structs.replace(listed.rates, cache_read=0.5)
    assert best.source == f"far; the rest: {listed.source}"


def test_long_prompts_stay_dearer_where_an_endpoint_names_the_usual_price() -> None:
    openai = model("https://api.openai.com/v1", "gpt-5.4")
    listed = known(openai).price
    assert listed is not None
    assert listed.tiers
    rates = Rates(input=listed.rates.input, output=listed.rates.output)
    best = known(openai, Claims(source="far", rates=rates)).price
    assert best is not None
    assert best.at(10**6) == listed.at(10**6)


def test_an_endpoint_with_other_prices_has_its_own() -> None:
    best = known(model(), Claims(source="far", rates=Rates(input=1, output=2)))
    assert best.price == Price(Rates(input=1, output=2), "far")


def test_a_figure_that_its_host_does_not_tell_is_guessed_alone() -> None:
    best = known(model("https://openrouter.ai/api/v1", "anthropic/claude-opus-5"))
    assert best.price is not None
    assert not best.price.guess
    assert of(best)["window"] == (1_000_000, "catalog", False)
    assert of(best)["max_output"] == (128_000, "claude-opus-5", True)


def test_at_a_host_nobody_knows_all_is_a_guess() -> None:
    best = known(model("https://llm.example.com"))
    assert best.price is not None
    assert best.price.guess
    assert all(found[2] for found in of(best).values())


def test_unknown_is_unknown() -> None:
    """Never a price of nothing, and never a window of 200,000."""
    assert known(model("https://llm.example.com", "acme-7")) == Figures()


def test_images_that_the_person_does_not_speak_of_are_not_the_persons_word() -> None:
    assert known(model("https://llm.example.com", "acme-7", images=True)).images is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "http://gpu-box:8000", "http://[::1]"])
def test_a_server_of_ones_own_is_free_and_its_window_is_what_it_loaded(url: str) -> None:
    """The window a model was trained for says nothing of what a server loads."""
    bare = known(model(url, "qwen3-coder"))
    assert bare == Figures(price=OWN_HARDWARE)
    asked = known(model(url, "qwen3-coder"), Claims(source=f"{url}/props", window=8192))
    assert of(asked)["window"] == (8192, f"{url}/props", False)


def test_the_price_of_electricity_may_be_given() -> None:
    assert known(model("http://127.0.0.1:8080/v1", "qwen3-coder", price=OWN)).price == OWN


def test_a_plan_has_a_window_and_no_price() -> None:
    best = known(model("https://api.z.ai/api/coding/paas/v4", "glm-5.2"))
    assert best.price is None
    assert best.window is not None


def test_figures_are_json() -> None:
    best = known(model(), CLAIMS)
    assert msgspec.json.decode(msgspec.json.encode(best), type=Figures) == best
