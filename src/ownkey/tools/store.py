"""Putting content into a file so that a crash leaves the old or the new, never a mixture."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from ownkey.core.errors import ToolError

CREATING = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)
REWRITING = CREATING & ~(os.O_CREAT | os.O_EXCL)


def store(path: Path, data: bytes, before: os.stat_result | None) -> None:
    """Make `data` the content of a located file; `before` is its state when it was read,
    None if it must not exist. Mode, owner, extended attributes and hard links stay.

    Raises `ToolError` if the file is another by now, and `OSError`.
    """
    if before is not None and not os.access(path, os.W_OK):
        raise PermissionError(0, "it is write-protected")
    temporary = path.with_name(f".ownkey-{secrets.token_hex(6)}")
    try:
        _write(temporary, CREATING, data, 0o666 if before is None else 0o600)
        _check_unchanged(path, before)
        if before is None or _adopt(temporary, path, before):
            temporary.replace(path)
        else:
            # The finished temporary file is the backup while this is under way.
            _write(path, REWRITING, data)
    finally:
        with suppress(OSError):
            temporary.unlink()
    _sync_folder(path.parent)


def _write(path: Path, flags: int, data: bytes, mode: int = 0) -> None:
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _check_unchanged(path: Path, before: os.stat_result | None) -> None:
    """The last look: what came in since then cannot be told from what came before."""
    try:
        now = path.lstat()
    except FileNotFoundError:
        if before is None:
            return
    else:
        if before is not None and _identity(now) == _identity(before):
            return
    raise ToolError(f"{path.name} changed this very moment; nothing was written. Read it again.")


def _identity(state: os.stat_result) -> tuple[int, int, int, int]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def _adopt(temporary: Path, path: Path, before: os.stat_result) -> bool:
    """Give the new file what the old one has besides its content; False if that cannot be."""
    if before.st_nlink > 1:
        return False
    try:
        created = temporary.stat()
        if (created.st_uid, created.st_gid) != (before.st_uid, before.st_gid):
            os.chown(temporary, before.st_uid, before.st_gid)
        shutil.copystat(path, temporary)
        os.utime(temporary)
    except OSError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """So that the new name survives a power cut, where folders can be synced."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
