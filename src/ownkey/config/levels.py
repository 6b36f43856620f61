"""The settings files that there may be, which goes before which, and what each may say."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ownkey.config import files
from ownkey.config.diagnostics import Diagnostic, nearest, quoted
from ownkey.config.document import Pointer
from ownkey.config.entries import MODERN, Dialect
from ownkey.config.fields import (
    ARRAY,
    COUNT,
    DOLLARS,
    EFFORTS,
    FLAG,
    LIKELY,
    OBJECT,
    STRINGS,
    TEXT,
    Kind,
    mismatch,
    unknown_effort,
)
from ownkey.config.files import File
from ownkey.config.legacy import LEGACY

FOLDER = ".factory"
LOCAL, SHARED, OLD = "settings.local.json", "settings.json", "config.json"

NESTED = "sessionDefaultSettings"
"""The documents have `model` and `reasoningEffort` in here as well as at the top."""

OWN = "ownkey"
"""The object that holds what the documents have no name for."""

PER_MODEL = "compactionTokenLimitPerModel"

EVERY = "*"
"""Stands for whatever name there is, such as those of models."""

KINDS: dict[Pointer, dict[str, Kind]] = {
    (): {
        "model": TEXT,
        "reasoningEffort": TEXT,
        NESTED: OBJECT,
        OWN: OBJECT,
        "compactionTokenLimit": COUNT,
        PER_MODEL: OBJECT,
        "statusLine": OBJECT,
        "commandAllowlist": ARRAY,
        "commandDenylist": ARRAY,
        "commandBlocklist": ARRAY,
        "disabledSkills": STRINGS,
        "sandbox": OBJECT,
    },
    ("statusLine",): {"command": TEXT, "maxRows": COUNT},
    ("sandbox",): {"enabled": FLAG, "mode": TEXT, "filesystem": OBJECT, "network": OBJECT},
    ("sandbox", "filesystem"): {
        "allowWrite": STRINGS,
        "denyWrite": STRINGS,
        "denyRead": STRINGS,
    },
    ("sandbox", "network"): {"allowedDomains": STRINGS},
    (NESTED,): {"model": TEXT, "reasoningEffort": TEXT},
    (PER_MODEL,): {EVERY: COUNT},
    (OWN,): {
        "budget": OBJECT,
        "likelySecrets": LIKELY,
        "rules": ARRAY,
        "sandbox": OBJECT,
        "vim": FLAG,
    },
    (OWN, "sandbox"): {"network": OBJECT},
    (OWN, "sandbox", "network"): {"allowedDomains": STRINGS},
    (OWN, "budget"): {"session": DOLLARS, "day": DOLLARS, "project": DOLLARS},
}
"""The settings that are read here, by the object they stand in; the others are judged by
those who read them."""

PROJECT_MAY_SET = frozenset({
    "model", "reasoningEffort", NESTED,
    "commandDenylist", "commandBlocklist",
    "compactionModelMode", "compactionTokenLimit", "compactionTokenLimitPerModel",
    "diffMode", "includeCoAuthoredByDroid", "logoAnimation", "nerdFont",
    "overrideTerminalColors", "showThinkingInMainView", "showTokenUsageIndicator",
    "theme", "todoDisplayMode", "toolResultDisplay",
})  # fmt: skip
"""What whoever wrote the project may decide: which of the user's models, how things
look, and what is forbidden. Everything else could move keys, money or permissions."""

PROJECT_MAY_SET_NESTED = frozenset({
    "model", "reasoningEffort", "interactionMode", "specModeModel", "specModeReasoningEffort",
})  # fmt: skip


class Level(msgspec.Struct, frozen=True):
    """One file among the others."""

    file: File
    dialect: Dialect = MODERN
    mine: bool = True
    """Whether the user wrote it. Whoever wrote a project's may not bring models."""


