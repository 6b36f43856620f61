"""Commands in files, a prompt in each: the person's own (`~/.factory/commands/NAME.md`), and those
of a project that is trusted (`.factory/commands`). The person's go first where names are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ownkey.commands import Command, Stage
from ownkey.config import front
from ownkey.config.resolve import dashed
from ownkey.trust.folder import Standing

FOLDER = "commands"
SUFFIX = ".md"

LARGEST = 100_000
"""Bytes of a file that are read: no person writes a longer prompt by hand."""

ARGUMENTS = "$ARGUMENTS"


def read(home: Path, standing: Standing | None = None) -> Iterator[OwnCommand]:
    """The commands in the folder of the user's settings, then those of the project as it stands: of
    a name the first counts. Files that cannot be read are none."""
    for name, text, whose in (*_mine(home), *_theirs(standing)):
        said = front.read(text)
        about, takes = said.text("description") or whose, said.text("argument-hint")
        yield prompting(name, said.body, about, takes)


def _mine(home: Path) -> Iterator[tuple[str, str, str]]:
    try:
        files = sorted((home / FOLDER).glob(f"*{SUFFIX}"))
    except OSError:
        return
    for file in files:
        try:
            with file.open("rb") as stream:
                text = stream.read(LARGEST).decode()
        except (OSError, UnicodeDecodeError):
            continue
        yield dashed(file.stem).lower(), text, f"your own: {file.name}"


def _theirs(standing: Standing | None) -> Iterator[tuple[str, str, str]]:
    for item in standing.items if standing else ():
        if standing and item.kind == "command" and item.path in standing.contents:
            text = standing.contents[item.path].decode(errors="replace")
            yield dashed(item.path.stem).lower(), text, f"this project's: {item.path.name}"


def expanded(commands: Iterable[OwnCommand], task: str) -> str:
    """A task that names one of these, as what that says; any other as it is."""
    if not task.lstrip().startswith("/"):
        return task
    name, *rest = re.split(r"\s+", task.strip()[1:], maxsplit=1)
    named = next((one for one in commands if one.name == name), None)
    return task if named is None else filled(named.prompt, "".join(rest))


class OwnCommand(Command, frozen=True, kw_only=True):
    prompt: str


def prompting(name: str, prompt: str, about: str, takes: str) -> OwnCommand:
    """A command that sends a prompt."""

    async def run(stage: Stage, rest: str) -> None:
        await stage.say(filled(prompt, rest))

    return OwnCommand(name=name, about=about, run=run, takes=takes, idle=True, prompt=prompt)


def filled(prompt: str, rest: str) -> str:
    """With what was said after the name in its place, or behind all where it has none."""
    if ARGUMENTS in prompt:
        return prompt.replace(ARGUMENTS, rest).strip()
    return f"{prompt.strip()}\n\n{rest}".strip()
