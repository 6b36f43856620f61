"""What the model is told of skills before it needs one: their names and when to use them."""

from __future__ import annotations

from collections.abc import Sequence

from ownkey.agent.prompt import SKILLS
from ownkey.skills.skill import Skill
from ownkey.tools.files import printable

LONGEST = 16_000
"""Characters in all: about 4,000 tokens, which every prompt carries."""

SHORTENED = (1024, 500, 250, 120, 60, 0)
"""Characters of a description, the first bound under which all of them fit."""

LOADED = "load it with the skill tool"
"""How the model gets at one, in a conversation that began with the tool."""

READ = "read its file"

PREFACE = (
    "Instructions for certain tasks. Where one fits what the user asks for, {how} before you"
    " begin, and follow it."
)

ENDING = "</skills>"


def catalog(skills: Sequence[Skill], *, loads: bool) -> str:
    """Empty without any. `loads`: whether there is a tool for it."""
    if not skills:
        return ""
    for most in SHORTENED:
        lines = [_line(one, most, loads=loads) for one in skills]
        if sum(map(len, lines)) + len(lines) <= LONGEST:
            break
    else:
        lines = _fitting(lines)
    listed = "\n".join(lines).replace(ENDING, "<\\/skills>")
    preface = PREFACE.format(how=LOADED if loads else READ)
    return f"{SKILLS}\n{preface}\n\n{listed}\n{ENDING}"


def _line(skill: Skill, most: int, *, loads: bool) -> str:
    name = skill.name if loads else f"{skill.name} ({printable(skill.file)})"
    about = skill.description
    if len(about) > most:
        about = f"{about[: most - 1]}…" if most else ""
    return f"- {name}: {about}" if about else f"- {name}"


def _fitting(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    room = LONGEST
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return [*kept, f"- and {len(lines) - len(kept)} more, which the user can name"]
        kept.append(line)
    return kept
