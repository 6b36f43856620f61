"""The rules of the settings: the documented lists of commands, and `ownkey.rules`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from ownkey.config.diagnostics import Diagnostic, nearest, quoted
from ownkey.config.document import Pointer
from ownkey.config.fields import TEXT, TEXTS, mismatch
from ownkey.config.files import File
from ownkey.config.legacy import LEGACY
from ownkey.config.levels import OWN, Level
from ownkey.gate import grammar
from ownkey.gate.rule import Deed, Do, Rule, about

LISTS: dict[str, Do] = {
    "commandAllowlist": "allow",
    "commandDenylist": "deny",
    "commandBlocklist": "block",
}
"""As Factory documents them."""

EFFECTS = ("reads", "writes", "runs", "network")

FIELDS = {
    "do": TEXT,
    "tool": TEXT,
    "effect": TEXT,
    "path": TEXT,
    "command": TEXT,
    "match": TEXTS,
    "not_match": TEXTS,
}

Fault = tuple[Pointer, str, str]
"""Where, what, and what to do."""


def read(levels: Iterable[Level]) -> tuple[tuple[Rule, ...], tuple[Diagnostic, ...]]:
    """All rules of all files, and what is wrong with those that are left out. A project's
    files may only add what forbids or asks."""
    rules: list[Rule] = []
    faults: list[Diagnostic] = []
    for level in levels:
        if level.dialect is LEGACY:
            continue
        for made, found in _of(level):
            rules += [] if made is None else [made]
            faults += [level.file.diagnostic(*fault) for fault in found]
    return tuple(rules), tuple(faults)


def unknown_tools(rules: Iterable[Rule], tools: Sequence[str]) -> Iterator[str]:
    """Words on rules that no call can ever be about."""
    for rule in rules:
        if rule.tool and rule.tool not in tools:
            meant = nearest(rule.tool, tools)
            hint = f" Did you mean {meant!r}?" if meant else f" There are: {', '.join(tools)}."
            yield f"{rule.where}: There is no tool {quoted(rule.tool)}.{hint}"


def _of(level: Level) -> Iterator[tuple[Rule | None, list[Fault]]]:
    values = level.file.value
    for name, do in LISTS.items():
        if level.mine or do != "allow":
            for index, command in _entries(values.get(name)):
                yield _listed(level.file, (name, index), do, command)
    own = values.get(OWN)
    if level.mine and isinstance(own, dict):
        for index, given in _entries(own.get("rules")):
            yield _rich(level.file, (OWN, "rules", index), given)


def _entries(given: Any) -> Iterator[tuple[int, Any]]:
    """A list that is none is told of by `levels`."""
    yield from enumerate(given if isinstance(given, list) else ())


def _listed(file: File, place: Pointer, do: Do, command: Any) -> tuple[Rule | None, list[Fault]]:
    if not isinstance(command, str):
        return None, [(place, *mismatch("it", TEXT, command))]
    return _checked(Rule(do=do, command=_words(command), where=file.where(place)), place, command)


def _rich(file: File, place: Pointer, given: Any) -> tuple[Rule | None, list[Fault]]:
    if faults := _ill_formed(place, given):
        return None, faults
    parts = {name: given[name] for name in ("tool", "effect", "path") if name in given}
    command = given.get("command", "")
    rule = Rule(do=given["do"], command=_words(command), where=file.where(place), **parts)
    made, faults = _checked(rule, place, command)
    faults = faults or list(_examples(rule, place, given))
    return (None if faults else made), faults


def _ill_formed(place: Pointer, given: Any) -> list[Fault]:
    if not isinstance(given, dict):
        return [(place, "A rule is an object", 'Write it as {"do": "ask", "command": "git push"}')]
    faults: list[Fault] = []
    for name, value in given.items():
        if name not in FIELDS:
            meant = nearest(name, FIELDS)
            fix = f"Did you mean {meant!r}?" if meant else f"There are: {', '.join(FIELDS)}"
            faults.append(((*place, name), f"A rule has no {quoted(name)}", fix))
        elif not FIELDS[name].fits(value):
            faults.append(((*place, name), *mismatch(name, FIELDS[name], value)))
    if given.get("do") not in get_args(Do):
        faults.append(
            (place, "A rule says what to do", f'"do" is one of {", ".join(get_args(Do))}')
        )
    if given.get("effect", "runs") not in EFFECTS:
        fix = f"There are: {', '.join(EFFECTS)}"
        faults.append(((*place, "effect"), f"There is no effect {quoted(given['effect'])}", fix))
    return faults


def _checked(rule: Rule, place: Pointer, command: str) -> tuple[Rule | None, list[Fault]]:
    """A rule that never could be about anything is a mistake, not a rule."""
    if command and not rule.command:
        return None, [
            (place, "There is no command in this", "Write its first words, or leave it out")
        ]
    if rule.command and rule.effect not in ("", "runs"):
        return None, [(place, f"What {rule.effect} runs no command", "Leave out one of the two")]
    if rule.do == "allow" and rule.command and grammar.commands(command) != (rule.command,):
        fix = "An entry is the beginning of one command, in plain words: npm test"
        return None, [(place, f"{quoted(command)} can never be allowed unasked", fix)]
    if rule.do != "allow" and rule.command and not about(rule, _deed(command), Path()):
        return None, [(place, f"{quoted(command)} can never be met", "Give its plain words")]
    return rule, []


def _examples(rule: Rule, place: Pointer, given: dict[str, Any]) -> Iterator[Fault]:
    for name, wanted in (("match", True), ("not_match", False)):
        said = given.get(name, [])
        for example in [said] if isinstance(said, str) else said:
            deed = (
                _deed(example) if rule.command else Deed(rule.tool, rule.effect, path=Path(example))
            )
            if about(rule, deed, Path()) is not wanted:
                what = f"The rule is {'not ' if wanted else ''}about {quoted(example)}"
                yield (*place, name), what, "Change the rule or the example"


def _deed(command: str) -> Deed:
    return Deed("shell", "runs", command)


def _words(command: str) -> tuple[str, ...]:
    """As the shell would part them where it certainly does, else at blanks."""
    found = grammar.commands(command)
    return found[0] if found and len(found) == 1 else tuple(command.split())
