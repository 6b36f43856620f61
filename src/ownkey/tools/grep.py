"""The `grep` tool: ripgrep, where there is one, says which files to look into."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path

import msgspec

from ownkey.core.errors import ToolError
from ownkey.tools import Context, search, tool
from ownkey.tools.files import LARGEST, identities, load, locate, printable, processes, shown, there
from ownkey.tools.pattern import matcher
from ownkey.tools.process import answer
from ownkey.tools.walk import in_order, paths_under, relative

MOST_LINES = 300
MOST_BYTES = 30_000
MOST_AROUND = 20
PATIENCE = 20.0
"""Seconds."""

SHARE = 2_000
"""Files that are worth more than one process, and what each is given at a time."""

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
    try:
        async with asyncio.timeout(PATIENCE):
            root, name = await asyncio.to_thread(_where, lent, path)
            wanted = search.Search(
                pattern=pattern,
                ignore_case=ignore_case,
                root=str(root),
                files=(),
                folder=_folder(lent, root),
                spelled={},
                hidden=identities(lent.hidden),
                barred=processes(),
                around=min(max(context, 0), MOST_AROUND),
                names_only=files_only,
                most=MOST_LINES,
                largest=LARGEST,
            )
            counts = _counting(lent, root, glob)
            names = list(filter(counts, [name])) if name else await _names(lent, wanted, counts)
            return await _found(lent, wanted, names)
    except TimeoutError:
        raise ToolError(
            f"The search took more than {PATIENCE:.0f} seconds and was stopped; "
            "give a narrower path or glob, or a simpler pattern."
        ) from None


def _folder(context: Context, root: Path) -> str:
    folder = shown(context, root)
    return "" if folder == "." else f"{folder.removesuffix('/')}/"


def _counting(context: Context, root: Path, glob: str) -> Callable[[str], bool]:
    """Whether a name is one to look into."""
    fits, closed = matcher(glob or "*"), tuple(_closed(context, root))
    return lambda name: fits(name) and not f"{name}/".startswith(closed)


def _closed(context: Context, root: Path) -> Iterator[str]:
    """What lies below the folder and is not to be opened, each as a name with a slash behind it:
    so begins what is in it, and itself with a slash behind, and nothing else."""
    for path in context.unseen():
        if path.is_relative_to(root):
            yield f"{path.relative_to(root).as_posix()}/"


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


async def _names(
    context: Context, wanted: search.Search, counts: Callable[[str], bool]
) -> list[str]:
    """The files to look into, relative to the folder: at least all that match."""
    from ownkey.sandbox.policy import brings  # with the first search

    root = Path(wanted.root)
    program = ripgrep()
    if program and not brings(context.cwd, context.home, Path(program)):
        case = ["--ignore-case"] if wanted.ignore_case else []
        argv = [program, *RIPGREP, *case, f"--regexp={wanted.pattern}", "--", wanted.root]
        reply = await answer(argv, context.environment, root)
        if not reply.errors:  # it has no look-around, for example: then ours has to do
            # Names that are not UTF-8 come out as names of nothing: our walk has none either.
            paths = reply.output.decode("utf-8", "replace").split("\0")[:-1]
            return in_order(filter(counts, (relative(path, root) for path in paths)))
    walk = filter(counts, paths_under(root))
    names = await asyncio.to_thread(list, islice(walk, SHARE))
    if len(names) == SHARE:
        names = await _sifted(context, wanted, chain(names, walk))
    return in_order(names)


async def _sifted(context: Context, wanted: search.Search, names: Iterator[str]) -> list[str]:
    """Those of very many files that match: looked for by as many processes as there are
    processors, while the names are still being found."""
    turn = asyncio.Lock()

    async def share() -> AsyncIterator[bytes]:
        while True:
            async with turn:
                piece = await asyncio.to_thread(list, islice(names, SHARE))
            if not piece:
                return
            yield json.dumps(piece).encode() + b"\n"

    parts = await asyncio.gather(
        *(_asked(context, wanted, share()) for _ in range(os.cpu_count() or 1))
    )
    return [name for part in parts for name in msgspec.json.decode(part, type=list[str])]


@cache
def ripgrep() -> str | None:
    """Where ripgrep is; looked up once, and never in a folder relative to the current one."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return shutil.which("rg", path=os.pathsep.join(filter(os.path.isabs, folders)))


async def _found(context: Context, wanted: search.Search, names: Sequence[str]) -> str:
    if not names:
        return "No matches."
    spelled = {one: printable(one) for one in names if not one.isprintable()}
    output = await _asked(context, wanted._replace(files=names, spelled=spelled))
    return _told(msgspec.json.decode(output, type=Found))


async def _asked(
    context: Context, wanted: search.Search, names: AsyncIterator[bytes] | None = None
) -> bytes:
    argv = [sys.executable, "-I", "-S", search.__file__]
    request = json.dumps(wanted._asdict()).encode() + b"\n"
    reply = await answer(argv, context.environment, context.cwd, request, names)
    if reply.code:
        last = reply.errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ToolError(f"The search failed: {last}")
    return reply.output


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
