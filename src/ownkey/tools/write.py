"""The `write` tool."""

from __future__ import annotations

import asyncio

from ownkey.beneath import make_folders
from ownkey.core.errors import ToolError
from ownkey.tools import Context, Output, tool
from ownkey.tools.change import Change
from ownkey.tools.files import File, failed, load, locate, root_for, shown, there
from ownkey.tools.seen import check_known
from ownkey.tools.text import Document, decode


async def _diff(context: Context, path: str, content: str) -> str:
    change = await asyncio.to_thread(_change, context, path, content)
    return change.diff(context).text


@tool("writes", diff=_diff)
async def write(context: Context, path: str, content: str) -> Output:
    """Create a file and its folders, or replace a whole file you have read. \
    For changes use edit."""
    return await asyncio.to_thread(_write, context, path, content)


def _write(context: Context, path: str, content: str) -> Output:
    change = _change(context, path, content)
    if change.file:
        return change.carry_out(context, "Replaced {name} (+{added} -{removed}).")
    context.changing(change.target)  # the folders are a part of it
    _make_folder(context, change)
    return change.carry_out(context, "Created {name} ({added} lines).")


def _change(context: Context, path: str, content: str) -> Change:
    target = locate(context, path)
    root = root_for(context, target)
    file = load(context, target) if there(context, target) else None
    document = _document(context, file) if file else Document("", "utf-8")
    text = _with_endings(content, document.text)
    document.encode(text)
    change = Change(root, target, file, document, text)
    change.check(context)
    return change


def _document(context: Context, file: File) -> Document:
    check_known(context, file)
    document = decode(file.data)
    if document is None:
        raise ToolError(f"{shown(context, file.path)} is binary; it cannot be replaced by text.")
    return document


def _with_endings(content: str, before: str) -> str:
    """A file of CRLF lines stays one: models write LF without meaning it."""
    lines = before.count("\n")
    if lines and lines == before.count("\r\n") and "\r" not in content:
        return content.replace("\n", "\r\n")
    return content


def _make_folder(context: Context, change: Change) -> None:
    folder = change.target.parent
    try:
        make_folders(change.root, folder)
    except (FileExistsError, NotADirectoryError):
        part = "" if folder.exists() else "A part of "
        raise ToolError(f"{part}{shown(context, folder)} is a file, not a folder.") from None
    except OSError as error:
        raise failed("create", context, folder, error) from error
