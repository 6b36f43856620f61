"""The state of a workspace at one moment, found again by reading only what is different."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from ownkey.beneath import Place, identity
from ownkey.tools.walk import folders_under
from ownkey.undo.blobs import Blobs
from ownkey.undo.changes import Change, Entry, Set
from ownkey.undo.workspace import LARGEST, Workspace

MOST = 50_000
"""Files, links and folders, beyond which only the edits of ownkey itself are watched."""

MOST_BYTES = 1_000_000_000

DERIVED = frozenset({b"node_modules", b".venv", b"__pycache__"})
"""Folders that programs fill, left out whether or not there is a .gitignore."""

SLACK = 2_000_000_000
"""Nanoseconds after which a file that changes again has another time than before: two
seconds on the coarsest of file systems."""

_ENCODING = sys.getfilesystemencoding()


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry, and by what it is known again without being read."""

    entry: Entry
    state: tuple[int, int, int, int, int]
    sure: bool
    """Whether a change after it was read has to show in `state`."""


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """What is where, by path."""

    rows: dict[bytes, Row] = {}
    unwatched: tuple[bytes, ...] = ()
    """Folders that were not looked into."""


class Moment(msgspec.Struct, frozen=True, array_like=True):
    """What was, before a call."""

    workspace: Manifest | None = None
    """None where only some paths are watched."""
    touched: dict[bytes, Entry | None] = {}


class TooLarge(Exception):
    """That a workspace cannot be watched, and why, in words."""


def scan(
    root: Workspace, place: Path, blobs: Blobs, known: Manifest, now: Callable[[], int]
) -> Manifest:
    """The workspace as it is, with a copy of every content. `known` is an earlier state, and
    `now` the clock of files in nanoseconds. Raises `TooLarge` and `OSError`."""
    walk = _Walk(root, _watched(place), known.rows)
    walk.run()
    for above, names in walk.fresh.items():
        walk.rows.update(_read(root, above, names, blobs, now()))
    return Manifest(walk.rows, tuple(sorted(walk.unwatched)))


def compare(before: Manifest, after: Manifest, look: Callable[[bytes], Entry | None]) -> Set:
    """What happened between the two. `look` tells of a path now."""
    unwatched = frozenset(after.unwatched)
    unknown = frozenset(before.unwatched)
    changes: list[Change] = []
    for path in sorted(before.rows.keys() | after.rows.keys()):
        old, new = _entry(before.rows, path), _entry(after.rows, path)
        if new is None and _within(path, unwatched):
            new = look(path)  # it was watched until .gitignore changed
        if old is None and _within(path, unknown):
            continue
        if old != new:
            changes.append(Change(path, old, new))
    return Set(tuple(changes), after.unwatched)


class _Walk:
    """Looks at every entry, and reads none."""

    def __init__(self, root: Workspace, watched: frozenset[bytes], known: Mapping[bytes, Row]):
        self._root = root
        self._watched = watched
        self._known = known
        self._bytes = 0
        self.rows: dict[bytes, Row] = {}
        self.unwatched: list[bytes] = []
        self.fresh: dict[bytes, list[bytes]] = {}
        """Names to be read, by folder."""
        self._count = 0

    def run(self) -> None:
        waiting = [b""]
        while waiting:
            path = waiting.pop()
            try:
                with self._root.folder(path) as folder:
                    waiting += self._folders(folder, path)
            except (PermissionError, FileNotFoundError, NotADirectoryError):
                self.unwatched.append(path)

    def _folders(self, folder: int, above: bytes) -> Iterator[bytes]:
        """Take in one folder, and name those in it."""
        prefix = above + b"/" if above else b""
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.encode(_ENCODING, "surrogateescape")
                state = _state(entry)
                if state is None or name.lower() == b".git":
                    continue
                path = prefix + name
                self._count += 1
                if not stat.S_ISDIR(state.st_mode):
                    self._file(above, name, path, state)
                elif self._enters(name, path, state):
                    self.rows[path] = Row(Entry(state.st_mode), identity(state), sure=True)
                    yield path
        if self._count > MOST:
            raise TooLarge(f"it has more than {MOST:,} files")

    def _enters(self, name: bytes, path: bytes, state: os.stat_result) -> bool:
        if (state.st_dev, state.st_ino) in self._root.hidden:
            return False
        if name in DERIVED or not (path in self._watched or _unspeakable(path)):
            self.unwatched.append(path)
            return False
        return True

    def _file(self, above: bytes, name: bytes, path: bytes, state: os.stat_result) -> None:
        row = self._known.get(path)
        if row is not None and row.sure and row.state == identity(state):
            self.rows[path] = row
        else:
            self.fresh.setdefault(above, []).append(name)
        if state.st_size <= LARGEST:
            self._bytes += state.st_size
        if self._bytes > MOST_BYTES:
            raise TooLarge(f"its files are larger than {MOST_BYTES // 1_000_000_000} GB")


def _read(
    root: Workspace, above: bytes, names: Iterable[bytes], blobs: Blobs, now: int
) -> Iterator[tuple[bytes, Row]]:
    """The entries of one folder; without what is gone by now."""
    prefix = above + b"/" if above else b""
    with suppress(FileNotFoundError, NotADirectoryError), root.folder(above) as folder:
        for name in names:
            with suppress(FileNotFoundError):
                entry, state = root.entry(Place(folder, name), blobs)
                # Git's rule: what was read in the tick of its last change may change in it again.
                changed = max(state.st_mtime_ns, state.st_ctime_ns)
                yield prefix + name, Row(entry, identity(state), sure=changed + SLACK < now)


def _watched(place: Path) -> frozenset[bytes]:
    start = len(str(place)) + 1
    return frozenset(os.fsencode(str(path)[start:]) for path in folders_under(place))


def _unspeakable(path: bytes) -> bool:
    """Whether the walk that knows .gitignore has no word for it: then it is watched."""
    try:
        path.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _state(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def _entry(rows: Mapping[bytes, Row], path: bytes) -> Entry | None:
    row = rows.get(path)
    return row.entry if row else None


def _within(path: bytes, folders: frozenset[bytes]) -> bool:
    while path:
        if path in folders:
            return True
        path = path.rpartition(b"/")[0]
    return False
