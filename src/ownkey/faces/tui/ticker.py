"""The person's own status line: what a command of theirs prints, told of the session as JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from ownkey.faces.tui.clean import clean_line

PATIENCE = 5.0
"""Seconds after which a command is given up."""

LARGEST = 64_000
"""Bytes of its output that are read."""


class Ticker(msgspec.Struct, frozen=True):
    """`statusLine` of the settings."""

    command: str
    rows: int = 1


def configured(values: Mapping[str, Any]) -> Ticker | None:
    """What the settings say. None: there is no such command."""
    told = values.get("statusLine")
    if not isinstance(told, dict) or not told.get("command"):
        return None
    return Ticker(told["command"], told.get("maxRows", 1))


async def text(ticker: Ticker, facts: Mapping[str, Any], cwd: Path, environ: dict[str, str]) -> str:
    """The first lines of what it prints, without colours; why there is nothing, else."""
    try:
        process = await asyncio.create_subprocess_shell(
            ticker.command,
            cwd=cwd,
            env=environ,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        return f"statusLine: {error}"
    try:
        async with asyncio.timeout(PATIENCE):
            out, _ = await process.communicate(json.dumps(facts).encode())
    except TimeoutError:
        return f"statusLine: it took more than {PATIENCE:g} s"
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        return f"statusLine: exit code {process.returncode}"
    lines = out[:LARGEST].decode(errors="replace").splitlines()
    return "\n".join(clean_line(line) for line in lines[: ticker.rows])
