"""`ownkey doctor`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    parser.epilog = (
        "Exit codes: 0 all is well, 1 something could be better, else as of `ownkey exec`:\n"
        "69 not reached, 75 too many requests, 77 key refused, 78 settings or model."
    )
    option = parser.add_argument
    option("models", nargs="*", metavar="MODEL", help="these alone; all of them, else")
    option("--yes", action="store_true", help="ask the models without asking you first")
    option("--long", action="store_true", help="and fill each model's whole window once: dear")
    option("--offline", action="store_true", help="look at the settings alone")
    option("--sandbox", action="store_true", help="attack this machine's sandbox instead")
    option("--settings", type=Path, metavar="FILE")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import doctor

    if given.sandbox:
        return doctor.sandbox(as_json=given.json)
    return doctor.run(
        given.models,
        given.settings,
        yes=given.yes,
        long=given.long,
        offline=given.offline,
        as_json=given.json,
    )
