"""The settings of all levels, united: which models there are, which one is the default."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ownkey.config import files, levels, presets, roster, rules
from ownkey.config.diagnostics import Diagnostic
from ownkey.config.fields import EFFORTS
from ownkey.config.files import File
from ownkey.config.levels import FOLDER, NESTED, Level
from ownkey.config.presets import Preset
from ownkey.config.resolve import Broken
from ownkey.config.roster import Overridden
from ownkey.core.errors import SettingsError
from ownkey.core.model import Effort, Model
from ownkey.core.person import known_home
from ownkey.gate.rule import Rule


class Looked(msgspec.Struct, frozen=True):
    """A file that was looked for, and what it gave in a few words."""

    path: Path
    gave: str


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for this run. Whatever could not be used is in `diagnostics`."""

    models: tuple[Model, ...] = ()
    """In the order they are listed to the person."""
    broken: tuple[Broken, ...] = ()
    """Entries that are no models, so that asking for one says why."""
    overridden: tuple[Overridden, ...] = ()
    """Entries that another file's replace."""
    default_model: str | None = None
    default_source: str = ""
    """file:line:column of the default model."""
    default_effort: Effort | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    home: Path = Path("~") / FOLDER
    looked: tuple[Looked, ...] = ()
    files: tuple[Path, ...] = ()
    """Those that exist."""
    presets: tuple[Preset, ...] = ()
    """Providers whose keys are in the environment."""
    builtin: tuple[Model, ...] = ()
    """Their models, which need no entry; those that have one are left out."""
    values: dict[str, Any] = {}
    """All settings but the models, merged and not yet checked."""
    rules: tuple[Rule, ...] = ()
    """What may run unasked, what is asked about, and what never runs."""
    levels: tuple[Level, ...] = ()
    """What all this was read from."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every diagnostic in a line."""
        return tuple(str(one) for one in self.diagnostics)


def home(environ: Mapping[str, str]) -> Path:
    """The folder of the user's settings: `OWNKEY_CONFIG_DIR`, else `~/.factory`. Raises
    `SettingsError` where nobody knows whose home that is."""
    moved = environ.get("OWNKEY_CONFIG_DIR")
    return Path(moved).expanduser() if moved else person(environ) / FOLDER


def person(environ: Mapping[str, str]) -> Path:
    """The user's home folder. Raises `SettingsError` where nobody knows whose that is."""
    known = known_home(environ)
    if known is None:
        what = "There is no home folder: HOME is not set, and this user is in no list of users."
        raise SettingsError(what, "Set HOME, or OWNKEY_CONFIG_DIR.")
    return known


def load(
    home: Path,
    environ: Mapping[str, str],
    *,
    project: Path | None = None,
    runtime: Path | None = None,
    theirs: Callable[[Path], File] = files.read,
) -> Settings:
    """Read every level there is, `runtime` before the `project` folder's before `home`'s.
    `theirs` reads the project's. Never raises, never writes: what is wrong with a file is a
    diagnostic."""
    return unite(home, environ, tuple(levels.find(home, project, runtime, theirs)))


def unite(home: Path, environ: Mapping[str, str], found: tuple[Level, ...]) -> Settings:
    """The settings that these levels make, the one that goes before all others first."""
    listed = roster.read(found, environ)
    faults: list[Diagnostic] = []
    plain = [levels.values(level, faults) for level in found]
    values: dict[str, Any] = {}
    for one in plain:
        values = levels.merge(values, one)
    model, source = _first(found, plain, "model")
    effort, _ = _first(found, plain, "reasoningEffort")
    faults += [fault for level in found for fault in level.file.diagnostics]
    faults += listed.diagnostics
    ruled, misruled = rules.read(found)
    faults += misruled
    order = [str(level.file.path) for level in found]
    faults.sort(key=lambda one: (order.index(one.file), one.line, one.column))
    keyed = presets.found(environ)
    return Settings(
        models=listed.models,
        broken=listed.broken,
        overridden=listed.overridden,
        default_model=model,
        default_source=source,
        default_effort=EFFORTS[effort] if effort else None,
        diagnostics=tuple(dict.fromkeys(faults)),
        home=home,
        looked=tuple(Looked(level.file.path, _gave(level)) for level in found),
        files=tuple(level.file.path for level in found if level.file.state != files.ABSENT),
        presets=keyed,
        builtin=tuple(_builtin(keyed, environ, listed.models)),
        values=values,
        rules=ruled,
        levels=found,
    )


def _builtin(
    keyed: Sequence[Preset], environ: Mapping[str, str], listed: Sequence[Model]
) -> Iterator[Model]:
    file = files.written(Path("presets"), presets.settings(keyed))
    known = {model.origin for model in listed}
    for model in roster.read([Level(file)], environ).models:
        if model.origin not in known:
            yield msgspec.structs.replace(model, id=model.name, source="")


def _first(
    found: Sequence[Level], plain: Sequence[Mapping[str, Any]], name: str
) -> tuple[str | None, str]:
    """What the highest level says that says anything, in either of the two places, and
    where it says so."""
    for level, values in zip(found, plain, strict=True):
        if inner := values.get(NESTED, {}).get(name):
            return inner, level.file.where((NESTED, name))
        if outer := values.get(name):
            return outer, level.file.where((name,))
    return None, ""


def _gave(level: Level) -> str:
    if level.file.state:
        return level.file.state
    if not level.mine:
        return "a project's, which may not bring models"
    listed = level.file.value.get(level.dialect.list)
    if not isinstance(listed, list) or not listed:
        return f"no {level.dialect.list}"
    return f"{len(listed)} of {level.dialect.list}"
