"""The `edit` tool."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from ownkey.core.errors import ToolError
from ownkey.tools import Context, Output, tool
from ownkey.tools.change import MASK, Change
from ownkey.tools.files import File, load, locate, root_for, shown
from ownkey.tools.nearest import nearest
from ownkey.tools.seen import check_known
from ownkey.tools.text import Document, View, decode


async def _diff(context: Context, path: str, old: str, new: str, all: bool) -> str:  # noqa: A002  the model's name
    change = await asyncio.to_thread(_change, context, path, old, new, all)
    return change.diff(context).text


@tool("writes", diff=_diff)
async def edit(context: Context, path: str, old: str, new: str, all: bool = False) -> Output:  # noqa: A002  the model's name
    """Replace old by new in a file you have read. old: exact text, without line numbers, \
    with enough lines to be unique; or all=true for every place."""
    return await asyncio.to_thread(_edit, context, path, old, new, all)


def _edit(context: Context, path: str, old: str, new: str, everywhere: bool) -> Output:
    change = _change(context, path, old, new, everywhere)
    return change.carry_out(context, "Edited {name} (+{added} -{removed}).")


def _change(context: Context, path: str, old: str, new: str, everywhere: bool) -> Change:
    target = locate(context, path)
    root = root_for(context, target)
    file = load(context, target)
    name = shown(context, target)
    document = _document(name, file)
    check_known(context, file)
    text = _replaced(name, View(document.text), old, new, everywhere)
    document.encode(text)
    change = Change(root, target, file, document, text)
    change.check(context)
    return change


def _document(name: str, file: File) -> Document:
    document = decode(file.data)
    if document is None:
        raise ToolError(f"{name} is binary; edit is for text.")
    return document


def _replaced(name: str, view: View, old: str, new: str, everywhere: bool) -> str:
    sought = view.flat(old)
    if not old:
        raise ToolError("old is empty. Give the text to replace; create files with write.")
    if sought == view.flat(new):
        raise ToolError("old and new are the same; nothing to change.")
    places = list(_places(view.text, sought))
    if not places and MASK in old:
        raise ToolError(
            f"old is not in {name}: {MASK}…] stands for a secret that you are not shown."
            " Choose lines without it."
        )
    if not places:
        raise ToolError(f"old is not in {name}. {nearest(view.lines(), sought)}")
    if everywhere:
        return view.replace(old, new, _apart(places, len(sought)))
    if len(places) > 1:
        lines = ", ".join(str(view.line(place)) for place in places[:20])
        raise ToolError(
            f"old is in {name} {len(places)} times, at lines {lines}. "
            "Add lines around it until it is unique, or set all=true."
        )
    return view.replace(old, new, places)


def _places(text: str, sought: str) -> Iterator[int]:
    """Where `sought` begins, also where that overlaps."""
    place = text.find(sought)
    while place >= 0:
        yield place
        place = text.find(sought, place + 1)


def _apart(places: list[int], length: int) -> Iterator[int]:
    """The places from the first that do not overlap."""
    end = 0
    for place in places:
        if place >= end:
            yield place
            end = place + length
