"""Files as the model names them, found and opened without being fooled."""

from __future__ import annotations

import os
import stat
import unicodedata
from difflib import get_close_matches
from functools import cache
from itertools import islice
from pathlib import Path

import msgspec

from ownkey.beneath import READING
from ownkey.core.errors import ToolError
from ownkey.tools import Context

LARGEST = 64_000_000
"""Bytes. Larger files are for shell commands."""

GIT = frozenset({".git", "git~1"})
"""The second is the first on Windows, in names of eight and three."""

KINDS = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class File(msgspec.Struct, frozen=True):
    """A file's whole content, and its state when it was opened."""

    path: Path
    data: bytes
    state: os.stat_result


def named(context: Context, path: str) -> Path:
    """The path that a tool is given, as a whole one: what is judged must be what is opened."""
    try:
        return context.cwd / Path(path).expanduser()
    except RuntimeError:  # a user whom nobody knows: `locate` says so
        return context.cwd / path


def locate(context: Context, path: str) -> Path:
    """The one absolute path, free of links, that `path` means. It need not exist.
    Raises `ToolError` where it leads to a file that holds keys."""
    try:
        found = Path(os.path.realpath(context.cwd / Path(path).expanduser()))
    except (ValueError, RuntimeError) as error:
        raise ToolError(f"{printable(path)} is not a path: {error}.") from error
    except OSError as error:  # it is there and gone while it is looked at
        raise ToolError(f"Cannot look at {printable(path)}: {error.strerror}.") from error
    if _folded(str(found)) in {_folded(str(path)) for path in _resolved(context.hidden)}:
        raise _withheld(context, found)
    if any(found.is_relative_to(one) for one in context.unseen()):
        raise ToolError(
            f"{shown(context, found)} is closed to tools, as it is to commands: keys and passwords"
            " are kept there. If the user wants it all the same, shell with unsandboxed: true asks."
        )
    return found


def load(context: Context, path: Path) -> File:
    """The content of a located file. What is checked is what was opened, not its name.
    Raises `ToolError` for anything but a regular file that may be seen."""
    try:
        _check(context, path, path.stat())
        with os.fdopen(os.open(path, READING), "rb") as file:
            state = os.fstat(file.fileno())
            _check(context, path, state)
            return File(path, file.read(LARGEST), state)
    except FileNotFoundError:
        raise missing(context, path) from None
    except OSError as error:
        raise failed("read", context, path, error) from error


def root_for(context: Context, path: Path) -> Path:
    """The root that a located path is below. Raises `ToolError` where it is out of bounds for
    writing."""
    roots = _resolved(context.roots)
    root = next((root for root in roots if path.is_relative_to(root)), None)
    if root is None:
        allowed = ", ".join(printable(root) for root in roots)
        raise ToolError(f"{printable(path)} is outside of what you may write: {allowed}.")
    # Git runs commands that these files name: writing them would be running.
    if any(_folded(part) in GIT for part in path.parts):
        raise ToolError(f"{shown(context, path)} belongs to git; change it with git commands.")
    return root


def there(context: Context, path: Path) -> bool:
    """Whether there is anything at a located path."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise failed("look at", context, path, error) from error
    return True


def identities(paths: tuple[Path, ...]) -> list[tuple[int, int]]:
    """Device and inode of those that exist: the same for every spelling and hard link."""
    found = []
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((state.st_dev, state.st_ino))
    return found


@cache
def processes() -> int | None:
    """The device of procfs, whose `environ` files hold keys; None where there is none."""
    try:
        return os.lstat("/proc/self").st_dev
    except OSError:
        return None


def missing(context: Context, path: Path) -> ToolError:
    """That there is nothing at `path`, with what might have been meant."""
    folder = path.parent
    while not folder.is_dir() and folder != folder.parent:
        path, folder = folder, folder.parent
    near = _near(path.name, folder)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    where = "here" if folder == _real(context.cwd) else f"in {shown(context, folder)}"
    return ToolError(f"There is no {printable(path.name)} {where}.{hint}")


def failed(doing: str, context: Context, path: Path, error: OSError) -> ToolError:
    return ToolError(f"Cannot {doing} {shown(context, path)}: {error.strerror or error}.")


def shown(context: Context, path: Path) -> str:
    """A located path as the model best repeats it: relative where that is shorter."""
    cwd = _real(context.cwd)
    return printable(path.relative_to(cwd) if path.is_relative_to(cwd) else path)


def printable(path: Path | str) -> str:
    """A path in one line of valid text: names may hold anything but `/` and NUL."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in str(path)
    )


def sized(count: int) -> str:
    """A number of bytes for reading: `1.2 MB`."""
    if count < 1000:
        return f"{count} B"
    size, units = count / 1000, iter(("KB", "MB", "GB"))
    unit = next(units)
    while size >= 1000 and (larger := next(units, None)):
        size, unit = size / 1000, larger
    return f"{size:.1f} {unit}"


def _check(context: Context, path: Path, state: os.stat_result) -> None:
    name = shown(context, path)
    if stat.S_ISDIR(state.st_mode):
        raise ToolError(f"{name} is a folder; use ls.")
    if not stat.S_ISREG(state.st_mode):
        kind = KINDS.get(stat.S_IFMT(state.st_mode), "special")
        raise ToolError(f"{name} is {kind}, not a file.")
    if state.st_dev == processes():
        raise ToolError(f"{name} is no file on disk; use shell.")
    if (state.st_dev, state.st_ino) in identities(context.hidden):
        raise _withheld(context, path)
    if state.st_size > LARGEST:
        raise ToolError(
            f"{name} is {sized(state.st_size)}, too large to read whole; "
            "use grep, or shell with head, tail or sed -n."
        )


def _withheld(context: Context, path: Path) -> ToolError:
    return ToolError(f"{shown(context, path)} holds the user's keys; no tool may touch it.")


def _folded(name: str) -> str:
    """As the file systems have it that tell least apart: without case, without what HFS+
    ignores, composed, and without the dots and blanks that Windows takes off an end."""
    seen = "".join(sign for sign in name if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", seen).casefold().rstrip(". ")


def _resolved(paths: tuple[Path, ...]) -> list[Path]:
    return [_real(path) for path in paths]


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _near(name: str, folder: Path) -> list[str]:
    """Up to three names in `folder` that look like `name`."""
    try:
        with os.scandir(folder) as entries:
            names = {entry.name.casefold(): entry.name for entry in islice(entries, 5000)}
    except OSError:
        return []
    return [printable(names[near]) for near in get_close_matches(name.casefold(), names, 3)]
