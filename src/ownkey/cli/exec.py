"""`ownkey exec`: one task, nothing asked."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ownkey.cli import opening

FORMATS = ("text", "json", "stream-json")


def add(parser: ArgumentParser) -> None:
    parser.description = (
        "Do one task without asking anything. Without --auto nothing is changed and no command "
        "is run."
    )
    parser.epilog = (
        "Exit codes: 0 done, 1 failed, 2 usage, 3 step limit or budget, 4 permission needed,\n"
        "69 endpoint unavailable, 75 rate limited, 77 key refused, 78 settings, 130 interrupted."
    )
    option = parser.add_argument
    option("prompt", nargs="?", help="the task; else --file, else standard input")
    option("-f", "--file", type=Path, help="read the task from a file")
    option(
        *("-s", "--session-id"),
        dest="resume",
        metavar="ID",
        help="go on with a session, or with the `last`",
    )
    option("--list-tools", action="store_true", help="show the tools and what may run, and stop")
    option("-o", "--output-format", choices=FORMATS, default="text")
    opening.add(parser)


def run(given: Namespace) -> int:
    import asyncio

    from ownkey.faces import headless, listing

    options = opening.options(given)
    if given.list_tools:
        return listing.tools(options, as_json=given.output_format != "text")
    return asyncio.run(headless.execute(options, _task(given), given.output_format))


def _task(given: Namespace) -> str:
    """The prompt, from the first source that was named."""
    from ownkey.core.errors import UsageError

    if given.prompt:
        task = str(given.prompt)
    elif given.file:
        task = opening.read(given.file)
    elif sys.stdin is None or sys.stdin.isatty():
        task = ""
    else:
        task = sys.stdin.read()
    if not task.strip():
        raise UsageError(
            "There is no task.", "Give one: ownkey exec 'fix the failing test', or -f FILE."
        )
    return task
