"""The `write` tool."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ownkey.core.errors import ToolError
from ownkey.core.message import Text
from ownkey.tools import Context, Output, tool
from ownkey.tools.diff import compare
from ownkey.tools.files import File, check_writable, failed, load, locate, shown
from ownkey.tools.seen import check_known, remember
from ownkey.tools.store import store
from ownkey.tools.text import Document, decode


@tool("writes")
async def write(context: Context, path: str, content: str) -> Output:
    """Create a file and its folders, or replace a whole file you have read. \
    For changes use edit."""
    return await asyncio.to_thread(_write, context, path, content)


def _write(context: Context, path: str, content: str) -> Output:
    target = locate(context, path)
    check_writable(context, target)
    file = load(context, target) if target.exists() else None
    document = _document(context, file) if file else Document("", "utf-8")
    text = _with_endings(content, document.text)
    data = document.encode(text)
    if not file:
        _make_folder(context, target.parent)
    try:
        store(target, data, file.state if file else None)
    except OSError as error:
        raise failed("write", context, target, error) from error
    remember(context, target, data)
    name = shown(context, target)
    diff = compare(document.text, text, name)
    counts = f"+{diff.added} -{diff.removed}"
    done = f"Replaced {name} ({counts})." if file else f"Created {name} ({diff.added} lines)."
    detail = {"path": name, "diff": diff.text, "added": diff.added, "removed": diff.removed}
    return Output((Text(done),), detail)


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


def _make_folder(context: Context, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ToolError(f"{shown(context, folder)} is a file, not a folder.") from None
    except NotADirectoryError:
        raise ToolError(f"A part of {shown(context, folder)} is a file, not a folder.") from None
    except OSError as error:
        raise failed("create", context, folder, error) from error
