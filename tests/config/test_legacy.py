"""The older `config.json` is read as documented, and goes below `settings.json`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ownkey.config.settings import load

Write = Callable[..., Path]
MakeEntry = Callable[..., dict[str, Any]]

OLD: dict[str, Any] = {
    "model_display_name": "GLM [DeepInfra]",
    "model": "zai-org/GLM-4.7",
    "base_url": "https://api.deepinfra.com/v1/openai",
    "api_key": "test-key-not-real-1",
    "provider": "generic-chat-completion-api",
    "max_tokens": 16384,
    "extra_args": {"temperature": 0.5},
    "extra_headers": {"X-Title": "mine"},
    "reasoning_effort": "low",
    "supports_images": True,
}


def test_every_field_is_read(folder: Path, write: Write) -> None:
    path = write({"custom_models": [OLD]}, "config.json")
    loaded = load(folder, {})
    assert loaded.diagnostics == ()
    (model,) = loaded.models
    assert (model.id, model.name, model.wire) == (
        "custom:GLM-[DeepInfra]-0",
        "zai-org/GLM-4.7",
        "generic-chat-completion-api",
    )
    assert (model.base_url, model.max_output) == ("https://api.deepinfra.com/v1/openai", 16384)
    assert (model.extra, model.effort, model.images) == ({"temperature": 0.5}, "low", True)
    assert model.headers["X-Title"].reveal() == "mine"
    assert model.key.reveal() == "test-key-not-real-1"
    assert model.source == f"{path}:1:20"


def test_the_newer_file_holds_for_an_equal_name(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"custom_models": [OLD, OLD | {"model_display_name": "Other"}]}, "config.json")
    write({"customModels": [entry(displayName=OLD["model_display_name"], model="new")]})
    found = [(model.id, model.name) for model in load(folder, {}).models]
    assert found == [("custom:GLM-[DeepInfra]-0", "new"), ("custom:Other-1", OLD["model"])]


@pytest.mark.parametrize(
    ("change", "value", "message"),
    [
        (
            "api_key",
            "${KEY}",
            "Variables are not expanded in config.json. "
            "Write the value itself, or move the entry to settings.json.",
        ),
        (
            "api_key",
            "",
            "api_key is empty. Give the key, or ${NAME} to take it from an environment variable.",
        ),
        (
            "max_tokens",
            "many",
            "max_tokens must be a positive whole number, not a string. Write it without quotes.",
        ),
        (
            "base_url",
            "http://api.example.com",
            "base_url would send the key to api.example.com unencrypted. Write https://.",
        ),
        (
            "provider",
            "Anthropic",
            "Invalid provider 'Anthropic': did you mean 'anthropic'? "
            "Use one of: anthropic, openai, generic-chat-completion-api.",
        ),
    ],
)
def test_a_fault_is_told_in_the_files_own_words(
    change: str, value: str, message: str, folder: Path, write: Write
) -> None:
    path = write({"custom_models": [OLD | {change: value}]}, "config.json")
    loaded = load(folder, {"KEY": "test-key-not-real-1"})
    column = path.read_text().index(f'"{change}": ') + len(f'"{change}": ') + 1
    assert [str(one) for one in loaded.diagnostics] == [f"{path}:1:{column}: {message}"]
    assert loaded.models == ()


def test_a_list_of_the_wrong_kind_is_told(folder: Path, write: Write) -> None:
    path = write({"custom_models": {}}, "config.json")
    (fault,) = load(folder, {}).diagnostics
    assert str(fault) == f"{path}:1:19: custom_models must be an array, not an object."


def test_nothing_but_models_is_taken_from_it(folder: Path, write: Write) -> None:
    write({"model": "x", "theme": "dark"}, "config.json")
    loaded = load(folder, {})
    assert (loaded.default_model, loaded.values) == (None, {})


@pytest.mark.parametrize("key", ["keyring:far", "file:~/far"])
def test_a_key_is_not_looked_for_elsewhere(folder: Path, write: Write, key: str) -> None:
    write({"custom_models": [OLD | {"api_key": key}]}, "config.json")
    loaded = load(folder, {})
    assert loaded.models == ()
    assert "api_key is only looked for elsewhere in settings.json" in loaded.warnings[0]
