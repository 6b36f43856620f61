"""The `grep` tool: ripgrep, where there is one, says which files to look into."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from ownkey.core.errors import ToolError
from ownkey.tools import Context, search, tool
from ownkey.tools.files import LARGEST, identities, load, locate, printable, processes, shown, there
from ownkey.tools.pattern import matcher
from ownkey.tools.process import answer
from ownkey.tools.walk import files_under, in_order, relative

MOST_LINES = 300
MOST_BYTES = 30_000
MOST_AROUND = 20
PATIENCE = 20.0
"""Seconds."""

SHARE = 2_000
"""Files that are not worth a process of their own."""

RIPGREP = (
    "--no-config",
    "--files-with-matches",
    "--null",
    "--hidden",
    "--no-require-git",
    "--no-ignore-dot",
    "--no-ignore-global",
    "--glob=!.git",
    "--text",
    "--crlf",
    "--no-messages",
    f"--max-filesize={LARGEST}",
)
"""What makes ripgrep choose among the same files as our own walk."""


class Found(msgspec.Struct):
    lines: list[str]
    more: bool


@tool("reads")
async def grep(
    lent: Context,
    pattern: str,
    path: str = ".",
    glob: str = "",
    ignore_case: bool = False,
    context: int = 0,
    files_only: bool = False,
) -> str:
    """Search files for a regular expression, line by line, as `path:line:text`, \
    without files git ignores. glob narrows the files; context adds lines around."""
    _check(pattern)
    fits = matcher(glob or "*")
    try:
        async with asyncio.timeout(PATIENCE):
            root, name = await asyncio.to_thread(_where, lent, path)
            names = [name] if name else await _names(lent, root, pattern, ignore_case)
            closed = tuple(_closed(lent, root))
            wanted = [name for name in names if fits(name) and not name.startswith(closed)]
            found = await _search(
                lent,
                search.Search(
                    pattern=pattern,
                    ignore_case=ignore_case,
                    root=str(root),
                    files=wanted,
                    folder=_folder(lent, root),
                    spelled={one: printable(one) for one in wanted if not one.isprintable()},
                    hidden=identities(lent.hidden),
                    barred=processes(),
                    around=min(max(context, 0), MOST_AROUND),
                    names_only=files_only,
                    most=MOST_LINES,
                    largest=LARGEST,
                ),
            )
    except TimeoutError:
        raise ToolError(
            f"The search took more than {PATIENCE:.0f} seconds and was stopped; "
            "give a narrower path or glob, or a simpler pattern."
        ) from None
    return _told(found)


def _folder(context: Context, root: Path) -> str:
    folder = shown(context, root)
    return "" if folder == "." else f"{folder.removesuffix('/')}/"


def _closed(context: Context, root: Path) -> Iterator[str]:
    """How the names begin of what lies below the folder and is not to be opened."""
    for path in context.unseen():
        if path.is_relative_to(root):
            name = path.relative_to(root).as_posix()
            yield f"{name}/" if path.is_dir() else name


def _check(pattern: str) -> None:
    """Raises `ToolError` for what is no regular expression."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ToolError(
            f"The pattern is not a regular expression: {error}. "
            "Put a backslash before signs that stand for themselves."
        ) from error


def _where(context: Context, path: str) -> tuple[Path, str]:
    """The folder to search, and the one file in it if `path` is a file."""
    target = locate(context, path)
    if there(context, target) and target.is_dir():
        return target, ""
    load(context, target)  # refuses in words what is not to be read
    return target.parent, target.name


async def _names(context: Context, root: Path, pattern: str, ignore_case: bool) -> list[str]:
    """The files to look into, relative to the folder: at least all that match."""
    from ownkey.sandbox.policy import brings  # with the first search

    program = ripgrep()
    if program and not brings(context.cwd, context.home, Path(program)):
        case = ["--ignore-case"] if ignore_case else []
        argv = [program, *RIPGREP, *case, f"--regexp={pattern}", "--", str(root)]
        reply = await answer(argv, context.environment, root)
        if not reply.errors:  # it has no look-around, for example: then ours has to do
            # Names that are not UTF-8 come out as names of nothing: our walk has none either.
            paths = reply.output.decode("utf-8", "replace").split("\0")[:-1]
            return in_order(relative(path, root) for path in paths)
    return await asyncio.to_thread(files_under, root)


@cache
def ripgrep() -> str | None:
    """Where ripgrep is; looked up once, and never in a folder relative to the current one."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return shutil.which("rg", path=os.pathsep.join(filter(os.path.isabs, folders)))


async def _search(context: Context, wanted: search.Search) -> Found:
    """By as many processes as there are processors, where there is much to look into."""
    share = max(SHARE, -(-len(wanted.files) // (os.cpu_count() or 1)))
    parts = [wanted.files[at : at + share] for at in range(0, len(wanted.files), share)]
    found = await asyncio.gather(
        *(_searched(context, wanted._replace(files=part)) for part in parts or [[]])
    )
    held = [one for one in found if one.lines]
    lines = held[0].lines if held else []
    for one in held[1:]:
        lines += [*(["--"] if wanted.around and not wanted.names_only else []), *one.lines]
    more = len(lines) > wanted.most or any(one.more for one in found)
    return Found(lines[: wanted.most], more)


async def _searched(context: Context, wanted: search.Search) -> Found:
    argv = [sys.executable, "-I", "-S", search.__file__]
    request = json.dumps(wanted._asdict()).encode()
    reply = await answer(argv, context.environment, context.cwd, request)
    if reply.code:
        last = reply.errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ToolError(f"The search failed: {last}")
    return msgspec.json.decode(reply.output, type=Found)


def _told(found: Found) -> str:
    room, lines = MOST_BYTES, []
    for line in found.lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        lines.append(line)
    if found.more or room < 0:
        lines.append(f"[only the first {len(lines)} lines; narrow the pattern, path or glob]")
    return "\n".join(lines) or "No matches."
