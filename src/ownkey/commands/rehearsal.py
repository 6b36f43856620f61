"""The rehearsal from within: a script plays the model, everything else is real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from ownkey.commands import Command, Stage
from ownkey.options import Options

PACE = 0.004
"""Seconds between the script's events: quick, and still to be seen."""

ABOUT = (
    "This is a rehearsal: a script plays the model, on a server of this program. It knows one task,"
    " which stands below; Enter begins it. Files, tools and the permission you are asked for are"
    " real, in a repository made for it: {folder}\n/add leaves it for a model of yours."
)


async def rehearse(stage: Stage, rest: str) -> None:
    del rest
    from ownkey.rehearsal import Rehearsal, sample

    async with AsyncExitStack() as beside:
        far = await beside.enter_async_context(Rehearsal(pace=PACE))
        folder = Path(tempfile.mkdtemp(prefix="ownkey-demo-"))
        repository = sample.copy(folder / "shelf")
        commit(repository)
        options = staged(folder, entry(far.url, "anthropic"), cwd=repository, interactive=True)
        await stage.open(options, beside.pop_all())
    stage.tell(ABOUT.format(folder=repository))
    stage.write(sample.PROMPT)


def entry(base_url: str, provider: str) -> dict[str, Any]:
    """Of the settings, for the rehearsal at an address."""
    return {
        "model": "rehearsal",
        "displayName": "Rehearsal",
        "baseUrl": base_url,
        "apiKey": "no-key-is-needed-here",
        "provider": provider,
        "maxOutputTokens": 4096,
    }


def staged(stage: Path, model: dict[str, Any], **more: Any) -> Options:
    """Settings and state of the rehearsal's own: nothing of the user's is read or written."""
    settings = stage / "settings.json"
    settings.write_text(json.dumps({"customModels": [model]}, indent=2), "utf-8")
    settings.chmod(0o600)
    own = {"OWNKEY_CONFIG_DIR": str(stage), "OWNKEY_STATE_DIR": str(stage / "state")}
    return Options(environ={**os.environ, **own}, **more)


def commit(repository: Path) -> None:
    """Make it a git repository where there is git, for `git diff` afterwards."""
    git = shutil.which("git")
    if git is None:
        return
    name = ("-c", "user.name=Rehearsal", "-c", "user.email=rehearsal@localhost")
    for arguments in (("init", "-q"), ("add", "."), (*name, "commit", "-qm", "A shelf")):
        subprocess.run((git, *arguments), cwd=repository, check=False, capture_output=True)


COMMANDS = (Command("rehearsal", "see it work, without any model", rehearse, idle=True),)
