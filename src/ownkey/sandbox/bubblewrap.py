"""The command line of bubblewrap: namespaces, a file system to read, a few places to write.

Later mounts lie over earlier ones. Two things are easily missed: as root, a sandbox that
keeps its capabilities remounts what it likes; and a protected path is moved away together
with its folder unless every folder between it and the root is a mount of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ownkey.sandbox.policy import Policy

PLACES = ("/usr/bin", "/usr/local/bin", "/bin", "/run/current-system/sw/bin")
"""Where distributions put it: a folder on PATH may be the workspace's."""

ALONE = (
    "--unshare-user",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--unshare-net",
    "--cap-drop",
    "ALL",
    "--die-with-parent",
    "--new-session",
)

RUN = ("/run/current-system",)
"""What of /run programs are started from (NixOS)."""

SUPERVISE = """\
trap : TERM INT HUP
exec {{said}}>&2 2>/dev/null
/bin/bash -c "$1" 2>&"$said" {{said}}>&- {report}>&-
code=$?
look() {{ left=(); for at in /proc/[1-9]*; do case ${{at##*/}} in 1|$$|$2) ;; *)
  read -r name <"$at/comm" && left+=("$name");; esac; done; }}
for _ in 1 2 3 4 5 6 7 8 9 10; do look "$@"; ((${{#left[@]}})) || break; sleep 0.02; done
printf '%s\\n' "${{left[@]:0:100}}" >&{report}
exit $code"""
"""Runs the command, waits a moment for what it left behind, and writes the names of that to
the descriptor `report`. All of it ends with this shell."""


def find(places: Iterable[str] = PLACES) -> Path | None:
    """The program, where root put it; one that others may write is none."""
    for place in places:
        path = Path(place) / "bwrap"
        try:
            found = path.stat()
        except OSError:
            continue
        if found.st_uid == 0 and not found.st_mode & 0o022 and os.access(path, os.X_OK):
            return path
    return None


def arguments(
    policy: Policy, cwd: Path, empty: Path, fixed: Sequence[Path], extra: Sequence[str] = ()
) -> list[str]:
    """All but the program and the command. `empty`: a folder with an empty folder `none`
    and an empty file `nothing`. `fixed`: existing paths below the roots that stay as they
    are."""
    line = [*ALONE, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for place in ("/tmp", "/var/tmp"):  # noqa: S108  the places that become private
        line += _mount("--bind", policy.private, Path(place)) if Path(place).is_dir() else []
    line += ["--tmpfs", "/run"]
    for place in RUN:
        line += ["--ro-bind-try", place, place]
    for path in policy.shown:
        line += ["--ro-bind-try", str(path), str(path)]
    for root in policy.roots:
        line += _mount("--bind", root, root) if root.exists() else []
    line += _over(policy, empty, fixed)
    return [*line, *extra, "--chdir", str(cwd)]


def _over(policy: Policy, empty: Path, fixed: Sequence[Path]) -> list[str]:
    masked = [path for path in policy.masked if os.path.lexists(path)]
    shown = [path for path in policy.shown if any(path.is_relative_to(one) for one in masked)]
    line: list[str] = []
    for folder in _between(policy.roots, (*masked, *fixed)):
        line += _mount("--bind", folder, folder)
    for path in fixed:
        line += _mount("--ro-bind", path, path)
    for path in masked:
        blank = empty / ("none" if path.is_dir() else "nothing")
        # A folder in which something is shown needs a place to mount it at.
        holds = any(one.is_relative_to(path) for one in shown)
        line += ["--tmpfs", str(path)] if holds else _mount("--ro-bind", blank, path)
    for path in shown:
        line += ["--ro-bind-try", str(path), str(path)]
    return line


def _between(roots: Iterable[Path], paths: Iterable[Path]) -> list[Path]:
    """The folders that lie between a root and one of the paths below it, outermost first."""
    roots = tuple(roots)
    found = {
        folder
        for path in paths
        for root in roots
        if path.is_relative_to(root)
        for folder in _inner(root, path)
    }
    return sorted(found, key=lambda folder: len(folder.parts))


def _inner(root: Path, path: Path) -> Iterator[Path]:
    for folder in path.parents:
        if folder == root:
            return
        yield folder


def _mount(how: str, source: Path, at: Path) -> list[str]:
    return [how, str(source), str(at)]
