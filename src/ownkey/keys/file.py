"""A key in a file of its own, which nobody else may read."""

from __future__ import annotations

import asyncio
import os
import shlex
import stat
from pathlib import Path

import msgspec

from ownkey import keys
from ownkey.core.errors import KeyMissing


class InFile(msgspec.Struct, frozen=True):
    """The key in the file at `path`, which is absolute."""

    path: str

    @property
    def called(self) -> str:
        return f"file {self.path}"

    async def fetch(self) -> str:
        return await asyncio.to_thread(read, Path(self.path))


def read(path: Path) -> str:
    """The key in a file. Raises `KeyMissing`, also where others can read it."""
    if fault := problem(path):
        raise fault
    try:
        with path.open("rb") as file:
            return keys.read(file.read(keys.LARGEST + 1), str(path))
    except OSError as error:
        raise KeyMissing(f"{path} cannot be read: {error.strerror}.", "Check the file.") from error


def problem(path: Path) -> KeyMissing | None:
    """What keeps a file from being used, without reading it.

    As ssh has it, the mode of a file of one's own counts (sshkey_perm_ok in authfile.c):
    what another has put there, such as a container's secret, is theirs to keep.
    """
    try:
        state = path.stat()
    except OSError as error:
        return KeyMissing(f"{path}: {error.strerror}.", "Check the path of the file.")
    if not stat.S_ISREG(state.st_mode):
        return KeyMissing(f"{path} is no file.", "Name a file that has the key in it.")
    if os.name == "posix" and state.st_uid == os.getuid() and state.st_mode & 0o077:
        mode = f"{stat.S_IMODE(state.st_mode):04o}"
        what = f"Other users of this machine may read {path} (mode {mode})."
        return KeyMissing(what, f"Run `chmod 600 {shlex.quote(str(path))}`.")
    return None


def write(path: Path, value: str) -> None:
    """Keep a key in a file, private from its first byte on; one that is there is replaced."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(value.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
