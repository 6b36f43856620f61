"""One skill: a folder with a `SKILL.md`, as https://agentskills.io/specification has it.

What the specification asks for and people leave out is told, and made up for where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from ownkey.config import front
from ownkey.config.diagnostics import Diagnostic, Severity, quoted
from ownkey.config.document import BOM
from ownkey.config.front import Front
from ownkey.tools.files import printable
from ownkey.trust import hidden

Whose = Literal["your own", "this project's"]

NAME = re.compile(r"(?=.{1,64}\Z)[a-z0-9]+(-[a-z0-9]+)*")

LONGEST = {"description": 1024, "compatibility": 500}
"""Characters."""

FLAGS = {"user-invocable": True, "disable-model-invocation": False}
"""What other agents have agreed upon beside the specification, and what holds unsaid."""

SHOWN = ("license", "compatibility", "metadata", "allowed-tools")
"""What is for people alone. No field gives a permission."""

TOLD = """\
<skill name="{name}">
Its folder is {folder}: paths in it start there.

{body}
</skill>"""


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    description: str
    """A line."""
    body: str
    file: Path
    whose: Whose
    for_model: bool = True
    """Whether the model may load it."""
    for_person: bool = True
    """Whether it is a command."""
    takes: str = ""
    """Its argument as a command, as `[name]`."""
    more: dict[str, str] = {}
    """What else it says of itself."""

    @property
    def told(self) -> str:
        """What the model reads of it."""
        body = self.body.strip().replace("</skill>", "<\\/skill>")
        return TOLD.format(name=self.name, folder=printable(self.file.parent), body=body)


class Understood(NamedTuple):
    skill: Skill | None
    """None where there is an error."""
    faults: tuple[Diagnostic, ...] = ()


@lru_cache(maxsize=512)
def understand(file: Path, data: bytes, whose: Whose) -> Understood:
    """What these bytes say. Never raises."""
    try:
        text = data.decode().removeprefix(BOM)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Understood(None, (_fault(file, line, "This is not UTF-8", "Save it as UTF-8"),))
    shown, unseen = hidden.reveal(text)
    said = front.read(shown)
    if not said.found:
        fix = "Put name and description between two lines of --- at its top"
        return Understood(None, (_fault(file, 1, "This skill has no front matter", fix),))
    name, faults = _named(file, said)
    faults += _faults(file, said, unseen)
    if any(one.severity == "error" for one in faults):
        return Understood(None, tuple(faults))
    skill = Skill(
        name=name,
        description=said.text("description")[: LONGEST["description"]],
        body=said.body,
        file=file,
        whose=whose,
        for_model=not said.flag("disable-model-invocation", False),
        for_person=bool(said.flag("user-invocable", True)),
        takes=said.text("argument-hint"),
        more={field: said.text(field) for field in SHOWN if said.text(field)},
    )
    return Understood(skill, tuple(faults))


def _named(file: Path, said: Front) -> tuple[str, list[Diagnostic]]:
    """Its folder's name goes before what it calls itself: that is what the person sees, and was
    asked about."""
    given, folder = said.text("name"), file.parent.name
    name = next((one for one in (folder, given) if NAME.fullmatch(one)), "")
    line = said.line("name")
    if not name:
        what = f"Neither {quoted(folder)} nor {quoted(given)} is a name that a skill can have"
        fix = "Call both one name, at most 64 of a-z, 0-9 and single hyphens in between"
        return "", [_fault(file, line, what, fix)]
    if given == folder:
        return name, []
    calls = f"calls itself {quoted(given)}" if given else "does not say its name"
    what = f"This skill {calls}, and its folder {quoted(folder)}; {name} counts"
    return name, [_fault(file, line, what, f"Write name: {name}, as the folder", "warning")]


def _faults(file: Path, said: Front, unseen: int) -> Iterator[Diagnostic]:
    yield from _missing(file, said)
    if said.fault:
        what = f"This front matter is not understood as a whole: {said.fault.what}"
        yield _fault(file, said.broken_at, what, "Put quotes around the value", "warning")
    for field, most in LONGEST.items():
        if (length := len(said.text(field))) > most:
            what = f"The {field} has {length:,} characters, of {most:,} at most"
            yield _fault(file, said.line(field), what, "Make it shorter", "warning")
    for field, default in FLAGS.items():
        if said.flag(field, default) is None:
            what = f"{field} is {quoted(said.text(field))}"
            yield _fault(file, said.line(field), what, "Write true or false")
    if unseen:
        what = (
            f"This skill has {unseen:,} characters that are not seen. The model is shown them spelt"
            " out, as <U+202E>"
        )
        yield _fault(file, 1, what, "Look at the file: they may hide orders", "warning")


def _missing(file: Path, said: Front) -> Iterator[Diagnostic]:
    if not said.text("description"):
        fix = "Say in its front matter what it does and when to use it"
        yield _fault(file, said.line("description"), "This skill has no description", fix)
    if not said.body.strip():
        yield _fault(file, 1, "This skill says nothing", "Write what is to be done below its ---")
    elif said.flag("disable-model-invocation", False) and not said.flag("user-invocable", True):
        line = said.line("user-invocable")
        fix = "Take out user-invocable or disable-model-invocation"
        yield _fault(file, line, "Neither you nor the model may use this skill", fix, "warning")


def _fault(file: Path, line: int, what: str, fix: str, severity: Severity = "error") -> Diagnostic:
    return Diagnostic(
        file=printable(file), line=line, column=1, what=what, fix=fix, severity=severity
    )
