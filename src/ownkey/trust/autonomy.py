"""Which effects run unasked at which autonomy level.

The effect belongs to the tool and the commands below to us: what a model says of its own
call never counts.
"""

from __future__ import annotations

import re
from typing import Literal

from ownkey.gate import reach

Level = Literal["read-only", "low", "medium", "high"]

LEVELS: tuple[Level, ...] = ("read-only", "low", "medium", "high")

NEEDED: dict[str, Level] = {
    "reads": "read-only",
    "writes": "low",
    "runs": "medium",
    "network": "high",
}
"""The least level at which a tool of that effect runs unasked."""

MEANING: dict[Level, str] = {
    "read-only": "read-only: changing files and running commands will be refused",
    "low": "files may be changed below the working directory; commands will be refused",
    "medium": "files may be changed and commands run; what reaches other machines or other "
    "users (push, publish, deploy, sudo) will be refused",
    "high": "files may be changed and every command run",
}
"""As the model is told, and the help text prints."""

ASKED: dict[Level, str] = {
    "read-only": "read-only: the user is asked before files are changed or commands run",
    "low": "files may be changed below the working directory; the user is asked before commands",
    "medium": "files may be changed and commands run; the user is asked before what reaches other "
    "machines or other users (push, publish, deploy, sudo)",
    "high": "files may be changed and every command run",
}
"""The same where somebody is there to ask."""

OUTWARD = (
    r"(npm|pnpm|yarn|cargo|poetry|uv|flit|gem)\s+publish",
    r"twine\s+upload",
    r"(docker|podman)\s+push",
    r"gh\s+(release|pr|issue|repo|api)",
    r"kubectl|helm|terraform|pulumi|ansible(-playbook)?",
    r"(/\S*/)?(sudo|doas|su|pkexec)",
    r"(ssh|scp|sftp|rsync\s+\S*:)",
    r"(shutdown|reboot|halt|poweroff|mkfs\S*|fdisk|dd)",
)
"""Commands that reach beyond this folder's reversible work. A reminder for honest models,
not a wall: a command can always hide from a pattern."""

PUSH = ("git", "push")
"""Another one, whatever options stand in between."""

_outward = re.compile(r"(?<![\w./-])(?:" + "|".join(OUTWARD) + r")(?![\w-])")


def needed(effect: str, command: str = "") -> Level:
    """The least level for one call; `command` is what a tool that runs would run."""
    return "high" if effect == "runs" and _reaches_out(command) else NEEDED[effect]


def _reaches_out(command: str) -> bool:
    """As it is written, or any command that it may run, without quotes and its folder."""
    if _outward.search(command):
        return True
    for words in reach.segments(command):
        first, *others = words
        plain = " ".join((first.rpartition("/")[2], *others))
        if reach.begins(words, PUSH) or _outward.search(plain):
            return True
    return False


def unwalled(level: Level) -> Level:
    """The least level for a command that no sandbox holds, where somebody can be asked."""
    return "high" if level == "medium" else level


def allows(level: Level, least: Level) -> bool:
    return LEVELS.index(level) >= LEVELS.index(least)
