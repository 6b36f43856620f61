"""Every preset is an entry that works as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ownkey.config.presets import PRESETS, Preset, found, settings
from ownkey.config.settings import load


@pytest.mark.parametrize("preset", PRESETS, ids=[preset.name for preset in PRESETS])
def test_its_entry_is_a_model_without_any_complaint(tmp_path: Path, preset: Preset) -> None:
    file = tmp_path / "settings.json"
    file.write_text(settings([preset]))
    file.chmod(0o600)
    loaded = load(tmp_path, {preset.variable: "test-key-not-real-1"})
    assert loaded.diagnostics == ()
    (model,) = loaded.models
    assert model.name == preset.model
    assert model.key.reveal() == "test-key-not-real-1"


def test_only_keys_that_are_there_are_found() -> None:
    assert found({}) == ()
    assert found({"OPENAI_API_KEY": " ", "XAI_API_KEY": "test-key-not-real-1"}) == tuple(
        one for one in PRESETS if one.name == "xAI"
    )


def test_no_key_is_ever_in_the_text() -> None:
    for entry in json.loads(settings(PRESETS))["customModels"]:
        assert entry["apiKey"].startswith("${")
