"""One command inside the walls: how it is started, what it left, and what is cleared away."""

from __future__ import annotations

import json
import os
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ownkey.sandbox import Verdict, bubblewrap, landlock, launch, repositories, seatbelt, seccomp
from ownkey.sandbox.guard import Kept, Placeholders
from ownkey.sandbox.policy import Policy, protected

PORT = 3128
"""Of the way out, inside: it has a network of its own, so that nobody else can have it."""

INSIDE = Path("/run/ownkey")
"""Where the way out is mounted, inside."""

CACHES = {"XDG_CACHE_HOME": ".cache", "npm_config_cache": ".npm"}
"""Folders that programs must be able to write, moved to the private ones."""


class Cell:
    """A command inside its walls. Must be closed."""

    def __init__(self, environment: Mapping[str, str], policy: Policy) -> None:
        self._policy = policy
        self.argv: tuple[str, ...] = ()
        self.environment = dict(environment)
        self.lent: list[int] = []
        """Descriptors that the command's first process is given; `begun` closes them here."""
        self.wardens: frozenset[str] = frozenset()
        """Names of the processes that hold the others: when they end, all end at once."""
        self._report: int | None = None
        self._closing: list[Callable[[], object]] = []
        self._kept: list[Kept] = []
        self._before: frozenset[Path] | None = None

    def begun(self) -> None:
        """The first process runs, or never will."""
        while self.lent:
            os.close(self.lent.pop())

    def left(self) -> Counter[str]:
        """The names of the processes that ended with the command. Once it has ended."""
        if self._report is None:
            return Counter()
        with suppress(BlockingIOError):
            return Counter(os.read(self._report, 65_536).decode("utf-8", "replace").split())
        return Counter()

    def close(self) -> list[Path]:
        """Clear away what the walls needed. The protected paths that had to be put back."""
        self.begun()
        if self._report is not None:
            os.close(self._report)
            self._report = None
        for done in self._closing:
            done()
        self._closing.clear()
        return [kept.path for kept in self._kept if kept.restore()]

    def watch(self, before: frozenset[Path] | None) -> None:
        """Keep the repositories there are as they are; those that come are looked at."""
        self._before = before
        for one in sorted((before or frozenset()) - {*self._policy.repositories}):
            self.keep(list(repositories.runs(one)), one)

    def disarm(self) -> list[str]:
        """Words on the repositories that the command made for git to run programs, which are none
        by now. After `close`; reads every folder of the workspace."""
        known = self._policy.repositories
        after = repositories.look(self._policy) if self._before is not None else None
        if self._before is None or after is None:
            return [repositories.TOO_MUCH]
        came = sorted(after - self._before)
        return [repositories.disarmed(one) for one in came if not repositories.is_plain(one, known)]

    def give(self, content: bytes) -> int:
        """A descriptor to read `content` from."""
        descriptor = os.memfd_create("ownkey")
        self.lent.append(descriptor)
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def hear(self) -> int:
        """A descriptor for the names of what is left."""
        self._report, writing = os.pipe()
        os.set_blocking(self._report, False)
        self.lent.append(writing)
        return writing

    def keep(self, paths: Sequence[Path], whole: Path | None = None) -> None:
        for path in paths:
            root = next((one for one in self._policy.roots if path.is_relative_to(one)), None)
            self._kept.append(Kept(path, root, whole))

    def hold_places(self, root: Path, missing: Sequence[Path]) -> list[Path]:
        places = Placeholders(root, missing)
        self._closing.append(places.lift)
        return places.paths


Maker = Callable[[Cell, Verdict, Policy, Path, str], None]


def make(
    verdict: Verdict,
    policy: Policy,
    cwd: Path,
    command: str,
    environment: Mapping[str, str],
    before: frozenset[Path] | None = None,
) -> Cell:
    """What starts `command` inside. `before`: the repositories there are, from
    `repositories.look`. Raises `OSError`."""
    cell = Cell(environment, policy)
    try:
        cell.watch(before)
        MAKERS[verdict.name](cell, verdict, policy, cwd, command)
    except BaseException:
        cell.close()
        raise
    return cell


