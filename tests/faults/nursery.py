"""Processes that run `ownkey` and are born with all it imports, so that thousands can be tried.

    with Nursery() as nursery:
        child = nursery.born(["exec", "hi"], cwd, home)   # stands still
        child.go()
        assert child.end() == 0

Each is a fork of one process that has imported what a turn needs and has done nothing else:
what happens from then on is what happens in a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, Self


class Child(NamedTuple):
    pid: int
    out: Path
    err: Path
    nursery: Nursery

    def go(self) -> None:
        """Let it run: it is born stopped."""
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> int:
        """Its exit code, or the signal that killed it, negative."""
        return int(self.nursery.hear()["code"])

    def said(self) -> str:
        return self.err.read_text("utf-8", "replace")


class Nursery:
    """One process that gives birth to others, one after the other."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe(self._process.stdin).close()
        self._process.wait(30)
        self._pipe(self._process.stdout).close()

    def learn(
        self, arguments: list[str], cwd: Path, home: Path, without: Sequence[str] = ()
    ) -> int:
        """Run this once, and let those that come be born with the modules it took."""
        child = self.born(arguments, cwd, home, learning=True, without=without)
        child.go()
        return child.end()

    def born(
        self,
        arguments: list[str],
        cwd: Path,
        home: Path,
        *,
        learning: bool = False,
        most: int | None = None,
        without: Sequence[str] = (),
        user: int | None = None,
        lent: Mapping[str, str] | None = None,
    ) -> Child:
        """A child that stands still. No file of its may have more than `most` bytes. `without`
        are variables that it does not see, `lent` some that it does; `user` is whose it is."""
        environment = {**os.environ, "HOME": str(home), **(lent or {})}
        for name in without:
            del environment[name]
        order = {
            "arguments": arguments,
            "cwd": str(cwd),
            "environment": environment,
            "out": str(home / "out"),
            "err": str(home / "err"),
            "learning": learning,
            "most": most,
            "user": user,
        }
        pipe = self._pipe(self._process.stdin)
        pipe.write(json.dumps(order) + "\n")
        pipe.flush()
        return Child(int(self.hear()["pid"]), home / "out", home / "err", self)

    def hear(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._pipe(self._process.stdout).readline())
        return told

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        modules = Path(order["out"]).with_name("modules")
        pid = os.fork()
        if pid == 0:
            _live(order, modules)
        os.waitpid(pid, os.WUNTRACED)
        _tell(pid=pid)
        _, status = os.waitpid(pid, 0)
        if order["learning"]:
            for name in modules.read_text("utf-8").split():
                _import(name)
        _tell(code=os.waitstatus_to_exitcode(status))


def _live(order: dict[str, Any], modules: Path) -> None:
    code = 70
    try:
        _take_over(order)
        os.kill(os.getpid(), signal.SIGSTOP)
        from ownkey.cli import main

        code = main(order["arguments"])
        if order["learning"]:
            modules.write_text("\n".join(sys.modules), "utf-8")
        sys.stdout.flush()
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001  to be told, and nothing more
        traceback.print_exc()
    finally:
        os._exit(code)


def _take_over(order: dict[str, Any]) -> None:
    """What a shell does between fork and exec."""
    os.setsid()
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, path in ((1, order["out"]), (2, order["err"])):
        descriptor = os.open(path, flags, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    if order["most"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["most"], resource.RLIM_INFINITY))
    if order["user"] is not None and os.getuid() == 0:
        os.setgid(order["user"])
        os.setuid(order["user"])
    sys.argv = ["ownkey", *order["arguments"]]


def _import(name: str) -> None:
    try:
        __import__(name)
    except ImportError:
        return


def _tell(**what: int) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    _serve()
