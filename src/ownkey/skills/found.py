"""All skills there are for a conversation: the person's own, then those of a folder they trust."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec

from ownkey.config import settings
from ownkey.config.diagnostics import Diagnostic
from ownkey.core.errors import SettingsError, ToolError
from ownkey.skills.skill import Skill, Understood, understand
from ownkey.tools.files import printable
from ownkey.trust import brought
from ownkey.trust.folder import Standing

CURES = {
    "a link": "Put what it leads to there",
    "behind a link": "Put what that leads to there",
    "no plain file": "Put a file there",
    "not named": f"Call it {brought.SKILL[0]}",
    "larger": "Put what is not always needed into files beside it",
    "beyond": "Take some out",
}
"""By how the fault begins."""

LINKS = ("a link", "behind a link")


class Skills(msgspec.Struct, frozen=True):
    usable: tuple[Skill, ...] = ()
    """By name."""
    disabled: tuple[Skill, ...] = ()
    """By the person's settings."""
    waiting: tuple[Path, ...] = ()
    """Files that count once the folder is trusted."""
    faults: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    """What is as it should be, and may surprise all the same."""

    @property
    def for_model(self) -> tuple[Skill, ...]:
        return tuple(one for one in self.usable if one.for_model)

    @property
    def for_person(self) -> tuple[Skill, ...]:
        return tuple(one for one in self.usable if one.for_person)

    def load(self, name: str) -> str:
        """What the model reads of a skill. Raises `ToolError`."""
        known = {one.name: one for one in self.for_model}
        if name in known:
            return known[name].told
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known) or 'none'}."
        raise ToolError(f"There is no skill {printable(name)!r} that you may load. {hint}")


def own_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where the person's own are, the first that counts first."""
    try:
        person = settings.person(environ)
    except SettingsError:
        return (settings.home(environ) / "skills",)
    return (
        settings.home(environ) / "skills",
        person / ".agents" / "skills",
        person / ".claude" / "skills",
    )


def find(own: Iterable[Path], standing: Standing, disabled: Collection[str]) -> Skills:
    """Each name once: the person's own go first, of the folder's the nearest."""
    understood = (*_mine(own), *_theirs(standing))
    known = [one.skill for one in understood if one.skill]
    named = {one.name: one for one in reversed(known)}
    theirs = [one for one in standing.items if one.kind == "skill"]
    waiting = [one.path for one in theirs if not one.fault and not standing.trusted]
    twice = (
        f"{one.file} is left out: {named[one.name].file} has the name {one.name}."
        for one in known
        if one is not named[one.name]
    )
    linked = (
        f"{one.path} is {one.fault}: left out. {CURES[one.fault]}."
        for one in theirs
        if one.fault in LINKS and one.name not in named
    )
    return Skills(
        usable=tuple(named[name] for name in sorted(named) if name not in disabled),
        disabled=tuple(named[name] for name in sorted(named) if name in disabled),
        waiting=tuple(waiting),
        faults=tuple(fault for one in understood for fault in one.faults),
        notes=(*twice, *linked),
    )


def _mine(folders: Iterable[Path]) -> Iterator[Understood]:
    """What is linked from one of the folders to another is there once."""
    seen = set()
    for folder in folders:
        names = brought.names(folder, brought.MOST + 1)
        if len(names) > brought.MOST:
            yield _left_out(folder, f"beyond the {brought.MOST} skills that are looked at")
        for place in (folder / name for name in names[: brought.MOST]):
            if (real := os.path.realpath(place)) not in seen:
                seen.add(real)
                yield from _read(place)


def _read(folder: Path) -> Iterator[Understood]:
    """The skill in a folder of the person's, who may have linked it there."""
    files = (folder / name for name in (*brought.SKILL, brought.MISSPELT))
    file = next((one for one in files if os.path.lexists(one)), None)
    if file is None:
        return
    try:
        if fault := brought.unfit(file, file.stat().st_size):
            yield _left_out(file, fault)
        else:
            yield understand(file, brought.read(file, linked=True), "your own")
    except OSError as error:
        why = f"This skill cannot be read: {error.strerror}"
        cure = "Make it a file that is readable to you"
        yield Understood(None, (Diagnostic(file=printable(file), what=why, fix=cure),))


def _theirs(standing: Standing) -> Iterator[Understood]:
    for item in standing.items:
        if item.kind != "skill":
            continue
        if item.path in standing.contents:
            yield understand(item.path, standing.contents[item.path], "this project's")
        elif item.fault and item.fault not in LINKS:
            yield _left_out(item.path, item.fault)


def _left_out(path: Path, fault: str) -> Understood:
    cure = next(cure for begins, cure in CURES.items() if fault.startswith(begins))
    what = f"This skill is left out: it is {fault}"
    return Understood(None, (Diagnostic(file=printable(path), what=what, fix=cure),))
