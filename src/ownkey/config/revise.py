"""What owners do to the entries of their models: take out, rename, change, make the default.

Each is one change of one file, asked for by any name of the model. The default goes on to mean
the same model. Settings given here are freshly loaded: a file that was changed since is left
alone.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ownkey.config import files, levels, models, references, settings, variables, writing
from ownkey.config.diagnostics import Diagnostic, quoted
from ownkey.config.entries import FIELDS, MODERN
from ownkey.config.fields import mismatch
from ownkey.config.levels import NESTED, Level
from ownkey.config.models import Known
from ownkey.config.resolve import dashed
from ownkey.config.settings import Settings
from ownkey.config.writing import UNTOUCHED
from ownkey.core.errors import SettingsError, UsageError

STAND_IN = "stand-in"
"""For variables that are not set yet, while the rest of a value is judged."""


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """What was written."""

    id: str
    """The model's, from now on."""
    name: str
    """Its display name."""
    file: Path
    line: int
    column: int
    backup: Path | None = None
    """What the file said before; None where there was no file, or nothing to change."""
    written: bool = True
    """Whether anything had to be."""
    notes: tuple[str, ...] = ()
    """What else there is to know, a sentence each."""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Place(msgspec.Struct, frozen=True):
    """Where an entry stands."""

    level: Level
    index: int


def remove(loaded: Settings, environ: Mapping[str, str], wanted: str) -> Revision:
    known = models.meant(loaded, wanted)
    found = place(loaded, known)
    level, index = found.level, found.index
    before = text_of(level)
    text = writing.removed(before, index, level.dialect)
    text, notes = _kept(loaded, environ, level, text, lambda at: _moved(at, index))
    fresh, _ = as_if(loaded, environ, level, text)
    line, column = position(level, index)
    backup = writing.save(level.file.path, before, text)
    return Revision(
        id=known.id,
        name=known.display_name,
        file=level.file.path,
        line=line,
        column=column,
        backup=backup,
        notes=(*notes, *references.left(loaded, known, fresh)),
    )


def rename(loaded: Settings, environ: Mapping[str, str], wanted: str, name: str) -> Revision:
    """Another display name. Raises `UsageError` for one that is taken."""
    known = models.meant(loaded, wanted)
    slug = dashed(name.strip())
    if not slug:
        raise UsageError("A name says something.", UNTOUCHED)
    everyone: tuple[Known, ...] = (*loaded.models, *loaded.broken)
    for other in everyone:
        if other.source != known.source and dashed(other.display_name) == slug:
            what = f"{other.source} is called {quoted(name)} already."
            raise UsageError(what, f"{UNTOUCHED} Choose another name.")
    return set_field(loaded, environ, wanted, "displayName", name.strip())


def set_field(
    loaded: Settings, environ: Mapping[str, str], wanted: str, field: str, value: Any
) -> Revision:
    """Another value of a field, or None to take it out. Raises `SettingsError` where the
    entry would be wrong in a way that it is not now."""
    known = models.meant(loaded, wanted)
    found = place(loaded, known)
    level, index = found.level, found.index
    if value is not None and field in FIELDS and not FIELDS[field].fits(value):
        raise SettingsError(f"{mismatch(field, FIELDS[field], value)[0]}.", UNTOUCHED)
    before = text_of(level)
    text = writing.changed(before, index, field, value, level.dialect)
    lenient = {**stand_ins(value), **environ}
    if faults := new_errors(loaded, lenient, level, text):
        raise SettingsError(f"{faults[0].what}.", f"{UNTOUCHED} {faults[0].fix}".strip())
    pending = tuple(f"{one.what}. {one.fix}." for one in new_errors(loaded, environ, level, text))
    text, others, notes = _followed(loaded, environ, found, known, text)
    backup = writing.save(level.file.path, before, text)
    notes += tuple(_saved(others))
    fresh, file = as_if(loaded, environ, level, text)
    now = _at(fresh, Place(file, index)) or known
    line, column = position(file, index, level.dialect.spelling[field])
    return Revision(
        id=now.id,
        name=now.display_name,
        file=level.file.path,
        line=line,
        column=column,
        backup=backup,
        written=text != before,
        notes=pending + notes,
    )


def make_default(loaded: Settings, environ: Mapping[str, str], wanted: str) -> Revision:
    """Say it where the default is said now, if that is the person's own file, else in their
    `settings.json`; in the file given for this run, if one is."""
    model = models.find(loaded, wanted)
    level = _saying_default(loaded)
    before = text_of(level)
    text = writing.set_default(before, model.id)
    backup = writing.save(level.file.path, before, text)
    fresh, now = as_if(loaded, environ, level, text)
    notes: tuple[str, ...] = ()
    if fresh.default_model != model.id:
        notes = (f"{fresh.default_source} goes before it, and sets {fresh.default_model!r}.",)
    pointer = _default_pointer(now)
    line, column = _line(now.file, pointer)
    return Revision(
        id=model.id,
        name=model.display_name,
        file=level.file.path,
        line=line,
        column=column,
        backup=backup,
        written=text != before,
        notes=notes,
    )


def place(loaded: Settings, known: Known) -> Place:
    """Where its entry stands. Raises `SettingsError` for a model that needs none."""
    for level in loaded.levels:
        for index in range(_count(level)):
            if known.source == level.file.where((level.dialect.list, index)):
                return Place(level, index)
    raise SettingsError(
        f"{known.id} is built in: no entry says it.",
        f"{UNTOUCHED} Add an entry of your own to customModels for what is to be different.",
    )


