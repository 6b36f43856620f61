"""How soon it is there: small commands, the first byte of a request, and the first paint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import floors
from bench.figure import Figure
from bench.process import RUNS, Command, medians, python, run
from bench.stage import Stage
from bench.terminal import READY, opened

FLOORS = Path(floors.__file__).parent


def measure(stage: Stage) -> Iterator[Figure]:
    bare = stage.command(python("-c", "pass"))
    for option in ("--version", "--help"):
        ours, floor = medians(stage.ownkey(option), bare)
        what = f"`{option}`, CPU"
        yield Figure(what, ours.cpu, floor=floor.cpu, against="bare Python", most=4)
    yield _first_byte(stage)
    yield _first_paint(stage)


def minimal(stage: Stage, scene: str) -> Command:
    address = f"{stage.url}/{scene}/v1/chat/completions"
    return stage.command(python(str(FLOORS / "minimal.py"), address, "hi"))


def _first_byte(stage: Stage) -> Figure:
    commands = stage.task("text-1"), minimal(stage, "text-1")
    waited: tuple[list[float], ...] = ([], [])
    for _ in range(RUNS + 1):
        for times, command in zip(waited, commands, strict=True):
            began = run(command).began
            times.append(stage.asked()[0].began - began)
    ours, floor = (median(times[1:]) for times in waited)
    return Figure(
        "`exec`, from its start to the first byte of the request",
        ours,
        floor=floor,
        against="minimal client",
        most=1.6,
    )


def _first_paint(stage: Stage) -> Figure:
    waited: tuple[list[float], ...] = ([], [])
    programs = (
        (stage.ownkey(), READY),
        (stage.command(python(str(FLOORS / "app.py"))), b"bare it is"),
    )
    for _ in range(RUNS + 1):
        for times, (program, words) in zip(waited, programs, strict=True):
            with opened(program) as terminal:
                times.append(terminal.shown(words))
    ours, floor = (median(times[1:]) for times in waited)
    return Figure(
        "the app, from its start to the first paint",
        ours,
        floor=floor,
        against="bare Textual app",
        most=1.8,
    )
