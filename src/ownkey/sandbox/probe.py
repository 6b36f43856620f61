"""Which walls stand on this machine, found out by building them once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ownkey.sandbox import Name, Verdict, bubblewrap, cell, launch, seatbelt, seccomp
from ownkey.sandbox.policy import Policy

OPTIONS: tuple[tuple[str, ...], ...] = (("--disable-userns",), ())
"""What is tried one after the other; bubblewrap knows the first since 0.8."""

SECONDS = 5
"""What stands does so at once."""

OVERDUE = f"it has not ended within {SECONDS} s"


class Cause(NamedTuple):
    """Words of bubblewrap, or a fact of the system, and what they mean."""

    holds: Callable[[str], bool]
    why: str
    cure: str


def _says(*words: str) -> Callable[[str], bool]:
    return lambda said: any(word in said for word in words)


def _is(path: str, value: str) -> Callable[[str], bool]:
    def holds(said: str) -> bool:
        del said
        try:
            return Path(path).read_text("utf-8").strip() == value
        except OSError:
            return False

    return holds


CAUSES = (
    Cause(
        _is("/proc/sys/kernel/unprivileged_userns_clone", "0"),
        "user namespaces are switched off here",
        "sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    Cause(
        _is("/proc/sys/user/max_user_namespaces", "0"),
        "no user namespaces are allowed here",
        "sudo sysctl -w user.max_user_namespaces=15000",
    ),
    Cause(
        _is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"),
        "AppArmor keeps bubblewrap from making user namespaces",
        "sudo apt install apparmor-profiles && sudo ln -s"
        " /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/"
        " && sudo systemctl reload apparmor",
    ),
    Cause(
        _says("make / slave", "Can't mount proc", "Failed to mount proc", "pivot_root"),
        "this container lets nobody mount",
        "docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined …",
    ),
    Cause(
        _says("No permissions to create", "Creating new namespace failed", "setting up uid map"),
        "the kernel refuses new namespaces",
        "docker run --security-opt seccomp=unconfined … if this is a container",
    ),
)

MISSING = "apt install bubblewrap"
"""Or dnf, pacman, zypper, apk: the package has this name everywhere."""


async def probe(policy: Policy, only: Name | None = None) -> Verdict:
    """The best walls that stand, or `off` with the reason. `only`: no others are tried."""
    if sys.platform == "darwin":
        return await _mac(policy)
    if sys.platform != "linux":
        return Verdict("off", f"there is no sandbox for {sys.platform}", "run ownkey inside WSL")
    first = Verdict("off") if only == "landlock" else await _bubblewrap(policy)
    if first.name != "off" or only == "bwrap":
        return first
    second = await _landlock(policy)
    if second.name == "off":
        why = "; ".join(filter(None, (first.why, second.why)))
        return Verdict("off", why, first.cure)
    return Verdict("landlock", first.why, first.cure)


async def _bubblewrap(policy: Policy) -> Verdict:
    program = bubblewrap.find()
    if program is None:
        return Verdict("off", "bubblewrap is not installed", MISSING)
    said = ""
    for options in OPTIONS:
        verdict = Verdict("bwrap", program=str(program), options=options)
        code, said = await _tried(verdict, policy)
        if code == 0:
            return verdict
        if said == OVERDUE:
            break
    for cause in CAUSES:
        if cause.holds(said):
            return Verdict("off", cause.why, cause.cure)
    return Verdict("off", f"bubblewrap fails here: {said.strip()[:200]}")


async def _landlock(policy: Policy) -> Verdict:
    if launch.abi() < 1:
        return Verdict("off", "this kernel has no Landlock")
    if not seccomp.assemble("none"):
        return Verdict("off", "there is no filter of system calls for this processor")
    verdict = Verdict("landlock")
    code, said = await _tried(verdict, policy)
    return verdict if code == 0 else Verdict("off", f"Landlock fails here: {said.strip()[-200:]}")


async def _mac(policy: Policy) -> Verdict:
    verdict = Verdict("seatbelt", program=seatbelt.PROGRAM)
    code, said = await _tried(verdict, policy)
    return verdict if code == 0 else Verdict("off", f"sandbox-exec fails here: {said[:200]}")


async def _tried(verdict: Verdict, policy: Policy) -> tuple[int, str]:
    """How a command that does nothing ends inside these walls, and what is said."""
    try:
        tried = cell.make(verdict, policy, policy.roots[0], "true", {"PATH": "/usr/bin:/bin"})
    except OSError as error:
        return 1, str(error)
    try:
        process = await asyncio.create_subprocess_exec(
            *tried.argv,
            env=tried.environment,
            pass_fds=tried.lent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        tried.begun()
        return await _ended(process)
    except OSError as error:
        return 1, str(error)
    finally:
        tried.close()


async def _ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Its code and what it said. Walls that came down half built may leave somebody waiting,
    who is ended too."""
    overdue = ""
    try:
        async with asyncio.timeout(SECONDS):
            await process.wait()
    except TimeoutError:
        overdue = OVERDUE
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    said = await process.stderr.read() if process.stderr else b""
    return await process.wait(), overdue or said.decode("utf-8", "replace")
