"""Small pieces of work, each with a check that says whether it was done."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from ownkey.core.errors import UsageError
from ownkey.core.message import Usage
from ownkey.rehearsal import sample
from ownkey.tools.walk import names_under

PATIENCE = 120.0
"""Seconds for a check."""

TYPICAL = Usage(input=8_000, cache_read=24_000, output=1_500)
"""About what one task takes: six questions with what was seen so far, for the estimate."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    prompt: str
    source: Path
    """The folder that is copied for each model."""
    check: tuple[str, ...]
    """A command that succeeds in the copy if the task was done."""

    def copy(self, to: Path) -> None:
        """Everything but what .gitignore leaves out."""
        for name in names_under(self.source):
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.source / name, target, follow_symlinks=False)

    def solved(self, folder: Path, environment: dict[str, str]) -> bool:
        try:
            done = subprocess.run(
                self.check,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def own(prompt: str, check: str, folder: Path) -> Task:
    """A task in the person's own repository. Raises `UsageError`."""
    try:
        command = ("sh", "-c", check) if os.name == "posix" else tuple(shlex.split(check))
    except ValueError as error:
        raise UsageError(f"The check cannot be read: {error}.", "Check its quotes.") from error
    return Task(name="your task", prompt=prompt, source=folder, check=command)


def shipped() -> Sequence[Task]:
    """The tasks that come with the program."""
    with as_file(files("ownkey") / "data") as data:
        shelf = Task(
            name="mend a failing test",
            prompt=sample.PROMPT,
            source=data / "rehearsal" / "shelf",
            check=(sys.executable, "-m", "unittest", "-q"),
        )
        return (shelf, *(_task(data / "tasks" / name, *said) for name, said in PROMPTS.items()))


PROMPTS = {
    "rename": (
        "rename a function",
        "Rename the function qty in stock.py to quantity, everywhere it is used. What the"
        " program prints stays as it is.",
    ),
    "write": (
        "write a function",
        "Write the function merge in intervals.py as its docstring wants it.",
    ),
    "answer": (
        "answer from code",
        "What does a customer who is both staff and in the club pay, in cents, for one tea"
        " and two milk? Write just the number into ANSWER.txt.",
    ),
}
"""By the folder of each, what it is called and what the model is told."""


def _task(folder: Path, name: str, prompt: str) -> Task:
    check = (sys.executable, "-B", "-c", _CHECK, str(folder / "check.py"))
    return Task(name=name, prompt=prompt, source=folder / "files", check=check)


_CHECK = "import runpy, sys; sys.path.insert(0, '.'); runpy.run_path(sys.argv[1])"
