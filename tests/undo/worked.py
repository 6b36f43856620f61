"""A workspace that a session works in, with its journal and the copies of what it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from time import time_ns

from ownkey.core.message import Text, User
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said
from ownkey.tools.files import identities
from ownkey.undo.keeper import Keeper
from ownkey.undo.past import Past
from ownkey.undo.plan import Left, Plan
from ownkey.undo.shelf import MOST, Shelf

HOUR = 3600 * 10**9


class Worked:
    """Turns are functions that change files."""

    def __init__(self, folder: Path, session: Journal | None = None, most: int = MOST) -> None:
        self.root = folder / "work"
        self.root.mkdir(exist_ok=True)
        self.state = folder / "state"
        self.told: list[str] = []
        self.journal = session or Journal.create(self.state, self.root, "some-model")
        self.shelf = Shelf(self.state, self.root, most)
        self.ahead = 0
        """Nanoseconds by which our clock is ahead: what changed just now is long ago then."""
        self.keeper = Keeper(
            self.shelf,
            self.root,
            self.journal.id,
            hidden=lambda: frozenset(identities((self.state,))),
            note=self.journal.append,
            tell=self.told.append,
            clock=lambda: time_ns() + self.ahead,
        )
        self.past = Past(self.journal, self.keeper)

    def close(self) -> None:
        self.journal.close()
        self.shelf.close()

    def turn(self, *commands: Callable[[], object], words: str = "Go on.") -> None:
        """Each command is a call of its own."""
        self.journal.append(Said(User((Text(words),))))
        for command in commands:
            asyncio.run(self._watched("runs", command))

    def edit(self, name: str, data: bytes) -> None:
        """Within a turn, as the tools do it."""
        asyncio.run(self._watched("writes", lambda: self._write(self.root / name, data)))

    def plan(self, last: int = 1) -> Plan:
        return asyncio.run(self._plan(last))

    def undo(self, last: int = 1) -> list[Left]:
        """Take the last deeds back."""
        return asyncio.run(self._undo(last))

    async def _watched(self, effect: str, command: Callable[[], object]) -> None:
        async with self.keeper.watch(effect):
            command()

    def _write(self, path: Path, data: bytes) -> None:
        self.keeper.touch(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    async def _plan(self, last: int) -> Plan:
        deeds = [one for one in await self.past.deeds() if one.sets]
        return await self.past.plan(deeds[-last:])

    async def _undo(self, last: int) -> list[Left]:
        return await self.past.take_back(await self._plan(last))


def picture(root: Path) -> dict[Path, tuple[int, str]]:
    """Every path below `root` with its kind, its mode and what it holds."""
    paths = sorted(root.rglob("*"))
    return {path.relative_to(root): (path.lstat().st_mode, _content(path)) for path in paths}


def _content(path: Path) -> str:
    if path.is_symlink():
        return str(path.readlink())
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
