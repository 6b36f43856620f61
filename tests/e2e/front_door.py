"""The front door: ownkey as a process, with a home folder and settings of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

BASE = {"anthropic": "", "openai": "/v1", "generic-chat-completion-api": "/v1"}
"""What a base address of each format ends with, as the documents write it."""

KEY = "test-key-not-real-1"


def entry(url: str, provider: str = "generic-chat-completion-api", **fields: Any) -> dict[str, Any]:
    """A customModels entry for a server at `url`."""
    return {
        "model": "far-1",
        "displayName": "Far One",
        "baseUrl": url + BASE[provider],
        "apiKey": KEY,
        "provider": provider,
        **fields,
    }


def settle(home: Path, *entries: dict[str, Any], **settings: Any) -> Path:
    """Write `~/.factory/settings.json`."""
    return settle_text(home, json.dumps({"customModels": entries, **settings}, indent=2))


def settle_text(home: Path, text: str) -> Path:
    file = home / ".factory" / "settings.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    return file


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "ownkey", *arguments]


def run(
    *arguments: str, cwd: Path | None = None, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `ownkey ARGUMENTS` to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        input=stdin,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
