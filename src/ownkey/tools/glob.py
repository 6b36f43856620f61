"""The `glob` tool."""

from __future__ import annotations

import asyncio

from ownkey.core.errors import ToolError
from ownkey.tools import Context, tool
from ownkey.tools.files import locate, missing, shown, there
from ownkey.tools.pattern import matcher
from ownkey.tools.walk import files_under

MOST = 500
"""Paths in one answer."""


@tool("reads")
async def glob(context: Context, pattern: str, path: str = ".") -> str:
    """List files by pattern (`*.py`, `src/**/*.ts`), without those git ignores."""
    return await asyncio.to_thread(_glob, context, pattern, path)


def _glob(context: Context, pattern: str, path: str) -> str:
    folder = locate(context, path)
    fits = matcher(pattern)
    if not there(context, folder):
        raise missing(context, folder)
    if not folder.is_dir():
        raise ToolError(f"{shown(context, folder)} is a file; path names the folder to look in.")
    found = files_under(folder, fits)
    if not found:
        return "No files match."
    lines = [shown(context, folder / name) for name in found[:MOST]]
    if len(found) > MOST:
        lines.append(f"[{MOST} of {len(found)} files; narrow the pattern]")
    return "\n".join(lines)
