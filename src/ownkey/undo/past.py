"""Taking back what a session did to files, as far as its journal and its shelf go."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ownkey.core.errors import SessionError
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Undoing, Undone
from ownkey.sessions.session import mentions, records
from ownkey.undo.changes import Change, Set, net
from ownkey.undo.deeds import Deed, deeds
from ownkey.undo.figures import Figure, figures
from ownkey.undo.keeper import Keeper, surely
from ownkey.undo.plan import Left, Plan, plan, shown
from ownkey.undo.restore import restore

NAMED = 20
"""Paths that the model is told of."""


class Past:
    """Only between two turns."""

    def __init__(self, journal: Journal, keeper: Keeper) -> None:
        self._journal = journal
        self._keeper = keeper
        self._untold: list[Set] = []

    @property
    def session(self) -> str:
        return self._keeper.session

    async def deeds(self) -> list[Deed]:
        """The turns and undos of this session, the first one first. Raises `SessionError`."""
        await self._keeper.recover()
        return deeds(records(self._journal.path)) if self._journal.path.exists() else []

    async def plan(self, since: Sequence[Deed]) -> Plan:
        """Of bringing the files back to where they were before all of these. Raises
        `SessionError`."""
        sets = [self._keeper.shelf.get(name) for deed in since for name in deed.sets]
        try:
            return await surely(partial(self._plan, sets))
        except OSError as error:
            raise _unable(error) from error

    async def figures(self, plan: Plan) -> list[Figure]:
        """How much that would change."""
        return await surely(partial(figures, self._keeper.shelf.blobs, plan.todo))

    async def take_back(self, plan: Plan) -> list[Left]:
        """Carry it out, and tell of what could not be. What was there is kept, so that this can
        be taken back too. Raises `SessionError`."""
        try:
            name = self._keeper.shelf.add(self._keeper.session, Set(plan.todo))
        except OSError as error:
            raise _unable(error) from error
        self._journal.append(Undoing(name, len(plan.todo)), durable=True)
        return await self._carry_out(name, plan.todo)

    async def finish(self, deed: Deed) -> list[Left]:
        """Carry out to its end an undo that was cut off. Raises `SessionError`."""
        (name,) = deed.sets
        found = self._keeper.shelf.get(name)
        return await self._carry_out(name, found.changes if found else ())

    def told(self) -> str:
        """What the model has to know with the next prompt, once."""
        names = [shown(path) for path in net(self._untold)]
        self._untold.clear()
        if not names:
            return ""
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        return (
            "<undo>\nThe user took back changes of files, or brought them back. These are not as "
            f"you last saw them: {', '.join(names[:NAMED])}{more}\n</undo>"
        )

    def remember(self) -> None:
        """What was taken back since the last prompt, when a session is gone on with."""
        if not mentions(self._journal.path, Undoing):
            return
        after: list[Deed] = []
        for deed in deeds(records(self._journal.path)):
            after = [*after, deed] if deed.undo else []
        for name in (name for deed in after for name in deed.sets):
            self._untold.append(self._keeper.shelf.get(name) or Set())

    async def _carry_out(self, name: str, changes: Sequence[Change]) -> list[Left]:
        try:
            left = await surely(partial(self._restore, changes))
        except OSError as error:
            raise _unable(error) from error
        self._untold.append(Set(tuple(changes)))
        self._journal.append(Undone(name), durable=True)
        return left

    def _plan(self, sets: Sequence[Set | None]) -> Plan:
        self._keeper.shelf.take()
        with self._keeper.beneath() as root:
            return plan(root, self._keeper.shelf.blobs, sets)

    def _restore(self, changes: Sequence[Change]) -> list[Left]:
        with self._keeper.beneath() as root:
            return restore(root, self._keeper.shelf.blobs, changes)


def _unable(error: OSError) -> SessionError:
    return SessionError(
        f"The files cannot be taken back: {error.strerror or error}.",
        "Nothing is lost: the same again goes on from here.",
    )
