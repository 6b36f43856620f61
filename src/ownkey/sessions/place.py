"""Where sessions live: private folders and files, one folder for each working directory.

<state folder>/sessions/<slug of the working directory>/<time>-<random>.jsonl
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

SUFFIX = ".jsonl"

_SLUG_LENGTH = 80


def folder(environ: Mapping[str, str]) -> Path:
    """The state folder: `OWNKEY_STATE_DIR`, else the platform's own; where there is no home
    that it could be in, one in which nothing can be kept, as whoever tries is told."""
    if given := environ.get("OWNKEY_STATE_DIR"):
        return Path(given).expanduser().absolute()
    from platformdirs import user_state_path

    try:
        return user_state_path("ownkey")
    except RuntimeError:
        return Path(os.devnull, "ownkey")


def new_id() -> str:
    """`20260131-235959-9f86d081e4ab`: sorts by time (UTC). Many that begin in one second have each
    their own: of six digits, two of 200 were the same once in some thousand seconds."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(6)}"


def path(root: Path, cwd: Path, session: str) -> Path:
    return shelf(root, cwd) / f"{session}{SUFFIX}"


def shelf(root: Path, cwd: Path) -> Path:
    """The folder for the sessions of one working directory. The end of its name tells
    apart what the readable part, which any file system can store, does not."""
    place = str(cwd.resolve())
    slug = re.sub(r"[^A-Za-z0-9]+", "-", place)[-_SLUG_LENGTH:].strip("-")
    digest = sha256(os.fsencode(place)).hexdigest()[:8]
    return root / "sessions" / f"{slug}-{digest}".lstrip("-")


def sessions(root: Path) -> Iterator[Path]:
    """The files of all sessions."""
    return (root / "sessions").glob(f"*/*{SUFFIX}")


def append_to(file: Path) -> int:
    """A descriptor that appends to `file`, which is made if there is none: then its
    folders are too, all closed to others, and its name is on the disk."""
    flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)
    try:
        return os.open(file, flags)
    except FileNotFoundError:
        make_private(file.parent)
        descriptor = os.open(file, flags | os.O_CREAT | os.O_EXCL, 0o600)
        _sync_folder(file.parent)
        return descriptor


def make_private(directory: Path) -> None:
    """Make a folder and those above it, closed to others whatever the umask."""
    missing = [one for one in (directory, *directory.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(directory: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
