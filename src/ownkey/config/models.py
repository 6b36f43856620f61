"""Finding the model that somebody means, under any of its names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ownkey.config import presets
from ownkey.config.diagnostics import Diagnostic, nearest, quoted
from ownkey.config.files import ABSENT
from ownkey.config.levels import PER_MODEL
from ownkey.config.resolve import Broken, dashed
from ownkey.config.settings import Settings
from ownkey.core.errors import SettingsError
from ownkey.core.model import Model

PREFIX = "custom:"

Known = Model | Broken


def find(settings: Settings, wanted: str | None) -> Model:
    """The model `wanted`, else the default one, else the first; one that is built in where no
    entry fits. Raises `SettingsError` that says what was looked at, what is close, or what
    is wrong with the one meant."""
    known = meant(settings, wanted)
    if isinstance(known, Broken):
        raise _unusable(known)
    return known


def meant(settings: Settings, wanted: str | None) -> Known:
    """The one that `find` looks for, also if it cannot be used."""
    name = wanted or settings.default_model
    match _found(settings, name) if name else _first(settings):
        case [(Model() | Broken()) as known]:
            return known
        case [_, *_] as several:
            raise _ambiguous(several, str(name))
        case _ if name and (settings.models or settings.builtin):
            raise _unknown(settings, name, is_default=not wanted)
        case _:
            raise _none(settings)


def lost_default(settings: Settings) -> Diagnostic | None:
    """The default as a fault, where it names no model."""
    name = settings.default_model
    if not name or _found(settings, name):
        return None
    what = f"The default model {quoted(name)} is none of yours, so nothing answers unasked"
    fix = "`ownkey models default MODEL` makes another the default"
    return Diagnostic(file=settings.default_source, what=what, fix=fix)


def namesakes(settings: Settings) -> dict[str, list[str]]:
    """The ids of entries that share a display name, which then means none of them."""
    named: dict[str, list[str]] = {}
    entries: tuple[Known, ...] = (*settings.models, *settings.broken)
    for one in entries:
        named.setdefault(dashed(one.display_name), []).append(one.id)
    return {name: ids for name, ids in named.items() if len(ids) > 1}


def _first(settings: Settings) -> Sequence[Model]:
    """Whoever has entries means one of these, though none of them may work."""
    if settings.models or settings.broken:
        return settings.models[:1]
    return settings.builtin[:1]


def _found(settings: Settings, name: str) -> Sequence[Known]:
    entries: tuple[Known, ...] = (*settings.models, *settings.broken)
    return matching(entries, name) or matching(settings.builtin, name)


def like(settings: Settings, model: Model) -> Model | None:
    """The other one of these models that the `priceLike` of this one names."""
    if not model.price_like:
        return None
    others = [one for one in settings.models if one.id != model.id]
    named = matching(others, model.price_like)
    return next((one for one in named if isinstance(one, Model)), None)


def compact_at(settings: Settings, model: Model) -> int | None:
    """The documented limits of the conversation's length: the model's own, under any of its
    names, else the one for all models. Tokens."""
    limits: dict[str, int] = settings.values.get(PER_MODEL, {})
    own = (limits[name] for fits in RULES for name in limits if fits(model, name))
    return next(own, settings.values.get("compactionTokenLimit"))


def _has_id(one: Known, wanted: str) -> bool:
    return wanted in (one.id, one.id.removeprefix(PREFIX))


def _has_model(one: Known, wanted: str) -> bool:
    return one.name != "" and wanted in (one.name, PREFIX + one.name)


def _has_display_name(one: Known, wanted: str) -> bool:
    slug = dashed(one.display_name)
    return slug != "" and wanted in (one.display_name, slug, PREFIX + slug)


def _has_numbered_name(one: Known, wanted: str) -> bool:
    """Entries move; a number that is no longer right still leaves the name."""
    return _has_display_name(one, re.sub(r"-[0-9]+$", "", wanted))


RULES: tuple[Callable[[Known, str], bool], ...] = (
    _has_id,
    _has_model,
    _has_display_name,
    _has_numbered_name,
)
"""In the order of their weight."""


def matching(entries: Sequence[Known], wanted: str) -> Sequence[Known]:
    """Whom the first rule picks that picks anyone; the next ones choose among several."""
    pool: Sequence[Known] = ()
    for fits in RULES:
        hits = [one for one in pool or entries if fits(one, wanted)]
        if len(hits) == 1:
            return hits
        pool = hits or pool
    return pool


def _ambiguous(several: Sequence[Known], name: str) -> SettingsError:
    ids = ", ".join(one.id for one in several)
    return SettingsError(f"{quoted(name)} may mean several models.", f"Say which: {ids}")


def _unusable(broken: Broken) -> SettingsError:
    faults = "\n".join(str(one) for one in broken.diagnostics)
    return SettingsError(f"{broken.id} cannot be used:\n{faults}", "Mend its entry.")


def _unknown(settings: Settings, name: str, *, is_default: bool) -> SettingsError:
    entries: tuple[Known, ...] = (*settings.models, *settings.broken)
    names = {text: one.id for one in entries for text in (one.name, one.display_name, one.id)}
    likely = {names[close]} if (close := nearest(name, names)) else _having(names, name)
    hint = f": did you mean {likely.pop()!r}?" if len(likely) == 1 else "."
    where = f", the default from {settings.default_source}" if is_default else ""
    ids = [f"  {one.id}" for one in (*settings.models, *settings.builtin)]
    ids += [f"  {one.id} (cannot be used)" for one in settings.broken]
    what = f"There is no model {quoted(name)}{where}{hint}"
    unread = [str(one) for one in settings.diagnostics if one.severity == "error" and not one.path]
    return SettingsError(what, "\n".join([*unread, "There are:", *ids]))


def _having(names: Mapping[str, str], part: str) -> set[str]:
    """The ids of those that have it in one of their names."""
    return {one for name, one in names.items() if part.casefold() in name.casefold()}


def _none(settings: Settings) -> SettingsError:
    """Nothing to talk to: what is wrong, what the files that are there hold, and how to begin.
    Who has written an entry needs no example of one."""
    failed = any(one.severity == "error" for one in settings.diagnostics)
    lines = ["No model can be used." if failed else "No models are configured."]
    lines += [str(one) for one in settings.diagnostics]
    lines += [f"  {one.path}: {one.gave}" for one in settings.looked if one.gave != ABSENT]
    return SettingsError("\n".join(lines), "Mend that first." if failed else _start(settings))


BEGIN = "`ownkey models add` adds one; `ownkey models import` takes over what other programs have."


def _start(settings: Settings) -> str:
    target = settings.home / "settings.json"
    example = presets.settings(presets.PRESETS[:1])
    return f"{BEGIN}\nOr write it into {target} yourself:\n{example}"
