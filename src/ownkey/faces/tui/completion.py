"""What may follow what is being typed: commands after `/`, files after `@`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from heapq import nsmallest
from pathlib import Path

import msgspec

from ownkey.faces.tui.clean import clean_line

OFFERED = 50
"""Suggestions at most: a person reads fewer."""

_COMMAND = re.compile(r"/(\S*)\Z")
_MENTION = re.compile(r"""(?:\A|(?<=[\s(\[{"']))@(\S*)\Z""")


class Command(msgspec.Struct, frozen=True):
    """A command as it is offered."""

    name: str
    """Without the slash."""
    about: str
    """What it does, in a few words."""
    takes: str = ""
    """Its argument, as `[name]`; empty for none."""
    aliases: tuple[str, ...] = ()
    """Other names, offered only to who begins to type one."""


class Suggestion(msgspec.Struct, frozen=True):
    """What may stand in place of the last `replaces` characters before the cursor."""

    insert: str
    replaces: int
    label: str
    about: str = ""
    sends: bool = False
    """Whether nothing more need be said: Enter sends it, Tab leaves room for more."""


class Files:
    """The files below a folder, found anew for each mention and searched while the walk
    goes on. Both happen off the event loop."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: list[tuple[str, str]] = []
        self._walk: asyncio.Task[None] | None = None
        self._query = ""
        self._pool: list[tuple[str, str]] | None = None

    @property
    def walk(self) -> asyncio.Task[None] | None:
        """What looks at the folder, while that goes on."""
        return None if self._walk is None or self._walk.done() else self._walk

    def refresh(self) -> None:
        """Look at the folder again, unless that is going on. What was known stays until
        the new list is whole, so that a second mention has suggestions at once."""
        if self.walk is None:
            self._walk = asyncio.create_task(self._find())

    async def search(self, query: str) -> list[str]:
        """The best of the files known by now, best first. Names that the query before
        this one left out are not looked at again while it is only typed on."""
        whole = self._names
        narrowed = self._pool is not None and query.startswith(self._query)
        pool = self._pool if narrowed and self._pool is not None else whole
        settled = self.walk is None
        best, hits = await asyncio.to_thread(_best, query, pool)
        if settled and whole is self._names:
            self._query, self._pool = query, hits
        return best

    async def _find(self) -> None:
        await asyncio.to_thread(self._read)
        self._pool = None

    def _read(self) -> None:
        from ownkey.tools.walk import names_under

        found: list[tuple[str, str]] = []
        first = not self._names
        if first:
            self._names = found
        found.extend((name.lower(), name) for name in names_under(self._root))
        self._names = found


def offer_commands(before: str, commands: Iterable[Command]) -> list[Suggestion]:
    """Suggestions for a `/` that begins the text; `before` is all up to the cursor."""
    typed = _COMMAND.match(before)
    if not typed:
        return []
    by_name = {one.name: one for one in commands}
    names = rank(typed[1], by_name)
    if typed[1]:
        others = {alias: one for one in by_name.values() for alias in one.aliases}
        begun = [alias for alias in others if alias.startswith(typed[1].lower())]
        names += [alias for alias in begun if others[alias].name not in names]
        by_name |= others
    return [
        Suggestion(
            insert=f"/{name} ",
            replaces=len(before),
            label=f"/{name} {by_name[name].takes}".rstrip(),
            about=by_name[name].about,
            sends=not by_name[name].takes or by_name[name].takes[0] == "[",
        )
        for name in names
    ]


def mention(before: str) -> str | None:
    """What was typed after an `@` that begins a word; None where none is open."""
    typed = _MENTION.search(before)
    return typed[1] if typed else None


def offer_files(typed: str, names: Iterable[str]) -> list[Suggestion]:
    """Suggestions for the mention of which `typed` stands there. A name with a space is
    quoted, so that its end is seen."""
    return [
        Suggestion(
            insert=f'@"{name}" ' if re.search(r"\s", name) else f"@{name} ",
            replaces=len(typed) + 1,
            label=clean_line(name),
        )
        for name in names
    ]


def rank(query: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that hold the letters of `query` in order, the best first."""
    return _best(query, [(name.lower(), name) for name in names])[0]


Named = tuple[str, str]
"""A name in lower case, to be matched, and as it is."""

Weight = tuple[int, int, int, str]


def _best(query: str, names: list[Named]) -> tuple[list[str], list[Named]]:
    """The best names, and all that matched."""
    wanted = query.lower()
    letters = re.compile(".*?".join(map(re.escape, wanted)), re.DOTALL)
    weighed: list[tuple[Weight, Named]] = []
    for name in names:
        found = letters.search(name[0])
        if found:
            weighed.append((_weigh(wanted, name[0], found), name))
    best = nsmallest(OFFERED, weighed)
    return [name for _, (_, name) in best], [name for _, name in weighed]


def _weigh(wanted: str, name: str, found: re.Match[str]) -> Weight:
    """Less is better: in the file's own name, then anywhere in one piece, then scattered;
    of equals the one that begins earlier, is closer together, and is shorter."""
    base = name.rfind("/") + 1
    at = name.find(wanted, base)
    if at >= 0:
        return 0, at - base, len(name), name
    at = name.find(wanted)
    if at >= 0:
        return 1, 0, len(name), name
    return 2, found.end() - found.start(), len(name), name
