"""What becomes of a call: it runs, it is asked about, or it never runs; and why.

A pure function of the rules, the level, what was granted and the call, so that a table can
test it. What a model says of its own call never counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from ownkey.gate import dangers, grammar, harmless, rule
from ownkey.gate.rule import Deed, Rule
from ownkey.trust.autonomy import Level, allows, needed, unwalled
from ownkey.trust.grants import Grant


class Standing(NamedTuple):
    """What holds in a conversation."""

    level: Level
    rules: Sequence[Rule]
    granted: Collection[Grant]
    cwd: Path
    hidden: Sequence[Path] = ()
    """Files with keys."""
    held: bool = True
    """Whether a sandbox holds commands; also where there is none and nobody could be asked."""
    path: str = ""
    """Where commands look for programs: `PATH`."""
    home: Path = Path("/")


class Verdict(NamedTuple):
    becomes: Literal["runs", "asked", "blocked"]
    why: str = ""
    grant: Grant | None = None
    """What leave for the session would be; None where there can be none."""


def judge(deed: Deed, standing: Standing) -> Verdict:
    """Block before deny before ask before allow, however exactly a rule fits."""
    found = _strictest(deed, standing)
    grant = Grant.of(deed)
    if found and found.do == "block":
        return Verdict("blocked", f"a rule forbids it: {found}")
    if found and found.do == "deny":
        return Verdict("asked", f"a rule always asks about this: {found}")
    if grant in standing.granted:
        return Verdict("runs", "it was allowed for this session")
    if found and found.do == "ask":
        return Verdict("asked", f"a rule asks about this: {found}", grant)
    if why := _unasked(deed, standing, found):
        return Verdict("runs", why)
    return Verdict("asked", "", grant)


def _unasked(deed: Deed, standing: Standing, allowing: Rule | None) -> str:
    """Why it needs no leave; a rule that allows a command does not let it out of the sandbox."""
    if allowing and not deed.outside:
        return f"a rule allows it: {allowing}"
    if allows(standing.level, least(deed, standing)):
        return f"permission {standing.level} allows it"
    if deed.effect == "runs" and not deed.outside and _is_harmless(deed.command, standing):
        return "it only reads, below the working directory"
    return ""


def least(deed: Deed, standing: Standing) -> Level:
    """The level at which it would run unasked, if no rule says otherwise."""
    if deed.outside or deed.steering:
        return "high"
    level = needed(deed.effect, deed.command)
    return level if standing.held or deed.effect != "runs" else unwalled(level)


def _strictest(deed: Deed, standing: Standing) -> Rule | None:
    rules = (*standing.rules, *dangers.RULES)
    found = {one.do: one for one in reversed(rules) if rule.about(one, deed, standing.cwd)}
    if "allow" not in found and rule.permits(standing.rules, deed.command):
        # Each command of the text by a rule of its own.
        found["allow"] = next(one for one in standing.rules if one.do == "allow")
    return next((found[do] for do in rule.ORDER if do in found), None)


def _is_harmless(command: str, standing: Standing) -> bool:
    found = grammar.commands(command)
    root = Path(os.path.realpath(standing.cwd))
    readable = _readable(standing, root)
    return bool(found) and all(
        harmless.is_harmless(argv, readable) and not _brings(root, argv[0], standing)
        for argv in found or ()
    )


def _brings(root: Path, name: str, standing: Standing) -> bool:
    """Whether the program of that name is one that the project has, as it can where PATH names
    `node_modules/.bin`, a virtual environment or a relative folder."""
    from ownkey.sandbox.policy import brings  # with the first command

    folders = standing.path.split(os.pathsep)
    found = (root / folder / name for folder in folders)
    program = next((one for one in found if os.access(one, os.X_OK)), None)
    return program is not None and brings(root, standing.home, program)


def _readable(standing: Standing, root: Path) -> Callable[[str], bool]:
    """Below the working directory, wherever links lead; nothing is while keys lie there."""
    holds_keys = any(Path(os.path.realpath(one)).is_relative_to(root) for one in standing.hidden)

    def readable(path: str) -> bool:
        return not holds_keys and Path(os.path.realpath(root / path)).is_relative_to(root)

    return readable
