"""`make bench`: every figure beside its floor of the same run, as Markdown and as JSON.

`python -m bench [GROUP ...] [--json FILE] [--keep]`; `--keep` puts the tables into
docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from importlib import import_module
from pathlib import Path

from bench import tables
from bench.figure import Figure, table
from bench.stage import stage

PERFORMANCE = tables.DOCS / "performance.md"

GROUPS = {
    "start": "start",
    "one line": "oneline",
    "stream": "stream",
    "app": "app",
    "long work": "work",
    "big things": "big",
    "many at once": "many",
    "carriers": "carriers",
}
"""Their modules. Each comes in when its turn is there: what this process has at most is counted
to those that it starts."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--keep", action="store_true", help="put them into docs/performance.md")
    given = parser.parse_args()
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors,", end=" ")
    print(f"Python {platform.python_version()}")
    measured: dict[str, list[Figure]] = {}
    for name in given.groups or GROUPS:
        print(f"\n## {name}\n", flush=True)
        with stage() as here:
            measured[name] = list(import_module(f"bench.{GROUPS[name]}").measure(here))
        print("\n".join(table(measured[name])), flush=True)
        if given.keep:
            tables.write(name, table(measured[name]), PERFORMANCE)
    if given.json:
        given.json.parent.mkdir(exist_ok=True)
        document = {name: [one.document() for one in rows] for name, rows in measured.items()}
        given.json.write_text(json.dumps(document, indent=1), "utf-8")


if __name__ == "__main__":
    main()
