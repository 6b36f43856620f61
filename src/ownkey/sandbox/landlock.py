"""Landlock: which paths are granted, so that what is masked is left out.

Landlock grants and never takes back, so a folder that holds something masked is granted
child by child. Sources: landlock(7), Linux's Documentation/userspace-api/landlock.rst.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ownkey.sandbox.policy import Policy

HIDDEN = ("/tmp", "/var/tmp", "/run", "/dev", "/boot", "/lost+found")  # noqa: S108  where they are hidden
"""Masked besides: other people's files, sockets, disks."""

DEVICES = (
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx",
    "/dev/pts",
)  # fmt: skip


def grants(policy: Policy) -> dict[str, list[str]]:
    """What the launcher is told: paths by what may be done there."""
    masked = {*policy.masked, *map(Path, HIDDEN)}
    inner = {folder for path in masked for folder in path.parents}
    write = [str(path) for path in (*policy.roots, policy.private)]
    return {
        "read": [*_readable(Path("/"), masked, inner), *map(str, policy.shown)],
        "list": [str(folder) for folder in sorted(inner)],
        "write": [one for root in write for one in _writable(Path(root), masked, inner)],
        "devices": list(DEVICES),
    }


def _readable(folder: Path, masked: Collection[Path], inner: Collection[Path]) -> Iterator[str]:
    """Everything but what is masked, in as few paths as say so."""
    try:
        paths = list(folder.iterdir())
    except OSError:
        return
    for path in paths:
        if path in masked:
            continue
        if path in inner:
            yield from _readable(path, masked, inner)
        else:
            yield str(path)


def _writable(root: Path, masked: Collection[Path], inner: Collection[Path]) -> Iterator[str]:
    """A root, whole; where it holds something masked, what it has now and no more."""
    below = {path for path in masked if path.is_relative_to(root)}
    if below:
        yield from _readable(root, below, inner)
    else:
        yield str(root)
