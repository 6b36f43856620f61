"""Every preset is an entry that works as it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ownkey.config.models import find
from ownkey.config.presets import CHAT, NO_KEY, PRESETS, Preset, found, settings
from ownkey.config.settings import load
from ownkey.core.errors import SettingsError
from ownkey.core.model import Model, Secret
from ownkey.core.origin import is_near
from ownkey.money import figures

KEY = "test-key-not-real-1"


@pytest.mark.parametrize("preset", PRESETS, ids=[preset.name for preset in PRESETS])
def test_its_entry_is_a_model_without_any_complaint(tmp_path: Path, preset: Preset) -> None:
    file = tmp_path / "settings.json"
    file.write_text(settings([preset]))
    file.chmod(0o600)
    loaded = load(tmp_path, {preset.variable: KEY} if preset.variable else {})
    assert loaded.diagnostics == ()
    (model,) = loaded.models
    assert model.name == preset.model
    assert model.key.reveal() == (KEY if preset.variable else NO_KEY)


def test_the_page_of_providers_says_what_the_presets_say() -> None:
    script = Path(__file__).parents[2] / "scripts" / "providers.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


GUESSED = {"Hugging Face"}
"""It hands on to others, whom its names end with: their prices are its own list's matter."""


@pytest.mark.parametrize("preset", PRESETS, ids=[preset.name for preset in PRESETS])
def test_the_catalog_has_window_and_price_of_each_model_of_a_preset(preset: Preset) -> None:
    for name in preset.models:
        model = Model(
            id=name,
            name=name,
            wire=preset.provider,
            base_url=preset.base_url,
            display_name=name,
            key=Secret(""),
        )
        known = figures.known(model)
        if is_near(preset.base_url):
            free = known.price is None or known.price == figures.OWN_HARDWARE
            assert free, "a server of one's own says itself what it has loaded"
            continue
        assert known.window, name
        assert known.price, name
        assert known.price.rates.input, name
        assert known.price.rates.output, name
        assert known.price.guess == known.window.guess == (preset.name in GUESSED), name


def test_only_keys_that_are_there_are_found() -> None:
    assert found({}) == ()
    assert found({"OPENAI_API_KEY": " ", "XAI_API_KEY": "test-key-not-real-1"}) == tuple(
        one for one in PRESETS if one.name == "xAI"
    )


def test_no_key_is_ever_in_the_text() -> None:
    for entry in json.loads(settings(PRESETS))["customModels"]:
        assert entry["apiKey"] == NO_KEY or entry["apiKey"].startswith("${")


def test_an_address_that_is_not_whole_makes_no_model() -> None:
    assert found({"AZURE_OPENAI_API_KEY": KEY}) == ()


def test_a_key_makes_a_model_that_needs_no_entry(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"XAI_API_KEY": "test-key-not-real-1"})
    model = find(loaded, None)
    assert (model.id, model.base_url) == ("grok-4.6", "https://api.x.ai/v1")
    assert find(loaded, "grok-4.6") == model


def test_an_entry_goes_before_what_is_built_in(tmp_path: Path) -> None:
    own = {"model": "mine", "baseUrl": "http://127.0.0.1:9/v1", "provider": CHAT, "apiKey": "k"}
    (tmp_path / "settings.json").write_text(json.dumps({"customModels": [own]}))
    loaded = load(tmp_path, {"XAI_API_KEY": "test-key-not-real-1"})
    assert find(loaded, None).name == "mine"
    assert find(loaded, "grok-4.6").id == "grok-4.6"


def test_a_broken_entry_is_no_reason_to_ask_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"customModels": [{"model": "mine"}]}')
    loaded = load(tmp_path, {"XAI_API_KEY": "test-key-not-real-1"})
    with pytest.raises(SettingsError, match="No model can be used"):
        find(loaded, None)


def test_a_model_with_an_entry_is_not_listed_twice(tmp_path: Path) -> None:
    (preset,) = found({"XAI_API_KEY": "test-key-not-real-1"})
    (tmp_path / "settings.json").write_text(settings([preset]))
    loaded = load(tmp_path, {"XAI_API_KEY": "test-key-not-real-1"})
    assert len(loaded.models) == 1
    assert loaded.builtin == ()
