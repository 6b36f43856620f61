"""Repositories in a workspace that a command could leave to have git run a program later.

A shell's prompt or an editor asks git for the status of a folder by itself, and git does what the
folder's repository says: `core.fsmonitor`, hooks, filters. The workspace's own repository is
closed to commands; one that they make may stay as long as all it says is plain.
Sources: gitrepository-layout(5), git-config(1), git's setup.c (`is_git_directory`).
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ownkey.beneath import READING
from ownkey.sandbox.policy import Policy

MOST = 200_000
"""Files and folders that are looked at, those that lie highest first."""

LARGEST = 64_000
"""Bytes of a `config` that is plain."""

TOO_MUCH = (
    f"the workspace has more than {MOST:,} files: nobody looked for repositories that this left"
    " and that have git run a program"
)

MOST_OF_AN_INDEX = 512_000_000

PASSED_OVER = frozenset({
    "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache",
    ".ruff_cache", ".gradle", ".terraform", "target", "vendor", "Pods",
})  # fmt: skip
"""Folders that are large and that nobody works in: what is deep in them is looked at only where
an index names a repository within the workspace, as git goes there by itself then."""

GITLINK = (0o160000).to_bytes(4, "big")
"""The mode of such an entry (gitformat-index(5))."""

RUNS = ("config", "config.worktree", "commondir", "hooks")
"""What of a repository may name or be a program, or lead to what does."""

PLAIN = re.compile(
    r"\s*(?:[#;].*)?"
    r"|\s*\[(?P<section>[A-Za-z]+)(?: \"[^\"\\]*\")?\]\s*"
    r"|\s*(?P<key>[A-Za-z]+)(?:\s*=(?P<value>[^\\]*))?"
)
"""A line of a `config` that ends where it seems to."""

SAMPLE = re.compile(r".*\.sample")
"""Of hooks, those that git does not run."""

KEYS = {
    "core": "repositoryformatversion filemode bare logallrefupdates ignorecase precomposeunicode"
    " symlinks autocrlf eol safecrlf",
    "user": "name email",
    "init": "defaultbranch",
    "extensions": "objectformat",
    "remote": "url fetch pushurl",
    "branch": "remote merge rebase",
    "submodule": "url active",
    "pull": "rebase ff",
    "push": "default",
}
"""By section, what names no program, however it is set."""


def look(policy: Policy) -> frozenset[Path] | None:
    """What git takes for a repository below the roots: a folder, or a `.git` that points to one.
    None where there is too much to look at."""
    roots = [root for root in policy.roots if root not in policy.repositories]
    seen = _found(roots, PASSED_OVER)
    if seen is not None and any(map(_names_others, (*policy.repositories, *seen))):
        seen = _found(roots, frozenset())
    return seen


def runs(repository: Path) -> Iterator[Path]:
    """The paths that must stay as they are in one that was there before."""
    if repository.is_dir() and not repository.is_symlink():
        yield from (repository / name for name in RUNS)
    else:
        yield repository


def is_plain(path: Path, known: Collection[Path]) -> bool:
    """Whether git runs nothing on its behalf. `known`: repositories that commands cannot change,
    of which it may be a worktree."""
    try:
        kind = path.lstat().st_mode
        if stat.S_ISREG(kind):
            return _is_worktree(path, known)
        names, _ = _listed(path)
        if not stat.S_ISDIR(kind) or "commondir" in names or "config.worktree" in names:
            return False
        return _has_no_hooks(path / "hooks") and _says_little(path / "config")
    except (OSError, ValueError):
        return False


def disarmed(path: Path) -> str:
    """Make it no repository any more, and lose nothing of it; what was done, in words."""
    if path.is_dir() and not path.is_symlink():
        path /= "HEAD"
    aside = path.with_name(f"{path.name}.disarmed-{secrets.token_hex(4)}")
    try:
        path.rename(aside)
    except OSError as error:
        return f"DANGER: {path} has git run a program, and cannot be moved: {error.strerror}"
    return f"a repository that has git run a program was disarmed: {path} is now {aside.name}"


def _found(roots: Iterable[Path], passed_over: Collection[str]) -> frozenset[Path] | None:
    seen: set[Path] = set()
    left = MOST
    waiting = deque((root, True) for root in roots)
    while waiting:
        folder, through = waiting.popleft()
        names, folders = _listed(folder)
        left -= len(names)
        if left < 0:
            return None
        if _is_repository(names):
            seen.add(folder)
        if ".git" in names:
            seen.update(_dotted(folder / ".git"))
        if through:
            waiting += ((folder / one, one not in passed_over) for one in folders if one != ".git")
    return frozenset(seen)


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """The names in a folder, and those of its folders."""
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return [], []
    names = [entry.name for entry in found]
    return names, [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]


def _is_repository(names: Collection[str]) -> bool:
    if "HEAD" not in names:
        return False
    return "commondir" in names or ("objects" in names and "refs" in names)


def _dotted(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir() or _is_repository(_listed(path)[0]):
        yield path


def _names_others(repository: Path) -> bool:
    """Whether an index of it has a repository within the workspace, or hides what it has."""
    try:
        return any(
            GITLINK in _content(path, MOST_OF_AN_INDEX)
            for pattern in ("index", "sharedindex.*", "worktrees/*/index")
            for path in repository.glob(pattern)
        )
    except OSError:
        return True


def _content(path: Path, most: int) -> bytes:
    """Of a regular file: no pipe holds us up, and no link leads elsewhere. Raises `OSError`."""
    with os.fdopen(os.open(path, READING), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            raise OSError(None, "it is no plain file of a usual size", str(path))
        return file.read(most)


def _is_worktree(pointer: Path, known: Collection[Path]) -> bool:
    """Of a repository that is known (git-worktree(1))."""
    said = _content(pointer, LARGEST).decode().removeprefix("gitdir:").strip()
    own = Path(os.path.realpath(pointer.parent / said))
    common = Path(os.path.realpath(own / _content(own / "commondir", LARGEST).decode().strip()))
    named = os.path.lexists(own / "config.worktree")
    return common in known and own.parent == common / "worktrees" and not named


def _has_no_hooks(folder: Path) -> bool:
    if not os.path.lexists(folder):
        return True
    names, _ = _listed(folder)
    return folder.is_dir() and not folder.is_symlink() and all(map(SAMPLE.fullmatch, names))


def _says_little(config: Path) -> bool:
    if not os.path.lexists(config):
        return True
    section = ""
    for line in _content(config, LARGEST).decode().split("\n"):
        plain = PLAIN.fullmatch(line)
        if plain is None:
            return False
        section = (plain["section"] or section).lower()
        if plain["key"] and plain["key"].lower() not in KEYS.get(section, "").split():
            return False
    return True
