"""Big things: trees, files, outputs and histories, each against what has to be touched of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

from bench.figure import Figure
from bench.process import Command, medians, output
from bench.stage import Stage
from ownkey.core.message import Assistant, Origin, Text, User
from ownkey.sessions import place
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said

FOLDERS, FILES = 200, 500
"""Of the tree: 100,000 files."""

RUNS = 5

GOALS = {("grep", "with"): 1.5, ("grep", "without"): 3.0}
"""Times ripgrep's own."""

MEGABYTE = 1_000_000
FILE = 50 * MEGABYTE
OUTPUT = 100 * MEGABYTE
SESSION = 20 * MEGABYTE
SESSIONS = 10_000

Call = tuple[str, dict[str, Any]]


def measure(stage: Stage) -> Iterator[Figure]:
    yield from _searched(stage)
    yield _edited(stage)
    yield _printed(stage)
    yield _resumed(stage)
    yield _listed(stage)


def _searched(stage: Stage) -> Iterator[Figure]:
    tree = stage.work / "tree"
    for number in range(FOLDERS):
        folder = tree / f"part{number}"
        folder.mkdir(parents=True)
        for at in range(FILES):
            (folder / f"file{at}.txt").write_text(f"one\ntwo {number}-{at}\nthree\n" * 10, "utf-8")
    without = {"PATH": str(stage.home / "nothing")}
    for tool, floor in (
        (("grep", {"pattern": "two 77-4[0-9]", "path": "tree"}), ["-n", "two 77-4[0-9]", "tree"]),
        (("glob", {"pattern": "tree/**/file77.txt"}), ["--files", "-g", "**/file77.txt", "tree"]),
    ):
        rg = stage.command(["rg", *floor])
        for name, environment in (("with", {}), ("without", without)):
            if name == "with" and not shutil.which("rg"):
                continue
            taken, least = _taken(stage, rg, tool, **environment)
            most = GOALS.get((tool[0], name))
            what = f"{tool[0]} in {FOLDERS * FILES:,} files, {name} ripgrep installed"
            yield Figure(what, taken, floor=least, against="rg", most=most)
    shutil.rmtree(tree)


def _edited(stage: Stage) -> Figure:
    line = "a line like all the others, and no more than that\n"
    file = stage.work / "file"
    file.write_text(line * (FILE // len(line)) + "the last one\n", "utf-8")
    copied = stage.command(["cp", "file", "copy"])
    last = FILE // len(line)
    look = ("read", {"path": "file", "offset": last, "limit": 5})
    edits = [
        ("edit", {"path": "file", "old": f"the last {old}\n", "new": f"the last {new}\n"})
        for old, new in (("one", "two"), ("two", "one"))
    ]
    taken, least = _taken(stage, copied, look, *edits)
    return Figure("two edits of a file of 50 MB", taken, floor=least, against="cp")


def _printed(stage: Stage) -> Figure:
    (stage.work / "output").write_bytes(
        b"a line of output, forty bytes in all....\n" * (OUTPUT // 41)
    )
    piped = stage.command(["sh", "-c", "cat output | cat"])
    taken, least = _taken(stage, piped, ("shell", {"command": "cat output"}))
    return Figure("a command that prints 100 MB", taken, floor=least, against="cat | cat", most=10)


def _taken(stage: Stage, least: Command, *calls: Call, **environment: str) -> tuple[float, float]:
    """Seconds that the calls take beyond a run without any, and those of the least."""
    scene = f"calls-{json.dumps(calls).encode().hex()}"
    open_to_all = ("--auto", "high", "--trust", "-o", "stream-json")
    task, bare = (stage.task(one, *open_to_all) for one in (scene, "text-1"))
    ours = task._replace(environment={**task.environment, **environment})
    without = bare._replace(environment={**bare.environment, **environment})
    if '"isError":true' in output(ours):
        raise RuntimeError(f"refused: {calls}")
    called, uncalled, floor = medians(ours, without, least, runs=RUNS)
    return called.wall - uncalled.wall, floor.wall


def _resumed(stage: Stage) -> Figure:
    journal = _journal(stage)
    words = "what was said at length. " * 40
    for _ in range(SESSION // (2 * len(words))):
        _exchange(journal, words)
    journal.close()
    copied = stage.command(["cp", str(journal.path), "copy"])
    goes_on, begins, floor = medians(
        stage.task("text-1", "-s", journal.id), stage.task("text-1"), copied, runs=RUNS
    )
    taken = goes_on.wall - begins.wall
    return Figure("to go on with a session of 20 MB", taken, floor=floor.wall, against="cp")


def _listed(stage: Stage) -> Figure:
    for number in range(SESSIONS):
        journal = _journal(stage)
        _exchange(journal, f"question {number}")
        journal.close()
    found = stage.command(["sh", "-c", "cat $(find ../state -name '*.jsonl')"])
    ours, floor = medians(stage.ownkey("sessions"), found, runs=RUNS)
    return Figure(f"{SESSIONS:,} sessions listed", ours.wall, floor=floor.wall, against="cat")


def _journal(stage: Stage) -> Journal:
    folder = place.folder(stage.environment())
    return Journal.create(folder, stage.work, "custom:Far-0")


def _exchange(journal: Journal, words: str) -> None:
    journal.append(Said(User((Text(words),))))
    journal.append(Said(Assistant((Text(words),), Origin("anthropic", "host.example", "m"))))
