"""The `skill` tool."""

from __future__ import annotations

from ownkey.tools import Context, tool


@tool("reads")
async def skill(context: Context, name: str) -> str:
    """Load the instructions of a skill."""
    return context.skill(name)
