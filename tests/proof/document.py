"""The tables of `docs/proof.md` on faults and trust: what the suite tries, what was measured."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.proof.figures import PLAN

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
MEASURED = Path(__file__).with_name("measured.json")
"""The figures of the last long run, by the name under which a test noted them."""

TABLE = re.compile(r"(<!-- (faults|trust) -->\n).*?(<!-- end of \2 -->\n)", re.DOTALL)

Figures = dict[str, Any]


class Row(NamedTuple):
    what: str
    name: str
    """Of the figures, and in `PLAN` where their number is planned."""
    held: str
    """What held in all of them, in words with figures in braces."""
    usual: str = "a sample"
    """What every run of the suite tries, where no number is planned."""


FAULTS = (
    Row(
        "each call with which a turn touches files fails once, or the process is killed in it",
        "sweep",
        "{points:,} calls failed, {killed:,} of them by SIGKILL: every acknowledged record is"
        " there, every file old or new, and what went wrong is said in words",
    ),
    Row(
        "a working agent is killed at any moment",
        "kills",
        "{kills:,} kills, {begun:,} with a session begun; {acknowledged:,} acknowledged results,"
        " {lost} lost; each session was gone on with to its end",
    ),
    Row(
        "a session's file is mutated",
        "logs",
        "{mutations:,} mutated, {crashes} crashes; what is whole in it is read, what is not is"
        " told, and no byte of it is written over",
    ),
    Row(
        "a large session opens",
        "large-log",
        "{megabytes:,} MB in {seconds} s with {peak_mb:,.0f} MB of memory",
    ),
    Row("the disk is full at any byte", "full", "{disks} disks: no file is a mixture"),
    Row(
        "settings are mutated",
        "settings",
        "{mutations:,} mutated, {tracebacks} tracebacks in `ownkey models list`",
    ),
    Row(
        "conversations at once in one process, at a far side that fails",
        "load",
        "{conversations:,}, {at_once} at once, {faults:,} failed requests: none lost, none"
        " crossed; memory grew by {grown_mb} MB from the second round to the last",
    ),
    Row(
        "signals end `exec` and the app, idle, in an answer and in a command",
        "signals",
        "{ends} ends, {orphans} orphans; terminal given back, session gone on with",
    ),
)

TRUST = (
    Row(
        "a text of shell syntax is drawn, and bash runs those that may run unasked",
        "gate",
        "{strings:,} drawn, {taken:,} taken as certain, {unclaimed} commands run that were not"
        " claimed",
    ),
    Row(
        "keys of all shapes are told to everything that writes or shows",
        "canaries",
        "{shapes} shapes in {places} places, {hits} found",
        "all",
    ),
    Row(
        "secrets of others are made up and searched for; then libraries, where none is",
        "likely",
        "{kinds} kinds, at least 99 % of each found; {megabytes} MB of Python's libraries at"
        " {rate} MB/s, {false} false hits",
        "all",
    ),
    Row(
        "commands attack the sandbox they run in",
        "sandbox",
        "{attacks} attacks, with {walls}: {broken} succeeded but for the limits that"
        " [sandbox.md](sandbox.md) names",
        "all",
    ),
    Row(
        "a folder is exchanged for a link outside while it is opened",
        "races",
        "{tries:,} tries, {lost} opened outside",
    ),
    Row(
        "files of arbitrary bytes, encodings, marks and line ends are edited",
        "edits",
        "{edits:,} edits: every byte outside of what was replaced is as it was",
    ),
)

PARTS = {"faults": FAULTS, "trust": TRUST}
ROWS = (*FAULTS, *TRUST)


def collected(folder: Path) -> dict[str, Figures]:
    """The figures in a folder, the sweep's added up."""
    found: dict[str, Figures] = {}
    sweep: Figures = defaultdict(int)
    for file in sorted(folder.glob("*.json")):
        name = file.stem
        figures = json.loads(file.read_text("utf-8"))
        if name.startswith("sweep-"):
            sweep["points"] += figures["points"]
            sweep["killed"] += figures["killed"]
        else:
            found[name] = {key: value for key, value in figures.items() if key != "mode"}
    return {**found, "sweep": sweep} if sweep else found


def measured() -> dict[str, Figures]:
    figures: dict[str, Figures] = json.loads(MEASURED.read_text("utf-8"))
    return figures


def written(page: str) -> str:
    return TABLE.sub(lambda marks: f"{marks[1]}{''.join(_table(PARTS[marks[2]]))}{marks[3]}", page)


def _table(rows: Iterable[Row]) -> Iterator[str]:
    yield "| what is tried | by every run of the suite | measured, in the last long run |\n"
    yield "| --- | --- | --- |\n"
    known = measured()
    for row in rows:
        planned = f"{PLAN[row.name].normal:,}" if row.name in PLAN else row.usual
        held = row.held.format_map(known[row.name]) if row.name in known else "not yet"
        yield f"| {row.what} | {planned} | {held} |\n"
