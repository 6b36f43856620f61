"""The `edit` tool."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from ownkey.core.errors import ToolError
from ownkey.core.message import Text
from ownkey.tools import Context, Output, tool
from ownkey.tools.diff import compare
from ownkey.tools.files import File, check_writable, failed, load, locate, shown
from ownkey.tools.nearest import nearest
from ownkey.tools.seen import check_known, remember
from ownkey.tools.store import store
from ownkey.tools.text import Document, View, decode


@tool("writes")
async def edit(context: Context, path: str, old: str, new: str, all: bool = False) -> Output:  # noqa: A002  the model's name
    """Replace old by new in a file you have read. old: exact text, without line numbers, \
    with enough lines to be unique; or all=true for every place."""
    return await asyncio.to_thread(_edit, context, path, old, new, all)


def _edit(context: Context, path: str, old: str, new: str, everywhere: bool) -> Output:
    target = locate(context, path)
    check_writable(context, target)
    file = load(context, target)
    name = shown(context, target)
    document = _document(name, file)
    check_known(context, file)
    text = _replaced(name, View(document.text), old, new, everywhere)
    data = document.encode(text)
    try:
        store(target, data, file.state)
    except OSError as error:
        raise failed("write", context, target, error) from error
    remember(context, target, data)
    diff = compare(document.text, text, name)
    detail = {"path": name, "diff": diff.text, "added": diff.added, "removed": diff.removed}
    return Output((Text(f"Edited {name} (+{diff.added} -{diff.removed})."),), detail)


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
