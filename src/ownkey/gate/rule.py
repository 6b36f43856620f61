"""Rules: what the person wrote of commands, paths, tools and effects, and what each is about."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import msgspec

from ownkey.gate import grammar, reach

Do = Literal["allow", "ask", "deny", "block"]

ORDER: tuple[Do, ...] = ("block", "deny", "ask", "allow")
"""What goes before what, however exactly a rule fits."""


class Deed(msgspec.Struct, frozen=True):
    """What a call would do."""

    tool: str
    effect: str
    command: str = ""
    path: Path | None = None
    """Absolute; of a tool that takes one."""
    outside: bool = False
    """Whether the command is to run outside the sandbox that there is."""
    steering: bool = False
    """Whether it writes what other programs act on by themselves."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """It is about a deed that has everything it names."""

    do: Do
    tool: str = ""
    effect: str = ""
    path: str = ""
    """`*` stands for any characters, `/` among them; relative to the working directory."""
    command: tuple[str, ...] = ()
    """The words a command begins with."""
    pattern: tuple[str, ...] = ()
    """Of the rules built in: regular expressions, each for what comes behind the one before."""
    whole: bool = False
    """Whether they are for the whole text, and not for one command of it."""
    where: str = ""
    """FILE:LINE:COLUMN, or whose rule it is."""

    def __str__(self) -> str:
        said = " ".join(self.command) or self.path or self.tool or self.effect or "every call"
        return f"{self.do} {said!r} ({self.where})"


def about(rule: Rule, deed: Deed, cwd: Path) -> bool:
    """Whether the rule is about the deed: for what it allows only if that is certain, for what
    it forbids already if it might be."""
    return (
        rule.tool in ("", deed.tool)
        and rule.effect in ("", deed.effect)
        and (not rule.path or _is_at(rule, deed.path, cwd))
        and (not (rule.command or rule.pattern) or _runs(rule, deed.command))
    )


def permits(rules: Sequence[Rule], command: str) -> bool:
    """Whether every command of the text is allowed, one by one."""
    found = grammar.commands(command)
    allowing = [rule for rule in rules if rule.do == "allow" and rule.command]
    return bool(found) and all(
        any(argv[: len(rule.command)] == rule.command for rule in allowing) for argv in found or ()
    )


def _runs(rule: Rule, command: str) -> bool:
    if rule.do == "allow":
        return permits((rule,), command)
    if rule.pattern:
        texts = [command] if rule.whole else reach.parts(command)
        return any(_fits(rule.pattern, text) for text in texts)
    return any(reach.begins(words, rule.command) for words in reach.segments(command))


def _fits(patterns: tuple[str, ...], text: str) -> bool:
    at = 0
    for pattern in patterns:
        found = re.compile(pattern).search(text, at)
        if found is None:
            return False
        at = found.end()
    return True


def _is_at(rule: Rule, path: Path | None, cwd: Path) -> bool:
    """A path is met as it is written and as links lead; allowed only if it is both ways."""
    if path is None:
        return False
    every = all if rule.do == "allow" else any
    return every(
        any(fnmatchcase(shown, rule.path) for shown in _shown(to_path(path), to_path(cwd)))
        for to_path in (os.path.normpath, os.path.realpath)
    )


def _shown(path: str, cwd: str) -> Iterator[str]:
    yield path
    if Path(path).is_relative_to(cwd):
        yield str(Path(path).relative_to(cwd))
