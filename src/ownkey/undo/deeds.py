"""What a session did to files, turn by turn, read from its journal.

Files have one history, whatever branches a conversation has: deeds are told in the order in
which they happened, those of turns that were rewound over included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from ownkey.core.message import User
from ownkey.sessions.records import Changed, Record, Said, Undoing, Undone


class Deed(msgspec.Struct, frozen=True):
    """A turn that changed files, or an undo."""

    words: str
    """Of the prompt; empty for an undo."""
    follows: str
    """The record that the prompt follows: which turn it is in the conversation."""
    sets: tuple[str, ...]
    count: int
    """Changes of paths."""
    undo: bool = False
    done: bool = True
    """Whether an undo was carried out to its end."""


def deeds(records: Iterable[Record]) -> list[Deed]:
    """All turns, also those that changed nothing, and the undos between them."""
    found: list[Deed] = []
    for record in records:
        match record.payload:
            case Said(message=User() as user):
                found.append(Deed(user.text, record.stamp.parent, (), 0))
            case Changed(set=name, count=count):
                _grow(found, name, count)
            case Undoing(set=name, count=count):
                found.append(Deed("", "", (name,), count, undo=True, done=False))
            case Undone(set=name):
                found = [_ended(one) if one.sets == (name,) else one for one in found]
    return found


def back(found: Sequence[Deed], turns: int = 0) -> list[Deed]:
    """Those to take back: the last thing that was done, which may be an undo, or else all
    since before the last so many turns that changed files. Empty where there are none."""
    changing = [at for at, one in enumerate(found) if one.count and not (turns and one.undo)]
    wanted = turns or 1
    return list(found[changing[-wanted] :]) if len(changing) >= wanted else []


def since(found: Sequence[Deed], follows: str) -> list[Deed]:
    """The turn whose prompt follows this record, and all after it."""
    starts = [at for at, one in enumerate(found) if not one.undo and one.follows == follows]
    return list(found[starts[-1] :]) if starts else []


def _grow(found: list[Deed], name: str, count: int) -> None:
    """A set belongs to the turn that was last begun."""
    if not found or found[-1].undo:
        found.append(Deed("", "", (name,), count))
        return
    last = found[-1]
    found[-1] = msgspec.structs.replace(last, sets=(*last.sets, name), count=last.count + count)


def _ended(one: Deed) -> Deed:
    return msgspec.structs.replace(one, done=True) if one.undo else one
