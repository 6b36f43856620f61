"""Where commands run: inside walls that are probed for before the first one, or outside."""

from __future__ import annotations

import asyncio
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ownkey.sandbox import Name, Verdict
    from ownkey.sandbox.cell import Cell
    from ownkey.sandbox.policy import Policy
    from ownkey.sandbox.way import Way

Plan = Callable[[Path], "Policy | None"]
"""What commands may do, given a folder that is private to the session; None: the user wants no
walls. Asked anew for every command."""

SHOWN = re.compile(
    r"Read-only file system|EROFS|Operation not permitted|EPERM|Permission denied|EACCES"
    r"|ould not resolve|name resolution|Name or service not known|getaddrinfo|EAI_AGAIN"
    r"|etwork is unreachable|ENETUNREACH|dns error|failed to lookup|ould?n.t connect to"
    r"|ailed to connect|ailed to establish a new connection|onnection refused|tunnel",
)
"""What programs say when the walls stopped them; other causes say it too."""

HINT = (
    "this ran in a sandbox: {network}, and only {places} can be written. If that is why it"
    " failed, call shell again with unsandboxed: true; the user is asked"
)


class Confinement:
    """The walls of one conversation."""

    def __init__(self, plan: Plan | None, why: str = "it is switched off") -> None:
        self._plan = plan
        self._folder: Path | None = None
        self._verdict: Verdict | None = None
        self._way: Way | None = None
        self._probing = asyncio.Lock()
        self._told = False
        self._said: set[str] = set()
        self.why = "" if plan else why
        """What keeps better walls from standing."""
        self.cure = ""
        self.only: Name | None = None
        """None: the best there are."""

    @property
    def name(self) -> str:
        """`bwrap`, `landlock`, `seatbelt` or `off`; empty before it was looked."""
        if self._plan is None:
            return "off"
        return self._verdict.name if self._verdict else ""

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.name, self.why, self.cure)))

    async def stands(self) -> bool:
        """Whether commands run inside. Probes once."""
        if self._plan is None:
            return False
        async with self._probing:
            if self._verdict is None:
                from ownkey.sandbox.probe import probe

                policy = self._policy()
                if policy is None:
                    self._plan = None
                    return False
                self._verdict = await probe(policy, self.only)
                self.why, self.cure = self._verdict.why, self._verdict.cure
        return self._verdict.name != "off"

    async def word(self) -> str:
        """What the person should know before the first command; once, then nothing."""
        if self._told:
            return ""
        self._told = True
        if await self.stands() and not self.why:
            return ""
        cure = f" Mend it: {self.cure}" if self.cure else ""
        if self.name == "off":
            return f"No sandbox: {self.why}. Commands run with all your rights.{cure}"
        return f"The sandbox is {self.name}, which holds less: {self.why}.{cure}"

    async def cell(self, command: str, cwd: Path, environment: dict[str, str]) -> Cell | None:
        """What starts the command inside; None where there are no walls. Raises `OSError`."""
        if not await self.stands() or self._verdict is None:
            return None
        from ownkey.sandbox import repositories
        from ownkey.sandbox.cell import make

        policy = self._policy()
        if policy is None:
            return None
        if policy.domains and self._verdict.name == "bwrap":
            await self._open_way(policy)
        before = await asyncio.to_thread(repositories.look, policy)
        return make(self._verdict, policy, cwd, command, environment, before)

    async def answer(
        self, argv: Sequence[str], cwd: Path, environment: dict[str, str]
    ) -> tuple[int, bytes]:
        """What a program of our own choice says, inside too: what it looks at may have it run
        others. Raises `OSError`."""
        from ownkey.tools.process import answer

        cell = await self.cell(shlex.join(argv), cwd, environment)
        if cell is None:
            reply = await answer(argv, environment, cwd)
            return reply.code, reply.output + reply.errors
        try:
            reply = await answer(cell.argv, cell.environment, cwd, lent=cell.lent)
        finally:
            cell.close()
            left = await asyncio.to_thread(cell.disarm)
        return reply.code, reply.output + reply.errors + "\n".join(left).encode()

    def new(self, words: list[str]) -> list[str]:
        """Those that were not said before: what holds for every command is said with one."""
        fresh = [one for one in words if one not in self._said]
        self._said.update(fresh)
        return fresh

    def hint(self, said: str) -> str:
        """A word for the model on a command that failed, if the walls may be why."""
        if not SHOWN.search(said):
            return ""
        policy = self._policy()
        if policy is None:
            return ""
        network = f"hosts but {', '.join(policy.domains)} are out of reach"
        places = "the workspace and /tmp"
        return HINT.format(network=network if policy.domains else "no network", places=places)

    async def aclose(self) -> None:
        if self._way:
            await self._way.aclose()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None

    def _policy(self) -> Policy | None:
        if self._folder is None:
            # By a name that nobody knows before: /tmp belongs to everybody.
            self._folder = Path(tempfile.mkdtemp(prefix="ownkey-")).resolve()
            (self._folder / "tmp").mkdir(mode=0o700)
            (self._folder / "way").mkdir(mode=0o700)
        return self._plan(self._folder / "tmp") if self._plan else None

    async def _open_way(self, policy: Policy) -> None:
        if self._way is None:
            from ownkey.sandbox.way import Way

            self._way = Way(policy.private.parent / "way" / "out")
            await self._way.open()
        self._way.domains = policy.domains
