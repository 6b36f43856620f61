"""Failing one system call of a process: the N-th of its kind, by strace's `inject`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.faults.nursery import Child


class Blow(NamedTuple):
    """What happens to one call."""

    call: str
    how: str
    """As strace writes it: `error=EIO` fails it, `signal=SIGKILL` kills the process in it."""

    def __str__(self) -> str:
        return f"{self.call}-{self.how.partition('=')[2]}"


@cache
def unable() -> str:
    """Why nothing can be traced here, or nothing."""
    if not shutil.which("strace"):
        return "strace is not installed"
    sleeper = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(sleeper, stdin=subprocess.PIPE) as process:
        tracer = _trace(process.pid, ["-e", "trace=none"])
        line = _first(tracer)
        tracer.terminate()
        tracer.communicate()
        process.kill()
    return "" if "attached" in line else f"strace may not attach: {line.strip()}"


class Struck(NamedTuple):
    code: int
    fired: bool
    where: str
    """The calls that were struck, as strace shows them."""


def strike(child: Child, blow: Blow, number: int, log: Path) -> Struck:
    """Run a child that stands still to its end, with the `number`-th such call of each of its
    threads struck."""
    arguments = ["-f", "-o", str(log), "-e", f"trace={blow.call}"]
    arguments += ["-e", f"inject={blow.call}:{blow.how}:when={number}"]
    tracer = _trace(child.pid, arguments)
    line = _first(tracer)
    assert "attached" in line, line
    child.go()
    code = child.end()
    tracer.communicate()
    struck = [one for one in log.read_text("utf-8", "replace").splitlines() if _is_struck(one)]
    return Struck(code, bool(struck), "\n".join(struck[:3]))


def _is_struck(line: str) -> bool:
    return "(INJECTED" in line or "killed by SIGKILL" in line


def _trace(pid: int, arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["strace", *arguments, "-p", str(pid)], stderr=subprocess.PIPE, text=True
    )


def _first(tracer: subprocess.Popen[str]) -> str:
    assert tracer.stderr is not None
    return tracer.stderr.readline()
