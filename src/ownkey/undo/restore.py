"""Carrying out a plan: each path becomes what it was, or stays what it is, never a mixture."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable
from errno import EACCES, EEXIST, ENOENT, ENOTDIR, ENOTEMPTY, EPERM
from hashlib import blake2b

from ownkey.undo.blobs import Blobs
from ownkey.undo.changes import Change
from ownkey.undo.plan import Left
from ownkey.undo.workspace import Workspace

WORDS = {
    EACCES: "it may not be changed",
    EEXIST: "something else is there by now",
    ENOENT: "the folder it was in is gone",
    ENOTDIR: "the folder it was in is gone",
    ENOTEMPTY: "something else is in it",
    EPERM: "it may not be changed",
}


def restore(root: Workspace, blobs: Blobs, changes: Iterable[Change]) -> list[Left]:
    """Make every path what its change says it is after it, and tell of those that could not
    be. What is not as it is said to be before it stays. Run again, it goes on."""
    work = _Work(root, blobs)
    down = sorted(changes, key=lambda one: one.path)
    up = down[::-1]
    work.each(work.open_up, (one for one in down if one.before and one.before.folder))
    work.each(work.remove, (one for one in up if _goes(one)))
    work.each(work.bring, (one for one in down if one.after))
    work.each(work.close_up, (one for one in up if one.after and one.after.folder))
    return [Left(path, why) for path, why in sorted(work.left.items())]


class _Work:
    def __init__(self, root: Workspace, blobs: Blobs) -> None:
        self.left: dict[bytes, str] = {}
        self._root = root
        self._blobs = blobs

    def each(self, step: Callable[[Change], None], changes: Iterable[Change]) -> None:
        for one in changes:
            if one.path in self.left:
                continue
            try:
                step(one)
            except OSError as error:
                self.left[one.path] = WORDS.get(error.errno or 0, str(error.strerror))

    def open_up(self, one: Change) -> None:
        """Something may have to be done in a folder that was closed to it."""
        now = self._root.look(one.path, self._blobs)
        if now and now.folder:
            self._root.set_mode(one.path, now.mode | stat.S_IRWXU)

    def remove(self, one: Change) -> None:
        now = self._root.look(one.path, self._blobs)
        if now is None or now == one.after:
            return
        if now.folder or now == one.before:
            self._root.remove(one.path, folder=now.folder)
        else:
            self._leave(one)

    def bring(self, one: Change) -> None:
        wanted = one.after
        now = self._root.look(one.path, self._blobs)
        if wanted is None or now == wanted or (now and now.folder and wanted.folder):
            return
        if now is not None and now != one.before:
            self._leave(one)
        elif wanted.folder:
            self._root.make_folder(one.path, wanted.mode)
        elif (data := self._blobs.get(wanted.digest)) is None:
            self.left[one.path] = "its copy is kept no more"
        else:
            self._root.put(one.path, wanted, data, _temporary(one.path))

    def close_up(self, one: Change) -> None:
        if one.after:
            self._root.set_mode(one.path, one.after.mode)

    def _leave(self, one: Change) -> None:
        self.left[one.path] = "it was changed this very moment"


def _goes(one: Change) -> bool:
    """Whether it has to be away before what comes in its place can come."""
    if one.before is None:
        return False
    return one.after is None or one.before.folder != one.after.folder


def _temporary(path: bytes) -> bytes:
    """The same for each try, so that one that was killed leaves nothing behind."""
    return b".ownkey-undo-" + blake2b(path, digest_size=6).hexdigest().encode()
