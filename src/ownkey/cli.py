"""The command line: arguments become options, options choose a face.

Only the standard library is imported here, and nothing of ours that needs more, so that
`--version` and `--help` answer at once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from ownkey import __version__, exits

if TYPE_CHECKING:
    from ownkey.core.errors import OwnkeyError
    from ownkey.options import Options

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
FORMATS = ("text", "json", "stream-json")
WIRES = ("anthropic", "openai", "generic")


def main(arguments: Sequence[str] | None = None) -> int:
    said = list(sys.argv[1:] if arguments is None else arguments)
    given = (build() if _is_command(said) else build_app()).parse_args(said)
    try:
        code: int = given.run(given)
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output is gone; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.FAILED
    except Exception as error:
        from ownkey.core.errors import OwnkeyError

        if not isinstance(error, OwnkeyError):
            raise
        return _explain(error)
    return code


def build() -> argparse.ArgumentParser:
    """The grammar of the commands."""
    parser = argparse.ArgumentParser(
        prog="ownkey",
        usage="ownkey [OPTIONS] [PROMPT]\n       ownkey COMMAND ...",
        description="A coding agent in the terminal that runs on your own keys. Without a "
        "command it opens the app; `ownkey --help` shows its options.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in COMMANDS.values():
        add(commands)
    return parser


def build_app() -> argparse.ArgumentParser:
    """The grammar of the app."""
    listed = "\n".join(f"  {name}" for name in COMMANDS)
    parser = argparse.ArgumentParser(
        prog="ownkey",
        usage="ownkey [OPTIONS] [PROMPT]\n       ownkey COMMAND ...",
        description="A coding agent in the terminal that runs on your own keys.",
        epilog=f"commands, each with --help of its own:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=_app)
    option = parser.add_argument
    option("--version", action="version", version=f"ownkey {__version__}")
    option("prompt", nargs="?", default="", metavar="PROMPT", help="to begin with")
    option("--resume", nargs="?", const="last", metavar="ID", help="go on with a session")
    option("--last", dest="resume", action="store_const", const="last", help="with the last one")
    option("--plain", action="store_true", help="line by line, as a screen reader or a pipe needs")
    _add_conversation(parser)
    return parser


def _is_command(said: Sequence[str]) -> bool:
    return bool(said) and said[0] in COMMANDS


def _add_conversation(command: argparse.ArgumentParser) -> None:
    """What every conversation can be opened with."""
    option = command.add_argument
    option("-m", "--model", help="custom:<name>-<n>, custom:<model>, or a bare name")
    option("-r", "--reasoning-effort", choices=EFFORTS, metavar="LEVEL", help=", ".join(EFFORTS))
    option(
        "--auto",
        choices=("low", "medium", "high"),
        help="low: change files; medium: and run commands; high: and reach out (push, deploy)",
    )
    option("--cwd", type=Path, default=Path(), help="the folder to work in")
    option("--fork", metavar="ID", help="go on with a copy of a session")
    option("--append-system-prompt", default="", metavar="TEXT")
    option("--append-system-prompt-file", type=Path, metavar="FILE")
    option("--only-tools", type=_names, metavar="A,B", help="offer these alone; '' for none")
    option("--add-tools", type=_names, default=(), metavar="A,B")
    option("--remove-tools", type=_names, default=(), metavar="A,B")
    option("--max-steps", type=int, default=200, metavar="N", help="model calls at most (200)")
    option("--budget", type=_dollars, metavar="USD", help="US dollars at most, of this session")
    option("--max-tokens-total", type=int, metavar="N", help="tokens at most, of this session")
    option("--settings", type=Path, metavar="FILE", help="settings that go before all others")
    tape = command.add_mutually_exclusive_group().add_argument
    tape("--record", type=Path, metavar="FILE", help="write the exchanges to FILE, without keys")
    tape("--replay", type=Path, metavar="FILE", help="answer from FILE, without network")


def _add_exec(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "exec",
        help="do one task without asking anything",
        description="Do one task without asking anything. Without --auto nothing is changed "
        "and no command is run.",
        epilog="Exit codes: 0 done, 1 failed, 2 usage, 3 step limit or budget, "
        "4 permission needed, 69 endpoint unavailable, 75 rate limited, 77 key refused, "
        "78 settings, 130 interrupted.",
    )
    command.set_defaults(run=_exec)
    option = command.add_argument
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
    _add_conversation(command)


def _add_models(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "models", help="the models your settings name, and what is known of them"
    )
    command.set_defaults(run=_models)
    command.add_argument("action", choices=("list", "show"), nargs="?", default="list")
    command.add_argument("model", nargs="?", help="whose figures to show; the default one's, else")
    command.add_argument(
        "--offline",
        action="store_true",
        help="do not ask the endpoint for its list of models",
    )
    command.add_argument("--why", action="store_true", help="and where each figure comes from")
    command.add_argument("--settings", type=Path, metavar="FILE")
    command.add_argument("--json", action="store_true")


def _add_sessions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("sessions", help="list and show past conversations")
    command.set_defaults(run=_sessions)
    command.add_argument("action", choices=("list", "show"), nargs="?", default="list")
    command.add_argument("session", nargs="?", default="last", help="id, beginning of one, or last")
    command.add_argument("--all", action="store_true", help="of every folder, not only this one")
    command.add_argument("--json", action="store_true")


def _add_cost(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "cost",
        help="what conversations cost, and what the cache saved",
        description="What a session has cost: the last one of this folder, or the one named. "
        "With --since or --by: all sessions.",
    )
    command.set_defaults(run=_cost)
    option = command.add_argument
    option("session", nargs="?", default="last", help="id, beginning of one, or last")
    option("--since", metavar="TIME", help="24h, 7d, 2w, or a date: 2026-11-01")
    option("--by", choices=("model", "day", "project", "session"))
    form = command.add_mutually_exclusive_group().add_argument
    form("--json", dest="form", action="store_const", const="json", default="text")
    form("--csv", dest="form", action="store_const", const="csv")


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "demo",
        help="see the whole machine work, without any key",
        description="A scripted provider on this machine plays a coder who mends a small "
        "repository: wires, tools, edits, tests and cache really run; only the model is played.",
    )
    command.set_defaults(run=_demo)
    command.add_argument("--wire", choices=WIRES, default="anthropic", help="the format to speak")
    command.add_argument(
        "--real", action="store_true", help="ask a small real model instead (fetches 200 MB once)"
    )


COMMANDS: dict[str, Callable[[argparse._SubParsersAction[argparse.ArgumentParser]], None]] = {
    "exec": _add_exec,
    "models": _add_models,
    "sessions": _add_sessions,
    "cost": _add_cost,
    "demo": _add_demo,
}


def _app(given: argparse.Namespace) -> int:
    from ownkey.core.errors import UsageError

    if close := get_close_matches(given.prompt, COMMANDS, n=1, cutoff=0.7):
        raise UsageError(f"There is no command {given.prompt}.", f"Did you mean {close[0]}?")
    options = _options(given, interactive=True)
    if given.plain or not _can_draw():
        from ownkey.faces import plain

        return asyncio.run(plain.run(options, given.prompt))
    from ownkey.faces import tui

    return tui.run(options, given.prompt)


def _can_draw() -> bool:
    """Whether there is a terminal that can be painted, and a person who wants it so."""
    unwanted = "NO_COLOR" in os.environ or os.environ.get("TERM", "dumb") == "dumb"
    return sys.stdin.isatty() and sys.stdout.isatty() and not unwanted


def _exec(given: argparse.Namespace) -> int:
    from ownkey.faces import headless, listing

    options = _options(given)
    if given.list_tools:
        return listing.tools(options, as_json=given.output_format != "text")
    return asyncio.run(headless.execute(options, _task(given), given.output_format))


def _models(given: argparse.Namespace) -> int:
    from ownkey.faces import listing

    if given.action == "show":
        return listing.model(
            given.settings, given.model, why=given.why, offline=given.offline, as_json=given.json
        )
    return listing.models(given.settings, as_json=given.json)


def _sessions(given: argparse.Namespace) -> int:
    from ownkey.faces import listing

    if given.action == "show":
        return listing.session(given.session, as_json=given.json)
    return listing.sessions(everywhere=given.all, as_json=given.json)


def _cost(given: argparse.Namespace) -> int:
    from ownkey.faces import cost

    if given.since or given.by:
        return cost.history(given.since or "", given.by or "model", given.form)
    return cost.conversation(given.session, given.form)


def _demo(given: argparse.Namespace) -> int:
    from ownkey.faces import demo

    return asyncio.run(demo.real_turn() if given.real else demo.rehearse(given.wire))


def _options(given: argparse.Namespace, *, interactive: bool = False) -> Options:
    from ownkey.core.errors import UsageError
    from ownkey.options import Options

    cwd = given.cwd.expanduser().resolve()
    if not cwd.is_dir():
        raise UsageError(f"There is no folder {cwd}.", "Name one that exists with --cwd.")
    extra = [given.append_system_prompt]
    if given.append_system_prompt_file:
        extra.append(_read(given.append_system_prompt_file))
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
        interactive=interactive,
        record=given.record,
        replay=given.replay,
    )


def _task(given: argparse.Namespace) -> str:
    """The prompt, from the first source that was named."""
    from ownkey.core.errors import UsageError

    if given.prompt:
        task = str(given.prompt)
    elif given.file:
        task = _read(given.file)
    elif sys.stdin is None or sys.stdin.isatty():
        task = ""
    else:
        task = sys.stdin.read()
    if not task.strip():
        raise UsageError(
            "There is no task.", "Give one: ownkey exec 'fix the failing test', or -f FILE."
        )
    return task


def _read(path: Path) -> str:
    from ownkey.core.errors import UsageError

    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {path}: {error}.", "Check the path.") from error


def _dollars(text: str) -> float:
    amount = float(text.removeprefix("$"))
    if not 0 < amount < float("inf"):
        raise ValueError(text)
    return amount


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _explain(error: OwnkeyError) -> int:
    print("ownkey: " + "\n  ".join(error.failure().lines()), file=sys.stderr)
    return exits.code(error.kind)
