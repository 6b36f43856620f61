"""Putting content into a file so that a crash leaves the old or the new, never a mixture."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from contextlib import suppress
from errno import EACCES, EPERM, EROFS
from pathlib import Path

from ownkey.beneath import CREATING, READING, WRITING, Place, copy_attributes, identity
from ownkey.core.errors import ToolError
from ownkey.tools.files import File

CLOSED = frozenset({EACCES, EPERM, EROFS})
"""What it means that no file can be made in a folder."""


def store(place: Place, data: bytes, before: File | None, *, aside: Path) -> None:
    """Make `data` the content of a file; `before` is what was read, None if it must not exist.
    Mode, owner, extended attributes, access list and hard links stay. `aside` is a folder for
    a copy of the old content where it has to be written over.

    Raises `ToolError` if the file is another by now, and `OSError`.
    """
    _check_unchanged(place, before)
    if before is None:
        _make(place, data)
    elif not place.is_writable():
        raise PermissionError(EACCES, "it is write-protected")
    elif not (before.state.st_nlink == 1 and _replaced(place, data, before)):
        _write_over(place, data, before, aside)
    _sync(place.folder)


def _make(place: Place, data: bytes) -> None:
    new = _beside(place)
    try:
        # With the mode that the person's umask and the folder's access list give to new files.
        with os.fdopen(new.open(CREATING, 0o666), "wb") as file:
            _fill(file.fileno(), data)
        try:
            new.link(place)
        except FileExistsError:
            raise _changed(place) from None
        except (OSError, NotImplementedError):  # a file system without hard links
            _check_unchanged(place, None)
            new.replace(place)
    finally:
        _drop(new)


def _replaced(place: Place, data: bytes, before: File) -> bool:
    """Whether a new file could be put in the old one's place, with all that it has besides its
    content. Nobody else may read it while it grows."""
    new = _beside(place)
    try:
        with os.fdopen(new.open(CREATING, 0o600), "wb") as file:
            _fill(file.fileno(), data)
            if not _adopt(place, new, file.fileno(), before):
                return False
            os.fsync(file.fileno())
        _check_unchanged(place, before)  # the last look: what comes in now is lost
        new.replace(place)
    except OSError as error:
        if error.errno in CLOSED:
            return False
        raise
    finally:
        _drop(new)
    return True


def _beside(place: Place) -> Place:
    """A new name that nobody can foresee."""
    return place.beside(b".ownkey-" + secrets.token_hex(8).encode())


def _drop(new: Place) -> None:
    with suppress(OSError):
        new.remove()


def _adopt(place: Place, new: Place, descriptor: int, before: File) -> bool:
    """Give the new file what the old one has besides its content; False if that cannot be."""
    if place.folder is None:
        shutil.copystat(place.name, new.name)
        os.utime(new.name)
        return True
    state, created = before.state, os.fstat(descriptor)
    old = place.open(READING)
    try:
        if (created.st_uid, created.st_gid) != (state.st_uid, state.st_gid):
            os.fchown(descriptor, state.st_uid, state.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(state.st_mode))
        return copy_attributes(old, descriptor)
    except OSError:
        return False
    finally:
        os.close(old)


def _write_over(place: Place, data: bytes, before: File, aside: Path) -> None:
    """Into the file itself: it has other names, or nothing new can be in its place. A copy of
    the old content stays if that is cut off."""
    copy = _copy(aside, place, before.data)
    descriptor = place.open(WRITING)
    try:
        state = os.fstat(descriptor)
        if (state.st_dev, state.st_ino) != (before.state.st_dev, before.state.st_ino):
            raise _changed(place)
        _fill(descriptor, data)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror}; what it held is in {copy}") from error
    finally:
        os.close(descriptor)
    copy.unlink()


def _copy(aside: Path, place: Place, data: bytes) -> Path:
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = aside / f"{secrets.token_hex(8)}-{os.path.basename(os.fsdecode(place.name))[-100:]}"  # noqa: PTH119  bytes
    descriptor = os.open(copy, CREATING, 0o600)
    try:
        _fill(descriptor, data)
    finally:
        os.close(descriptor)
    return copy


def _fill(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.ftruncate(descriptor, len(data))
    os.fsync(descriptor)


def _check_unchanged(place: Place, before: File | None) -> None:
    try:
        now = place.state()
    except FileNotFoundError:
        if before is None:
            return
    else:
        # A clock of files may stand still while they are written: so what they hold counts.
        if before and identity(now) == identity(before.state) and _holds(place, before.data):
            return
    raise _changed(place)


def _holds(place: Place, data: bytes) -> bool:
    with os.fdopen(place.open(READING), "rb") as file:
        return file.read(len(data) + 1) == data


def _changed(place: Place) -> ToolError:
    name = os.path.basename(os.fsdecode(place.name))  # noqa: PTH119  bytes
    return ToolError(f"{name!r} changed this very moment; nothing was written. Read it again.")


def _sync(folder: int | None) -> None:
    """So that the new name survives a power cut, where folders can be synced."""
    if folder is not None:
        with suppress(OSError):
            os.fsync(folder)
