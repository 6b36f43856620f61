"""Read before edit: what the model last saw of a file, held against what it is now."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from ownkey.core.errors import ToolError
from ownkey.tools import Context, Stamp
from ownkey.tools.diff import compare
from ownkey.tools.files import File, shown
from ownkey.tools.text import decode

KEPT = 1_000_000
"""Bytes up to which a file's content is kept, to show later what changed in it."""

CHANGES = 4_000
"""Characters of a foreign change that are shown."""


def remember(context: Context, path: Path, data: bytes) -> None:
    """The model knows this content of a located file now."""
    context.seen[path] = Stamp(_digest(data), data if len(data) <= KEPT else None)


def check_known(context: Context, file: File) -> None:
    """Raises `ToolError` unless the model knows the file as it is."""
    name = shown(context, file.path)
    stamp = context.seen.get(file.path)
    if stamp is None:
        raise ToolError(f"{name} exists and you have not read it yet; read it first.")
    if stamp.digest == _digest(file.data):
        return
    change = _change(stamp, file)
    if not change:
        raise ToolError(f"{name} changed since you read it; read it again.")
    remember(context, file.path, file.data)
    raise ToolError(
        f"{name} changed since you read it, not by you. Nothing was written. This changed; "
        f"repeat your call, adapted to it:\n{change}"
    )


def _change(stamp: Stamp, file: File) -> str:
    """The difference, or nothing where it cannot be shown whole."""
    if stamp.content is None or len(file.data) > KEPT:
        return ""
    old, new = decode(stamp.content), decode(file.data)
    if old is None or new is None:
        return ""
    text = compare(old.text, new.text, file.path.name).text
    return text if len(text) <= CHANGES else ""


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
