"""A settings folder that tests write into as a person would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Write = Callable[..., Path]


@pytest.fixture
def folder(home: Path) -> Path:
    """The user's own settings folder."""
    made = home / ".factory"
    made.mkdir()
    return made


@pytest.fixture
def write(folder: Path) -> Write:
    """Write a file of the folder, private as it should be: text as it is, else as JSON."""

    def write(content: Any, name: str = "settings.json", into: Path = folder) -> Path:
        into.mkdir(parents=True, exist_ok=True)
        path = into / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        path.chmod(0o600)
        return path

    return write


@pytest.fixture
def entry() -> Callable[..., dict[str, Any]]:
    """A good entry with some fields changed; None takes one out."""

    def entry(**changes: Any) -> dict[str, Any]:
        good = {
            "model": "kimi-k2",
            "displayName": "Kimi K2 [Groq]",
            "baseUrl": "https://api.groq.com/openai/v1",
            "apiKey": "test-key-not-real-1",
            "provider": "generic-chat-completion-api",
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    return entry
