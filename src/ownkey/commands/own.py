"""Commands in files, a prompt in each: the person's own (`~/.factory/commands/NAME.md`), and those
of a project that is trusted (`.factory/commands`). The person's go first where names are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    """The commands in the folder of the user's settings, then those of the project as it stands.
    Files that cannot be read are none."""
    taken = set()
    for name, text, whose in (*_mine(home), *_theirs(standing)):
        if name not in taken:
            taken.add(name)
            yield _command(name, text, whose)


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


def expanded(home: Path, task: str, standing: Standing | None = None) -> str:
    """A task that names one of these commands, as what that says; any other as it is."""
    name, _, rest = task.strip().removeprefix("/").partition(" ")
    if not task.lstrip().startswith("/"):
        return task
    file = next((one for one in read(home, standing) if one.name == name), None)
    return task if file is None else _filled(file.prompt, rest.strip())


class OwnCommand(Command, frozen=True, kw_only=True):
    prompt: str


def _command(name: str, text: str, whose: str) -> OwnCommand:
    said = front.read(text)

    async def run(stage: Stage, rest: str) -> None:
        await stage.say(_filled(said.body, rest))

    return OwnCommand(
        name=name,
        about=said.text("description") or whose,
        run=run,
        takes=said.text("argument-hint"),
        idle=True,
        prompt=said.body,
    )


def _filled(prompt: str, rest: str) -> str:
    """With what was said after the name in its place, or behind all where it has none."""
    if ARGUMENTS in prompt:
        return prompt.replace(ARGUMENTS, rest).strip()
    return f"{prompt.strip()}\n\n{rest}".strip()
