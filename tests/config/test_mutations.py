"""Whatever happens to a settings file, the answer is models and diagnostics."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.config.models import find
from ownkey.config.settings import Settings, load
from ownkey.core.errors import SettingsError

GOOD: dict[str, Any] = {
    "model": "custom:A-0",
    "reasoningEffort": "high",
    "sessionDefaultSettings": {"model": "custom:A-0"},
    "customModels": [
        {
            "model": "a",
            "displayName": "A",
            "baseUrl": "https://${HOST}/v1",
            "apiKey": "${KEY}",
            "provider": "openai",
            "maxOutputTokens": 1,
            "supportsImages": True,
            "noImageSupport": False,
            "extraArgs": {"a": {"b": ["${HOST}"]}},
            "extraHeaders": {"x-a": "${KEY}"},
            "reasoningEffort": "low",
            "quirks": {},
            "id": "custom:A-0",
            "index": 0,
            "fallback": ["b"],
        },
        {"model": "b", "baseUrl": "http://localhost:1", "provider": "anthropic"},
    ],
}
ENVIRON = {"KEY": "test-key-not-real-1", "HOST": "api.example.com"}

TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", "${KEY}", "${", "${}", "$KEY", "http://", "//", "https://[", "OpenAI", "a\r\nb", "\x00"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and step at which something can be changed."""
    steps: list[Any] = list(value) if isinstance(value, dict) else []
    steps = list(range(len(value))) if isinstance(value, list) else steps
    inner = [place for step in steps for place in places(value[step])]
    return [(value, step) for step in steps] + inner


def answer(data: bytes, name: str) -> Settings:
    """Load it as a person's file, a project's and a runtime one, and ask for models."""
    with TemporaryDirectory() as folder:
        home, project = Path(folder) / "home", Path(folder) / "project"
        for place in (home, project / ".factory"):
            place.mkdir(parents=True)
            (place / name).write_bytes(data)
        load(home / "none", ENVIRON, runtime=home / name)
        loaded = load(home, ENVIRON, project=project)
        for wanted in (None, "custom:A-0", "b"):
            with suppress(SettingsError):
                assert find(loaded, wanted) in loaded.models
    if not (loaded.models or loaded.broken):
        with pytest.raises(SettingsError, match="No model"):
            find(loaded, None)
    return loaded


def sound(loaded: Settings) -> None:
    for one in loaded.diagnostics:
        assert one.what
        assert one.file
        assert "\n" not in str(one)
        assert "test-key-not-real-1" not in str(one)
    for model in loaded.models:
        assert model.base_url.startswith(("http://", "https://"))
        assert "${" not in model.base_url + model.key.reveal()
        assert model.wire in ("anthropic", "openai", "generic-chat-completion-api")


NAMES = st.sampled_from(["settings.json", "settings.local.json", "config.json"])


@settings(max_examples=200, deadline=None)
@given(NAMES, st.data())
def test_a_changed_value_gives_models_or_diagnostics(name: str, data: st.DataObject) -> None:
    mutant = copy.deepcopy(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        if found := places(mutant):
            container, step = data.draw(st.sampled_from(found))
            container[step] = data.draw(VALUES)
    sound(answer(json.dumps(mutant).encode(), name))


@settings(max_examples=200, deadline=None)
@given(NAMES, st.data())
def test_damaged_bytes_give_models_or_diagnostics(name: str, data: st.DataObject) -> None:
    damaged = bytearray(json.dumps(GOOD, indent=1).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged)))
        damaged[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    sound(answer(bytes(damaged), name))
