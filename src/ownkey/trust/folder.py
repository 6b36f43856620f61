"""Which folders the person trusts, kept outside of them: a folder by its path and its inode, and
every file that counts by what it said.

What changed since is asked about again, by name. Nothing in a folder has a say in this.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from ownkey.config.writing import alone
from ownkey.core.errors import UsageError
from ownkey.sessions import place
from ownkey.trust import brought
from ownkey.trust.brought import Item

FILE = "trust.json"

PRIVATE = 0o600

LARGEST = 16 * 1024 * 1024
"""Bytes of our own file that are read."""

Decision = Literal["trusted", "declined"]


class Entry(msgspec.Struct, frozen=True):
    """What was decided of a folder."""

    path: str
    inode: str
    """`st_dev:st_ino`: another folder in the same place is another folder."""
    decision: Decision
    date: str
    """ISO 8601, UTC."""
    files: dict[str, str] = {}
    """The sha256 of each file that it was decided for, by path."""


class Kept(msgspec.Struct, frozen=True):
    """The whole file."""

    folders: tuple[Entry, ...] = ()
    version: int = 1


class Standing(msgspec.Struct, frozen=True):
    """How the person stands to a folder, as it is now."""

    place: Path
    items: tuple[Item, ...] = ()
    word: Literal["trusted", "declined", "unasked"] = "unasked"
    changed: tuple[tuple[Path, str], ...] = ()
    """Files that are `new` or `changed` since the folder was decided upon."""
    contents: dict[Path, bytes] = {}
    """What the files say, of a trusted folder alone: just what was judged."""

    @property
    def trusted(self) -> bool:
        return self.word == "trusted"

    @property
    def usable(self) -> tuple[Item, ...]:
        """What trust makes count."""
        return tuple(one for one in self.items if not one.fault)

    @property
    def asks(self) -> bool:
        """Whether there is something to decide, and it is not decided."""
        return self.word == "unasked" and bool(self.usable)

    def name(self, path: Path) -> str:
        """A path as the person knows it, from this folder on."""
        return os.path.relpath(path, self.place)


class Moved(Exception):
    """The files are not what was shown any more."""


def look(
    state: Path, cwd: Path, home: Path, own: tuple[Path, ...] = (), *, anyway: bool = False
) -> Standing:
    """How things stand. `anyway` trusts the folder as it is, for this once. Files are read only
    where something was decided before. `home` and `own` are the person's, and no project's."""
    here = Standing(Path(os.path.realpath(cwd)), brought.find(cwd, home, own))
    if anyway:
        return msgspec.structs.replace(here, word="trusted", contents=_contents(here))
    entries = list(_applying(_read(state / FILE).folders, here.place))
    return _judged(here, entries) if entries else here


def keep(
    state: Path, shown: Standing, decision: Decision, home: Path, own: tuple[Path, ...] = ()
) -> Standing:
    """Write a decision on what was shown down. Raises `Moved` if that is no longer what is there,
    `UsageError` if it cannot be written."""
    contents = _contents(shown)
    if brought.find(shown.place, home, own) != shown.items:
        raise Moved
    entry = Entry(
        path=_spelled(shown.place),
        inode=_inode(shown.place),
        decision=decision,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        files={_spelled(path): _digest(data) for path, data in contents.items()},
    )
    with _changing(state) as before:
        others = tuple(one for one in before.folders if one.path != entry.path)
        _write(state / FILE, Kept((*others, entry)))
    trusted = decision == "trusted"
    return msgspec.structs.replace(
        shown, word=decision, changed=(), contents=contents if trusted else {}
    )


def entries(state: Path) -> tuple[Entry, ...]:
    """Every folder that was decided upon."""
    return _read(state / FILE).folders


def forget(state: Path, folder: Path) -> bool:
    """Whether there was anything to forget. Raises `UsageError`."""
    path = _spelled(Path(os.path.realpath(folder)))
    with _changing(state) as before:
        left = tuple(one for one in before.folders if one.path != path)
        if len(left) < len(before.folders):
            _write(state / FILE, Kept(left))
    return len(left) < len(before.folders)


def _judged(here: Standing, found: list[Entry]) -> Standing:
    """A folder's own entry may decline; its own and those above may trust, file by file."""
    contents = _contents(here)
    digests = {path: _digest(data) for path, data in contents.items()}
    own = next((one for one in found if one.path == _spelled(here.place)), None)
    if own and own.decision == "declined" and not _changes(digests, [own]):
        return msgspec.structs.replace(here, word="declined")
    trusting = [one for one in found if one.decision == "trusted"]
    changed = _changes(digests, trusting or found)
    if changed or not trusting:
        return msgspec.structs.replace(here, changed=changed)
    return msgspec.structs.replace(here, word="trusted", contents=contents)


def _changes(digests: dict[Path, str], found: list[Entry]) -> tuple[tuple[Path, str], ...]:
    known = {(path, digest) for one in found for path, digest in one.files.items()}
    paths = {path for path, _ in known}
    return tuple(
        (path, "changed" if _spelled(path) in paths else "new")
        for path, digest in digests.items()
        if (_spelled(path), digest) not in known
    )


def _applying(folders: tuple[Entry, ...], here: Path) -> Iterator[Entry]:
    """The entries of a folder and of those above it, up to the root of its repository: what is
    cloned into a trusted folder is not trusted with it."""
    by_path = {one.path: one for one in folders}
    for folder in (here, *here.parents):
        entry = by_path.get(_spelled(folder))
        if entry and entry.inode == _inode(folder):
            yield entry
        if os.path.lexists(folder / ".git"):
            return


def _contents(here: Standing) -> dict[Path, bytes]:
    """Of the files that can be read; what cannot be read counts for nothing."""
    contents = {}
    for item in here.usable:
        with suppress(OSError):
            contents[item.path] = brought.read(item.path)
    return contents


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _inode(folder: Path) -> str:
    try:
        found = folder.stat()
    except OSError:
        return ""
    return f"{found.st_dev}:{found.st_ino}"


def _spelled(path: Path) -> str:
    """A path as JSON can hold it, whatever its bytes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _read(file: Path) -> Kept:
    """Without a file of our own that can be understood, nobody is trusted."""
    try:
        descriptor = os.open(file, brought.OPENED_AS)
        with os.fdopen(descriptor, "rb") as stream:
            if not _is_ours(os.fstat(descriptor)):
                return Kept()
            return msgspec.json.decode(stream.read(LARGEST), type=Kept)
    except (OSError, msgspec.DecodeError):
        return Kept()


def _is_ours(found: os.stat_result) -> bool:
    """Whether nobody else can have written it."""
    if not stat.S_ISREG(found.st_mode):
        return False
    if os.name != "posix":
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


@contextmanager
def _changing(state: Path) -> Iterator[Kept]:
    """What is kept, while no other process of ours changes it."""
    try:
        place.make_private(state)
        with alone(state):
            yield _read(state / FILE)
    except OSError as error:
        what = f"The decision cannot be kept in {state / FILE}: {error.strerror}."
        raise UsageError(what, "Make the folder writable to you.") from error


def _write(file: Path, kept: Kept) -> None:
    """Whole, in one step, and closed to others from its first byte on."""
    fresh = file.with_name(f".{FILE}.new")
    fresh.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(fresh, flags, PRIVATE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(kept), indent=2))
        stream.flush()
        os.fsync(descriptor)
    fresh.replace(file)
