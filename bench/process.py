"""What a process costs from its start to its end, as the operating system has counted it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

RUNS = 7


class Cost(NamedTuple):
    """Of one process, with those that it waited for."""

    cpu: float
    """Seconds, of user and system."""
    wall: float
    """Seconds."""
    peak: float
    """MiB that the largest of them had at most."""
    began: float
    """When it was started, in seconds of the monotonic clock."""


class Command(NamedTuple):
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path


def python(*arguments: str) -> list[str]:
    """This interpreter, with these arguments."""
    return [sys.executable, "-P", *arguments]


def run(command: Command) -> Cost:
    """Raises `RuntimeError` where it fails, with what it said."""
    said = command.folder / "said"
    began = time.monotonic()
    with said.open("wb") as errors, (command.folder / "out").open("wb") as out:
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
        )
        _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command.arguments)}: {said.read_text()[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * unit / (1 << 20), began)


def output(command: Command) -> str:
    """What it prints."""
    run(command)
    return (command.folder / "out").read_text("utf-8")


def medians(*commands: Command, runs: int = RUNS) -> list[Cost]:
    """Of each command: they run in turns, so that what disturbs one disturbs all. The first
    round, which fills caches, does not count."""
    rounds = [[run(command) for command in commands] for _ in range(runs + 1)][1:]
    return [Cost(*map(median, zip(*costs, strict=True))) for costs in zip(*rounds, strict=True)]


def median_of(measure: Callable[[], float], runs: int = RUNS) -> float:
    """The first does not count."""
    return median([measure() for _ in range(runs + 1)][1:])
