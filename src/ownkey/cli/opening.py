"""What every conversation can be opened with, whichever face it has."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ownkey.options import Options

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


def add(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("-m", "--model", help="custom:<name>-<n>, custom:<model>, or a bare name")
    option("-r", "--reasoning-effort", choices=EFFORTS, metavar="LEVEL", help=", ".join(EFFORTS))
    option(
        "--auto",
        choices=("low", "medium", "high"),
        help="low: change files; medium: and run commands; high: and reach out (push, deploy)",
    )
    option("--cwd", type=Path, default=Path(), help="the folder to work in")
    option("--trust", action="store_true", help="let the folder's own files count, this once")
    option("--fork", metavar="ID", help="go on with a copy of a session")
    option("--append-system-prompt", default="", metavar="TEXT")
    option("--append-system-prompt-file", type=Path, metavar="FILE")
    option("--only-tools", type=_names, metavar="A,B", help="offer these alone; '' for none")
    option("--add-tools", type=_names, default=(), metavar="A,B")
    option("--remove-tools", type=_names, default=(), metavar="A,B")
    option("--max-steps", type=int, default=200, metavar="N", help="model calls at most (200)")
    option("--budget", type=dollars, metavar="USD", help="US dollars at most, of this session")
    option("--max-tokens-total", type=int, metavar="N", help="tokens at most, of this session")
    option("--settings", type=Path, metavar="FILE", help="settings that go before all others")
    option("--no-sandbox", action="store_true", help="run commands with all your rights")
    tape = parser.add_mutually_exclusive_group().add_argument
    tape("--record", type=Path, metavar="FILE", help="write the exchanges to FILE, without keys")
    tape("--replay", type=Path, metavar="FILE", help="answer from FILE, without network")


def add_interactive(parser: ArgumentParser) -> None:
    """What the faces take that a person sits before."""
    option = parser.add_argument
    option("prompt", nargs="?", default="", metavar="PROMPT", help="to begin with")
    option("--resume", nargs="?", const="last", metavar="ID", help="go on with a session")
    option("--last", dest="resume", action="store_const", const="last", help="with the last one")
    add(parser)


def options(given: Namespace, *, interactive: bool = False) -> Options:
    """Raises `UsageError` for a folder or a file that is not there."""
    from ownkey.core.errors import UsageError
    from ownkey.options import Options

    cwd = Path(os.path.expanduser(given.cwd)).resolve()  # noqa: PTH111 - Path raises where there is no such home
    if not cwd.is_dir():
        raise UsageError(f"There is no folder {cwd}.", "Name one that exists with --cwd.")
    extra = [given.append_system_prompt]
    if given.append_system_prompt_file:
        extra.append(read(given.append_system_prompt_file))
    return Options(
        cwd=cwd,
        model=given.model,
        effort=given.reasoning_effort,
        level=given.auto or "read-only",
        settings=given.settings,
        resume=given.resume,
        fork=given.fork,
        only_tools=given.only_tools,
        add_tools=given.add_tools,
        remove_tools=given.remove_tools,
        append_system="\n".join(filter(None, extra)),
        max_steps=given.max_steps,
        budget=given.budget,
        max_tokens=given.max_tokens_total,
        trust=given.trust,
        interactive=interactive,
        sandbox=not given.no_sandbox,
        record=given.record,
        replay=given.replay,
    )


def read(path: Path) -> str:
    """A text that a person named. Raises `UsageError`."""
    from ownkey.core.errors import UsageError

    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {path}: {error}.", "Check the path.") from error


def dollars(text: str) -> float:
    amount = float(text.removeprefix("$"))
    if not 0 < amount < float("inf"):
        raise ValueError(text)
    return amount


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
