"""The `todo` tool."""

from __future__ import annotations

from typing import Literal

import msgspec

from ownkey.core.message import Text
from ownkey.tools import Context, Output, tool


class Item(msgspec.Struct, frozen=True):
    text: str
    status: Literal["pending", "doing", "done"] = "pending"


@tool("reads")
async def todo(context: Context, items: list[Item]) -> Output:
    """Replace your todo list, which the user sees. Send all items each time."""
    context.todo[:] = [{"text": item.text, "status": item.status} for item in items]
    done = sum(item.status == "done" for item in items)
    doing = [item.text for item in items if item.status == "doing"]
    said = f"{done} of {len(items)} done."
    if doing:
        said += f" Doing: {'; '.join(doing)}."
    return Output((Text(said),), {"todo": list(context.todo)})
