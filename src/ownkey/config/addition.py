"""A new entry: what the settings become with it, known before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from ownkey.config import levels, revise, writing
from ownkey.config.entries import MODERN
from ownkey.config.levels import Level
from ownkey.config.revise import Revision
from ownkey.config.settings import Settings
from ownkey.config.writing import UNTOUCHED
from ownkey.core.errors import SettingsError
from ownkey.core.model import Model


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is yet to be written. Its repr shows no text: a key may stand in it."""

    loaded: Settings
    """The settings with it."""
    model: Model
    """What it stands for."""
    file: Path
    before: str
    after: str
    place: tuple[int, int]
    """Line and column where it will stand."""
    pending: tuple[str, ...] = ()
    """What keeps it from working yet, a sentence each: a variable that is not set."""

    def __repr__(self) -> str:
        return f"<Addition of {self.model.id} to {self.file}>"


def plan(
    loaded: Settings, environ: Mapping[str, str], entry: Mapping[str, Any], *, default: bool = False
) -> Addition:
    """The entry at the end of the person's `settings.json`, or of the file given for this run.
    Raises `SettingsError` where it would be wrong."""
    level = _own(loaded)
    before = revise.text_of(level)
    after = writing.added(before, entry)
    lenient = {**revise.stand_ins(dict(entry)), **environ}
    if faults := revise.new_errors(loaded, lenient, level, after):
        raise SettingsError(f"{faults[0].what}.", f"{UNTOUCHED} {faults[0].fix}".strip())
    pending = revise.new_errors(loaded, environ, level, after)
    fresh, file = revise.as_if(loaded, lenient, level, after)
    index = len(file.file.value[file.dialect.list]) - 1
    model = _at(fresh, file, index)
    if default:
        after = writing.set_default(after, model.id)
        fresh, file = revise.as_if(loaded, lenient, level, after)
    return Addition(
        loaded=fresh,
        model=model,
        file=level.file.path,
        before=before,
        after=after,
        place=revise.position(file, index),
        pending=tuple(f"{one.what}. {one.fix}." for one in pending),
    )


def save(addition: Addition) -> Revision:
    """Write it. Raises `SettingsError` if the file was changed meanwhile."""
    backup = writing.save(addition.file, addition.before, addition.after)
    line, column = addition.place
    return Revision(
        id=addition.model.id,
        name=addition.model.display_name,
        file=addition.file,
        line=line,
        column=column,
        backup=backup,
        notes=addition.pending,
    )


def _own(loaded: Settings) -> Level:
    own = [level for level in loaded.levels if level.mine and level.dialect is MODERN]
    given = [level for level in own if level.file.path.parent != loaded.home]
    shared = [level for level in own if level.file.path.name == levels.SHARED]
    return [*given, *shared][0]


def _at(loaded: Settings, level: Level, index: int) -> Model:
    source = level.file.where((level.dialect.list, index))
    found = next((one for one in loaded.models if one.source == source), None)
    if found is None:
        raise SettingsError("The entry would not count among your models.", UNTOUCHED)
    return found
