"""Watching the calls of a conversation: what did each of them change?

Watching never stops work: where it fails, the person is told once, and the call runs.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import time_ns
from typing import TypeVar

import msgspec

from ownkey.beneath import POSSIBLE
from ownkey.core import person
from ownkey.sessions.records import Changed
from ownkey.undo.changes import Change, Entry, Set
from ownkey.undo.shelf import Shelf
from ownkey.undo.tree import Manifest, Moment, TooLarge, compare, scan
from ownkey.undo.workspace import Workspace

UNABLE = "the copies could not be made"

Identities = Callable[[], frozenset[tuple[int, int]]]

_Result = TypeVar("_Result")


class Keeper:
    """The `agent.calls.Watch` of one session. One call is watched at a time."""

    def __init__(
        self,
        shelf: Shelf,
        cwd: Path,
        session: str,
        *,
        hidden: Identities,
        note: Callable[[Changed], None],
        tell: Callable[[str], None],
        clock: Callable[[], int] = time_ns,
    ) -> None:
        """`hidden` are files that hold keys, and folders that are none of the workspace's.
        `note` keeps a record, `tell` tells the person."""
        self.shelf = shelf
        self.cwd = Path(os.path.realpath(cwd))
        self.session = session
        self._hidden = hidden
        self._note = note
        self._tell = tell
        self._clock = clock
        self._known = Manifest()
        self._before: Moment | None = None
        self._blind = _too_much(self.cwd)
        """Why commands are not watched."""
        self._told: set[str] = set()
        self._words: list[str] = []
        """To be told, when it can be."""

    @asynccontextmanager
    async def watch(self, effect: str) -> AsyncIterator[None]:
        if not POSSIBLE or effect not in ("writes", "runs"):
            yield
            return
        try:
            await self._attempt(partial(self._begin, whole=effect == "runs"))
            yield
        finally:
            await self._conclude(cut=False)

    def touch(self, path: Path) -> None:
        """A path is about to be changed, or made with the folders it is in."""
        if self._before is None or self._before.workspace or not path.is_relative_to(self.cwd):
            return
        try:
            self._remember(os.fsencode(path.relative_to(self.cwd)))
        except OSError as error:
            self._words.append(_failed(error))

    async def recover(self) -> None:
        """Take in what a call did that ownkey did not see the end of."""
        self._before = await self._attempt(partial(self.shelf.opened, self.session))
        if self._before is not None:
            await self._conclude(cut=True)

    def beneath(self) -> Workspace:
        """The workspace. Raises `OSError`."""
        return Workspace(self.cwd, self._hidden())

    async def _conclude(self, *, cut: bool) -> None:
        changed = await self._attempt(partial(self._end, cut=cut))
        self._before = None
        if changed is not None:
            self._note(changed)

    async def _attempt(self, step: Callable[[], _Result]) -> _Result | None:
        try:
            return await surely(step)
        except OSError as error:
            self._words.append(_failed(error))
            return None
        finally:
            for words in self._words:
                if words not in self._told:
                    self._told.add(words)
                    self._tell(words)
            self._words.clear()

    def _begin(self, *, whole: bool) -> None:
        if dropped := self.shelf.take():
            self._words.append(
                f"Copies for undo were dropped, of the sessions used longest ago: {_few(dropped)}."
            )
        if not whole:
            self._before = Moment()
        elif seen := self._scan():
            self.shelf.open(self.session, Moment(seen))
            self._before = Moment(seen)

    def _end(self, *, cut: bool) -> Changed | None:
        changes = msgspec.structs.replace(self._difference(), cut=cut)
        changed = None
        if changes.changes or changes.blind:
            name = self.shelf.add(self.session, changes)
            changed = Changed(name, len(changes.changes))
        self.shelf.settle(self.session)
        return changed

    def _difference(self) -> Set:
        before = self._before
        if before is None:
            return Set(blind=self._blind or UNABLE)
        with self.beneath() as root:
            look = partial(root.look, blobs=self.shelf.blobs)
            if before.workspace is None:
                return Set(tuple(_changes(before.touched, look)))
            after = self._scan()
            return compare(before.workspace, after, look) if after else Set(blind=self._blind)

    def _scan(self) -> Manifest | None:
        """None where the workspace is not watched."""
        if not self._blind:
            try:
                with self.beneath() as root:
                    known = self._known if self._known.rows else self.shelf.index()
                    self._known = scan(root, self.cwd, self.shelf.blobs, known, self._clock)
                self.shelf.see(self._known)
                return self._known
            except TooLarge as error:
                self._blind = str(error)
        self._words.append(
            f"Only ownkey's own edits can be taken back here, not what commands change: {self.cwd}:"
            f" {self._blind}."
        )
        return None

    def _remember(self, path: bytes) -> None:
        """The state of a path, and of the folders that are to be made for it."""
        touched = dict(self._before.touched) if self._before else {}
        with self.beneath() as root:
            while path and path not in touched:
                touched[path] = root.look(path, self.shelf.blobs)
                above = path.rpartition(b"/")[0]
                if above and root.look(above, self.shelf.blobs):
                    break
                path = above
        self._before = Moment(touched=touched)
        self.shelf.open(self.session, self._before)


async def surely(step: Callable[[], _Result]) -> _Result:
    """In a thread, and to its end even when the task is cancelled."""
    running = asyncio.ensure_future(asyncio.to_thread(step))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _changes(
    touched: Mapping[bytes, Entry | None], look: Callable[[bytes], Entry | None]
) -> Iterator[Change]:
    for path, before in sorted(touched.items()):
        if (now := look(path)) != before:
            yield Change(path, before, now)


def _too_much(cwd: Path) -> str:
    """Why a folder is not watched, or nothing: these hold far more than one's work."""
    if cwd == Path(cwd.anchor):
        return "it is the whole disk"
    known = person.known_home(os.environ)
    if known is None:
        return ""
    home = Path(os.path.realpath(known))
    if home.is_relative_to(cwd):
        return "it is your home folder" if home == cwd else "your home folder is in it"
    return ""


def _failed(error: OSError) -> str:
    return f"What changes now cannot be taken back: {error.strerror or error}."


def _few(names: list[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
