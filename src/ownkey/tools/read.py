"""The `read` tool."""

from __future__ import annotations

import asyncio

from ownkey.core.errors import ToolError
from ownkey.core.message import Image, Text
from ownkey.tools import Context, Output, tool
from ownkey.tools.files import File, load, locate, shown, sized
from ownkey.tools.seen import remember
from ownkey.tools.text import View, decode

MOST_LINES = 2000
MOST_BYTES = 50_000
WIDEST = 2000
"""Characters of one line."""

LARGEST_IMAGE = 3_750_000
"""Bytes: 5 MB in base64, the Messages API's limit for one image."""

IMAGES = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)
"""Signature, where it stands, and the type: what all three wires can carry."""


@tool("reads")
async def read(
    context: Context, path: str, offset: int = 1, limit: int = MOST_LINES
) -> str | Output:
    """Read a text file as `number<TAB>line`, or view an image. \
    At most 2000 lines or 50 KB a call; go on with offset (first line)."""
    return await asyncio.to_thread(_read, context, path, offset, limit)


def _read(context: Context, path: str, offset: int, limit: int) -> str | Output:
    if offset < 1 or limit < 1:
        raise ToolError("offset and limit count lines from 1.")
    file = load(context, locate(context, path))
    mime = _image(file.data)
    content = _picture(context, file, mime) if mime else _text(context, file, offset, limit)
    remember(context, file.path, file.data)
    return content


def _image(data: bytes) -> str | None:
    return next((mime for sign, at, mime in IMAGES if data.startswith(sign, at)), None)


def _picture(context: Context, file: File, mime: str) -> Output:
    name, size = shown(context, file.path), len(file.data)
    if size > LARGEST_IMAGE:
        raise ToolError(
            f"{name} is an image of {sized(size)}; at most {sized(LARGEST_IMAGE)} can be viewed. "
            "Scale it down first."
        )
    return Output((Text(f"{name}: {mime}, {sized(size)}"), Image(mime, file.data)))


def _text(context: Context, file: File, offset: int, limit: int) -> str:
    name = shown(context, file.path)
    document = decode(file.data)
    if document is None:
        raise ToolError(f"{name} is binary ({sized(len(file.data))}); look at it with shell.")
    lines = View(document.text).lines()
    if offset > max(len(lines), 1):
        raise ToolError(f"{name} has only {len(lines)} lines.")
    window, cut = _window(lines[offset - 1 :][: min(limit, MOST_LINES)], offset)
    last = offset + len(window) - 1
    notes = [document.note] if document.note else []
    notes += [f"{cut} long lines cut at {WIDEST} characters"] if cut else []
    if last < len(lines):
        notes.append(f"lines {offset}-{last} of {len(lines)}; go on with offset={last + 1}")
    if not lines:
        notes.append("the file is empty")
    return "\n".join([*window, *(f"[{note}]" for note in notes)])


def _window(lines: list[str], first: int) -> tuple[list[str], int]:
    """The numbered lines that fit into one answer, and how many of them were cut."""
    window: list[str] = []
    room, cut = MOST_BYTES, 0
    for number, line in enumerate(lines, first):
        text = f"{number}\t{_valid(line[:WIDEST])}"
        room -= len(text.encode()) + 1
        if room < 0:
            break
        if len(line) > WIDEST:
            text += "\u2026"
            cut += 1
        window.append(text)
    return window, cut


def _valid(line: str) -> str:
    """Bytes that are no text, as a replacement character: they cannot be sent."""
    return line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
