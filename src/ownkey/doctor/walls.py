"""`ownkey doctor --sandbox`: attacks on the sandbox of this very machine, and what became of
them. Nothing of the user's is touched: all that is attacked is made for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

import msgspec

from ownkey.sandbox import Name
from ownkey.sandbox.attacks import ATTACKS, CANARY, Attack
from ownkey.sandbox.cell import interpreter
from ownkey.sandbox.policy import Policy, Wishes, policy
from ownkey.tools import Context
from ownkey.tools.confinement import Confinement
from ownkey.tools.process import PROC
from ownkey.tools.shell import shell

Result = Literal["held", "broken", "cannot be tried"]

SECONDS = 20


class Verdict(msgspec.Struct, frozen=True):
    attack: Attack
    result: Result
    saw: str = ""

    @property
    def grave(self) -> bool:
        return self.result == "broken"


async def verdicts(
    place: Path, only: Name | None = None, attacks: Iterable[Attack] = ATTACKS
) -> AsyncIterator[tuple[Confinement, Verdict]]:
    """Each attack, tried in an arena of its own below `place`, which commands can see."""
    for attack in attacks:
        with arena(place) as ground:
            walls = ground.walls(only)
            try:
                yield walls, await ground.attacked(attack, walls)
            finally:
                await walls.aclose()


@contextmanager
def arena(place: Path) -> Iterator[Arena]:
    folder = Path(tempfile.mkdtemp(prefix="arena-", dir=place))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Arena(folder, stack)


class Arena:
    """A workspace, a home with a key, a process and servers: all of it for attacks."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.work, self.home, self.outside = (folder / one for one in ("work", "home", "outside"))
        for one in (self.work, self.home / ".ssh", self.outside, self.work / ".git" / "objects"):
            one.mkdir(parents=True)
        (self.home / ".ssh" / "id").write_text(CANARY)
        (self.outside / "file").write_text("as it was\n")
        (self.work / "link").symlink_to(self.home / ".ssh" / "id")
        (self.work / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        (self.work / ".git" / "config").write_text("[core]\n\tbare = false\n")
        (self.work / ".git" / "refs").mkdir()
        self._udp = stack.enter_context(_listening(socket.AF_INET, socket.SOCK_DGRAM))
        self._tcp = stack.enter_context(_listening(socket.AF_INET, socket.SOCK_STREAM))
        self._sockets(stack)
        target = stack.enter_context(subprocess.Popen(["/bin/sleep", "600"], env={"A": "b"}))
        stack.callback(target.kill)
        shared = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp")), "shared")
        shared.write_text("canary\n")
        self.environment = {
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(self.home),
            "OUTSIDE": str(self.outside),
            "TARGET": str(target.pid),
            "SOCKET": os.path.relpath(folder / "socket", self.work),
            "ABSTRACT": folder.name,
            "TCP": str(self._tcp.getsockname()[1]),
            "UDP": str(self._udp.getsockname()[1]),
            "SHARED": str(shared),
            "PYTHON": interpreter(),
        }

    def walls(self, only: Name | None = None) -> Confinement:
        def plan(private: Path) -> Policy:
            return policy(self.work, self.environment, private, wished=Wishes())

        made = Confinement(plan)
        made.only = only
        return made

    async def attacked(self, attack: Attack, walls: Confinement) -> Verdict:
        """What became of one attack inside these walls."""
        if not await walls.stands():
            return Verdict(attack, "cannot be tried", walls.why)
        before = self.snapshot()
        code, said = await self.ran(attack.script, walls)
        if changed := self.changes(before):
            return Verdict(attack, "broken", f"changed: {', '.join(changed)}")
        if attack.judge == "exit" and code == 0:
            return Verdict(attack, "broken", "it succeeded")
        if code in (126, 127):
            return Verdict(attack, "cannot be tried", said[:200])
        return Verdict(attack, "held", said[:200])

    async def ran(self, script: str, walls: Confinement | None = None) -> tuple[int | None, str]:
        """The exit code of a command in the workspace, and what it said."""
        spool = self.folder / "spool"
        context = Context(self.work, environment=self.environment, spool=spool, confinement=walls)
        arguments = msgspec.json.encode({"command": script, "timeout": SECONDS}).decode()
        output = await shell(context, arguments)
        text = "".join(getattr(part, "text", "") for part in output.content)
        return (output.detail or {}).get("exit"), text

    def changes(self, before: Mapping[str, str]) -> list[str]:
        """What an attack changed that it may not, processes and servers included."""
        now = self.snapshot()
        found = [path for path in sorted({*before, *now}) if before.get(path) != now.get(path)]
        with suppress(BlockingIOError):
            if self._udp.recv(100):
                found.append("a datagram came out")
        left = f"1000.{self.environment['TARGET']}".encode()
        found += ["a process was left behind"] if any(left in one for one in _commands()) else []
        return found

    def snapshot(self) -> dict[str, str]:
        """Everything outside the workspace, and of the workspace what is protected."""
        tops = [self.home, self.outside, *(self.folder / one for one in ("work-twin",))]
        inside = [
            ".git/hooks",
            ".git/config",
            ".git/modules",
            ".git/info",
            ".git/commondir",
            "sub/.git/HEAD",
            ".ownkey",
            ".factory",
            ".vscode",
            ".envrc",
        ]
        pointer = self.work / ".git"
        found = {"gitdir": pointer.read_text("utf-8")} if pointer.is_file() else {}
        for top in (*tops, *(self.work / one for one in inside)):
            for path in (top, *sorted(top.rglob("*"))):
                if path.is_file() and not path.is_symlink():
                    mode = path.stat().st_mode
                    found[str(path.relative_to(self.folder))] = f"{mode:o} {path.read_bytes()!r}"
        return found

    def _sockets(self, stack: ExitStack) -> None:
        """By short names: a path has 108 bytes (unix(7))."""
        here = Path.cwd()
        os.chdir(self.folder)
        try:
            for name, kind in (
                ("socket", 1),
                ("socket.datagrams", 2),
                (f"\0{self.folder.name}", 1),
            ):
                one = stack.enter_context(socket.socket(socket.AF_UNIX, kind))
                one.bind(name)
                if kind == socket.SOCK_STREAM:
                    one.listen(8)
        finally:
            os.chdir(here)


@contextmanager
def _listening(family: int, kind: int) -> Iterator[socket.socket]:
    with socket.socket(family, kind) as one:
        one.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            one.listen(8)
        one.setblocking(False)
        yield one


def _commands() -> Iterator[bytes]:
    for path in PROC.glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes()
