"""Skills as commands: `/name rest` sends what one says, `/skills` shows which there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ownkey.agent import meter
from ownkey.app import told_of
from ownkey.commands import Command, Stage, find
from ownkey.commands.own import OwnCommand, prompting
from ownkey.conversation import Conversation
from ownkey.core.errors import UsageError
from ownkey.skills.found import Skills
from ownkey.skills.skill import Skill
from ownkey.words import shorten

NONE = (
    "There are no skills. One is a folder with a SKILL.md in ~/.agents/skills, ~/.claude/skills or"
    " ~/.factory/skills, or in .agents/skills of a project: docs/skills.md."
)


def read(skills: Skills) -> Iterator[OwnCommand]:
    """Those that the person may say, as commands."""
    for one in skills.for_person:
        yield prompting(one.name, one.told, shorten(one.description), one.takes)


async def _skills(stage: Stage, rest: str) -> None:
    skills = stage.conversation.skills
    lines = _one(skills, rest) if rest else _all(stage, skills)
    stage.tell("\n".join(lines) or NONE)


def _all(stage: Stage, skills: Skills) -> Iterator[str]:
    commands = stage.commands
    width = max((len(one.name) for one in (*skills.usable, *skills.disabled)), default=0)
    for one in skills.usable:
        about = shorten(one.description, 60)
        yield f"{one.name:{width}}  {one.whose} · {_who(commands, one)} · {about}"
    for one in skills.disabled:
        yield f"{one.name:{width}}  {one.whose} · disabledSkills in your settings"
    if words := _told(stage.conversation):
        yield words
    for path in skills.waiting:
        yield f"{path} counts once this folder is trusted: /trust."
    yield from (f"{fault.severity}: {fault}" for fault in skills.faults)
    yield from skills.notes


def _who(commands: Sequence[Command], skill: Skill) -> str:
    """Who can use it here: a command that has its name goes before it."""
    can = ["the model"] if skill.for_model else []
    if skill.for_person:
        named = find(commands, skill.name)
        is_it = isinstance(named, OwnCommand) and named.prompt == skill.told
        can.append(f"/{skill.name}" if is_it else f"not you: /{skill.name} is another command")
    return ", ".join(can) or "nobody"


def _told(conversation: Conversation) -> str:
    said = told_of(conversation.options, conversation.skills, conversation.tools)
    if not said:
        return ""
    return f"The model is told of them in about {len(said) // meter.BYTES:,} tokens."


def _one(skills: Skills, name: str) -> Iterator[str]:
    known = {one.name: one for one in (*skills.usable, *skills.disabled)}
    skill = known.get(name.removeprefix("/"))
    if skill is None:
        raise UsageError(f"There is no skill {name!r}.", "/skills lists them.")
    yield f"{skill.name} · {skill.whose} · {skill.file}"
    yield skill.description
    for field, value in skill.more.items():
        vain = " (this gives no permission)" if field == "allowed-tools" else ""
        yield f"{field}: {value}{vain}"
    yield f"\n{skill.body.strip()}"


COMMANDS = (Command("skills", "which there are, and what is wrong with some", _skills, "[name]"),)
