"""The `ls` tool."""

from __future__ import annotations

import asyncio
import os
from itertools import islice
from pathlib import Path

from ownkey.core.errors import ToolError
from ownkey.tools import Context, tool
from ownkey.tools.files import failed, locate, missing, printable, shown, sized

MOST = 500
"""Entries in one answer."""

LOOKED = 100_000
"""Entries that are read, so that a folder of millions is answered too."""


@tool("reads")
async def ls(context: Context, path: str = ".") -> str:
    """List one folder: folders first, then files with sizes."""
    return await asyncio.to_thread(_ls, context, path)


def _ls(context: Context, path: str) -> str:
    folder = locate(context, path)
    try:
        with os.scandir(folder) as entries:
            looked = islice(entries, LOOKED)
            rows = sorted((not _is_folder(entry), entry.name, _row(entry)) for entry in looked)
    except FileNotFoundError:
        raise missing(context, folder) from None
    except NotADirectoryError:
        raise ToolError(f"{shown(context, folder)} is a file; use read.") from None
    except OSError as error:
        raise failed("list", context, folder, error) from error
    lines = [row for _, _, row in rows[:MOST]]
    if len(rows) > MOST:
        count = f"{len(rows)}{' or more' if len(rows) == LOOKED else ''}"
        lines.append(f"[{MOST} of {count} entries; use glob to find the others]")
    return "\n".join(lines) or "[the folder is empty]"


def _row(entry: os.DirEntry[str]) -> str:
    name = printable(entry.name)
    if entry.is_symlink():
        name += f" -> {printable(_target(entry))}"
    if _is_folder(entry):
        return f"{name}/"
    try:
        return f"{name}\t{sized(entry.stat().st_size)}"
    except OSError:
        return name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False


def _target(entry: os.DirEntry[str]) -> str:
    try:
        return str(Path(entry).readlink())
    except OSError:
        return "?"
