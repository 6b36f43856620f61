"""`ownkey compare`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from ownkey.cli import opening


def add(parser: ArgumentParser) -> None:
    parser.epilog = (
        "Without --task, four small tasks that come with ownkey. Each model works in a copy of\n"
        "its own: your files are not touched, but the commands it asks for run with your rights."
    )
    option = parser.add_argument
    option("models", nargs="*", metavar="MODEL", help="these alone; all of them, else")
    option("--task", metavar="PROMPT", help="a task in this folder instead")
    option("--check", metavar="COMMAND", help="which succeeds if that was done: 'make test'")
    option("--budget", type=opening.dollars, metavar="USD", help="US dollars at most, of all")
    option("--yes", action="store_true", help="do not ask first")
    option("--svg", type=Path, metavar="FILE", help="draw it, too")
    option("--settings", type=Path, metavar="FILE")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.comparison import tasks
    from ownkey.core.errors import UsageError
    from ownkey.faces import compare

    if bool(given.task) != bool(given.check):
        raise UsageError("--task and --check go together.", "Say how to see that it was done.")
    own = (tasks.own(given.task, given.check, Path.cwd()),) if given.task else None
    return compare.run(
        given.models,
        given.settings,
        work=own or tasks.shipped(),
        budget=given.budget,
        yes=given.yes,
        picture=given.svg,
        as_json=given.json,
    )