def _bubblewrap(cell: Cell, verdict: Verdict, policy: Policy, cwd: Path, command: str) -> None:
    places = list(protected(policy))
    standing = [path for path, _ in places if path.exists() and not path.is_symlink()]
    cell.keep([path for path, _ in places if path.is_symlink()])
    missing = [path for path, may in places if may and not os.path.lexists(path)]
    cell.keep([path for path, may in places if not may and not os.path.lexists(path)])
    laid = cell.hold_places(policy.roots[0], missing)
    report = cell.hear()
    supervise = ["/bin/bash", "-c", bubblewrap.SUPERVISE.format(report=report), "ownkey", command]
    way = policy.private.parent / "way"
    extra: list[str] = []
    cell.environment["TMPDIR"] = "/tmp"  # noqa: S108  a private one
    _move_caches(cell, Path("/tmp"))  # noqa: S108  a private one
    if policy.domains:
        supervise = _with_way_out(cell, supervise)
        inside = cell.give(Path(launch.__file__).read_bytes())
        extra += ["--ro-bind-data", str(inside), str(INSIDE / "launch.py")]
        extra += ["--bind", str(way), str(INSIDE / "way")]
    elif program := seccomp.assemble("namespace"):
        extra += ["--seccomp", str(cell.give(program))]
    empty = _empty(policy)
    line = bubblewrap.arguments(policy, cwd, empty, [*standing, *laid], extra)
    given = cell.give(b"".join(os.fsencode(one) + b"\0" for one in (*verdict.options, *line)))
    cell.argv = (verdict.program, "--args", str(given), "--", *supervise)
    cell.wardens = frozenset({"bwrap"})


def _with_way_out(cell: Cell, argv: list[str]) -> list[str]:
    """Through the launcher, which opens the way and loads the filter then: inside the filter
    nothing could speak to the socket outside."""
    orders: dict[str, object] = {
        "argv": argv,
        "filter": b64encode(seccomp.assemble("namespace")).decode(),
        "relay": {"socket": str(INSIDE / "way" / "out"), "port": PORT},
    }
    proxy = f"http://127.0.0.1:{PORT}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        cell.environment[name] = cell.environment[name.lower()] = proxy
    cell.environment["NO_PROXY"] = cell.environment["no_proxy"] = "127.0.0.1,localhost,::1"
    return [interpreter(), "-I", "-S", str(INSIDE / "launch.py"), _ordered(cell, orders)]


def _ordered(cell: Cell, orders: dict[str, object]) -> str:
    """The launcher's orders, as the descriptor to read them from. Python adds to its own
    environment, so the command's is among them."""
    whole = {**orders, "environment": cell.environment}
    return str(cell.give(json.dumps(whole).encode()))


def _landlock(cell: Cell, verdict: Verdict, policy: Policy, cwd: Path, command: str) -> None:
    del verdict, cwd
    orders: dict[str, object] = {
        "argv": ["/bin/bash", "-c", command],
        "filter": b64encode(seccomp.assemble("none")).decode(),
        "landlock": landlock.grants(policy),
    }
    cell.environment["TMPDIR"] = str(policy.private)
    _move_caches(cell, policy.private)
    cell.keep([path for path, _ in protected(policy)])
    cell.argv = (interpreter(), "-I", "-S", launch.__file__, _ordered(cell, orders))


def _seatbelt(cell: Cell, verdict: Verdict, policy: Policy, cwd: Path, command: str) -> None:
    del cwd
    text = seatbelt.profile(policy)
    cell.argv = (verdict.program, "-p", text, "/bin/bash", "-c", command)
    cell.environment["TMPDIR"] = str(policy.private)
    _move_caches(cell, policy.private)


MAKERS: dict[str, Maker] = {
    "bwrap": _bubblewrap,
    "landlock": _landlock,
    "seatbelt": _seatbelt,
}


def interpreter() -> str:
    """A Python that needs no virtual environment: that may be hidden inside."""
    return os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)


def _empty(policy: Policy) -> Path:
    """What a masked folder and a masked file look like."""
    folder = policy.private.parent / "empty"
    (folder / "none").mkdir(parents=True, exist_ok=True)
    (folder / "nothing").touch()
    return folder


def _move_caches(cell: Cell, private: Path) -> None:
    for name, folder in CACHES.items():
        cell.environment[name] = str(private / folder)