def find(
    home: Path,
    project: Path | None,
    runtime: Path | None,
    theirs: Callable[[Path], File] = files.read,
) -> Iterator[Level]:
    """Every level there may be, the one that goes before all others first. `theirs` reads the
    project's files, if the person lets them be read."""
    if runtime is not None:
        yield Level(_present(files.read(runtime, streams=True)))
    folder = project / FOLDER if project else None
    if folder and os.path.realpath(folder) != os.path.realpath(home):
        for name in (LOCAL, SHARED):
            yield Level(theirs(folder / name), mine=False)
    for name in (LOCAL, SHARED):
        yield Level(files.read(home / name))
    yield Level(files.read(home / OLD), LEGACY)


def values(level: Level, faults: list[Diagnostic]) -> dict[str, Any]:
    """The settings of a level besides its models; what it may not say goes to `faults`."""
    if level.dialect is LEGACY:
        return {}
    found = dict(level.file.value)
    if level.mine:
        found.pop(level.dialect.list, None)
    else:
        found = _permitted(level.file, (), found, faults)
    found = _checked(level.file, (), found, faults)
    if not level.mine and NESTED in found:
        found[NESTED] = _permitted(level.file, (NESTED,), found[NESTED], faults)
    return found


def merge(above: dict[str, Any], below: dict[str, Any]) -> dict[str, Any]:
    """The rule of the documents: a value above wins, arrays unite, objects merge."""
    merged = dict(above)
    for name, value in below.items():
        mine = merged.get(name, value)
        if isinstance(mine, dict) and isinstance(value, dict):
            merged[name] = merge(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            merged[name] = [*mine, *(one for one in value if one not in mine)]
        else:
            merged[name] = mine
    return merged


def mine(found: Iterable[Level]) -> dict[str, Any]:
    """What the user's own files say, and no project's: for what moves permissions."""
    united: dict[str, Any] = {}
    for level in found:
        if level.mine:
            united = merge(united, values(level, []))
    return united


def _present(file: File) -> File:
    """The file that was asked for by name must be there."""
    if file.state != files.ABSENT:
        return file
    fault = Diagnostic(file=str(file.path), what="There is no such file", fix="Check the path")
    return msgspec.structs.replace(file, diagnostics=(fault,))


def _permitted(
    file: File, pointer: Pointer, given: dict[str, Any], faults: list[Diagnostic]
) -> dict[str, Any]:
    """What of the settings a project may decide; a visible word on the rest."""
    allowed = PROJECT_MAY_SET_NESTED if pointer else PROJECT_MAY_SET
    faults.extend(
        file.diagnostic(
            (*pointer, name),
            f"A project may not set {quoted(name)}, so this is ignored",
            "Put it into your own settings if you want it",
            severity="warning",
            at_name=True,
        )
        for name in given
        if name not in allowed
    )
    return {name: value for name, value in given.items() if name in allowed}


def _checked(
    file: File, pointer: Pointer, given: dict[str, Any], faults: list[Diagnostic]
) -> dict[str, Any]:
    """The settings that are of their kind; a fault for each that is not."""
    checked = {}
    for name, value in given.items():
        if value is None:
            continue
        place = (*pointer, name)
        if fault := _fault(pointer, name, value):
            faults.append(file.diagnostic(place, *fault))
        elif place in KINDS:
            checked[name] = _checked(file, place, value, faults)
        else:
            checked[name] = value
    return checked


def _fault(pointer: Pointer, name: str, value: Any) -> tuple[str, str] | None:
    known = KINDS[pointer]
    if OWN in pointer and name not in known:
        meant = nearest(name, known)
        return f"There is no {quoted(name)}", f"Did you mean {meant!r}?" if meant else ""
    kind = known.get(name, known.get(EVERY))
    if kind and not kind.fits(value):
        return mismatch(name, kind, value)
    if name == "reasoningEffort" and value not in EFFORTS:
        return unknown_effort(value)
    return None
