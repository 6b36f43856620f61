"""Draws the pictures of the README: `make pictures`.

They are screens of the app in a conversation with the rehearsal, not drawings: what they
show is what it shows.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ownkey.faces import tui
from ownkey.faces.tui.app import OwnkeyApp
from ownkey.options import Options
from ownkey.rehearsal import Rehearsal, sample

if TYPE_CHECKING:
    from textual.pilot import Pilot

OUT = Path(__file__).resolve().parents[1] / "docs" / "pictures"

SIZE = (100, 34)

PORT = 8642
"""Of the rehearsal: it is seen in the picker."""

MODELS = (
    ("claude-sonnet-5", "Sonnet", "https://api.anthropic.com", "anthropic"),
    ("gpt-5.5", "GPT", "https://api.openai.com/v1", "openai"),
    ("qwen/qwen3-coder", "Qwen Coder", "https://openrouter.ai/api/v1", None),
    ("openai/gpt-oss-120b", "gpt-oss on Groq", "https://api.groq.com/openai/v1", None),
    ("qwen3-coder:30b", "Qwen at home", "http://localhost:11434/v1", None),
)
"""To be looked at in the picker only."""

FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""They name fonts at a third party's: a picture of ours fetches nothing."""


async def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        repository = sample.copy(stage / "shelf")
        async with Rehearsal(port=PORT) as far:
            options = _options(stage, repository, far.url)
            async with (app := tui.furnished(options)).run_test(size=SIZE) as pilot:
                await _hold(app, pilot)


async def _hold(app: OwnkeyApp, pilot: Pilot[None]) -> None:
    await _until(pilot, lambda: app.status.fields.model != "")
    app.composer.write(sample.PROMPT)
    await pilot.press("enter")
    await _until(pilot, lambda: app.composer.busy)
    while app.composer.busy:
        if app.permission.display:
            await pilot.press("y")
        await pilot.pause(0.1)
    await pilot.pause(0.5)
    _save(app, "answer.svg")
    app.composer.write("/model")
    await pilot.press("enter")
    await _until(pilot, lambda: len(app.screen_stack) > 1)
    await pilot.press("down", "down")
    await pilot.pause(0.5)
    _save(app, "models.svg")
    await pilot.press("escape")
    await app.leave()


async def _until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    while not condition():
        await pilot.pause(0.05)


def _options(stage: Path, repository: Path, url: str) -> Options:
    rehearsal = {
        "model": "rehearsal",
        "displayName": "Rehearsal",
        "baseUrl": url,
        "apiKey": "no-key-is-needed-here",
        "provider": "anthropic",
        "pricing": {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75},
        "contextWindow": 200_000,
    }
    shown = [
        {
            "model": model,
            "displayName": name,
            "baseUrl": base,
            "apiKey": "test-key-not-real-1",
            "provider": provider or "generic-chat-completion-api",
        }
        for model, name, base, provider in MODELS
    ]
    settings = stage / "settings.json"
    settings.write_text(json.dumps({"customModels": [rehearsal, *shown]}), "utf-8")
    settings.chmod(0o600)
    own = {"OWNKEY_CONFIG_DIR": str(stage), "OWNKEY_STATE_DIR": str(stage / "state")}
    return Options(cwd=repository, environ={"HOME": str(stage), **own}, interactive=True)


def _save(app: OwnkeyApp, name: str) -> None:
    picture = FONT_FACE.sub("", app.export_screenshot())
    (OUT / name).write_text(picture, "utf-8")


asyncio.run(main())