def _kept(
    loaded: Settings,
    environ: Mapping[str, str],
    level: Level,
    text: str,
    moved: Callable[[int], int | None],
) -> tuple[str, tuple[str, ...]]:
    """The text with the default that means the same model as before, as ids go by names and
    positions, and what there is to say of that."""
    was = _default_place(loaded)
    if was is None or was.level is not level:
        return text, ()
    index, source = moved(was.index), loaded.default_source
    is_here = _says_default(loaded, level)
    if index is None and is_here:
        text = writing.set_default(text, None)
        return text, (f"It was the default: now {_next(loaded, environ, level, text)}.",)
    if index is None:
        return text, (f"{source} still names it as the default.",)
    fresh, file = as_if(loaded, environ, level, text)
    now = _default_place(fresh)
    if now is not None and (now.level.file.path, now.index) == (level.file.path, index):
        return text, ()
    model = _at(fresh, Place(file, index))
    if model is None or not is_here:
        return text, (f"{source} names the default, and means another model now, or none.",)
    return writing.set_default(text, model.id), (f"It is the default, as {model.id}.",)


Texts = dict[Path, tuple[str, str]]
"""What files say, and what they are to say."""


def _followed(
    loaded: Settings, environ: Mapping[str, str], found: Place, known: Known, text: str
) -> tuple[str, Texts, tuple[str, ...]]:
    """The text with all names in it that meant the model before, the other files of one's own
    with such names, and what there is to say of that."""
    fresh, file = as_if(loaded, environ, found.level, text)
    now = _at(fresh, Place(file, found.index))
    if now is None:
        return text, {}, ()
    others: Texts = {}
    renames = tuple(references.followed(loaded, known, fresh, now))
    for rename in renames:
        level = rename.reference.level
        if level is found.level:
            text = rename.made(text)
        elif level.mine:
            path, was = level.file.path, text_of(level)
            others[path] = (was, rename.made(others.get(path, (was, was))[1]))
    return text, others, tuple(one.told for one in renames)


def _saved(texts: Texts) -> Iterator[str]:
    """Write what names the model in other files, and say how to take that back."""
    for path, (before, after) in texts.items():
        if backup := writing.save(path, before, after):
            back = shlex.join(["cp", str(backup), str(path)])
            yield f"Written too: {path}. Take that back: {back}"


def _next(loaded: Settings, environ: Mapping[str, str], level: Level, text: str) -> str:
    fresh, _ = as_if(loaded, environ, level, text)
    try:
        return f"{models.find(fresh, None).id} is"
    except SettingsError:
        return "there is none"


def _moved(at: int, removed: int) -> int | None:
    return None if at == removed else at - (at > removed)


def _default_place(loaded: Settings) -> Place | None:
    """Where the default model stands, if it has an entry and is said."""
    if not loaded.default_model:
        return None
    try:
        return place(loaded, models.meant(loaded, loaded.default_model))
    except SettingsError:
        return None


def _saying_default(loaded: Settings) -> Level:
    """The level to say the default in."""
    own = [level for level in loaded.levels if level.mine and level.dialect is MODERN]
    given = [level for level in own if level.file.path.parent != loaded.home]
    said = [level for level in own if _says_default(loaded, level)]
    shared = [level for level in own if level.file.path.name == levels.SHARED]
    return [*given, *said, *shared][0]


def _says_default(loaded: Settings, level: Level) -> bool:
    places = (level.file.where(pointer) for pointer in ((NESTED, "model"), ("model",)))
    return bool(loaded.default_source) and loaded.default_source in places


def _default_pointer(level: Level) -> tuple[str, ...]:
    inner = level.file.value.get(NESTED)
    return (NESTED, "model") if isinstance(inner, dict) and inner.get("model") else ("model",)


def as_if(
    loaded: Settings, environ: Mapping[str, str], level: Level, text: str
) -> tuple[Settings, Level]:
    """The settings as they are when a file says this, and its level."""
    file = files.written(level.file.path, text)
    fresh = msgspec.structs.replace(level, file=file)
    found = tuple(fresh if one is level else one for one in loaded.levels)
    return settings.unite(loaded.home, environ, found), fresh


def new_errors(
    loaded: Settings, environ: Mapping[str, str], level: Level, text: str
) -> list[Diagnostic]:
    """What would be wrong that is not wrong now."""
    before = {
        (one.path, one.what)
        for one in settings.unite(loaded.home, environ, loaded.levels).diagnostics
    }
    after, _ = as_if(loaded, environ, level, text)
    return [
        one
        for one in after.diagnostics
        if one.severity == "error" and (one.path, one.what) not in before
    ]


def stand_ins(value: Any) -> dict[str, str]:
    names = variables.REFERENCE.findall(msgspec.json.encode(value).decode())
    return dict.fromkeys(names, STAND_IN)


def _at(loaded: Settings, where: Place) -> Known | None:
    """The model, or what is none, whose entry stands there."""
    source = where.level.file.where((where.level.dialect.list, where.index))
    known: tuple[Known, ...] = (*loaded.models, *loaded.broken)
    return next((one for one in known if one.source == source), None)


def text_of(level: Level) -> str:
    document = level.file.document
    return document.text if document else writing.read(level.file.path)


def _count(level: Level) -> int:
    listed = level.file.value.get(level.dialect.list) if level.mine else None
    return len(listed) if isinstance(listed, list) else 0


def position(level: Level, index: int, *field: str) -> tuple[int, int]:
    return _line(level.file, (level.dialect.list, index, *field))


def _line(file: files.File, pointer: tuple[str | int, ...]) -> tuple[int, int]:
    if file.document is None:
        return 0, 0
    return file.document.position(file.document.node(pointer).start)
