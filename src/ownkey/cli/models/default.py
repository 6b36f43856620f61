"""`ownkey models default`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("model", nargs="?", help="who answers from now on; without it, who does now")
    option("--settings", type=Path, metavar="FILE")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import revision

    if given.model is None:
        return revision.default(given.settings, as_json=given.json)
    return revision.make_default(given.settings, given.model, as_json=given.json)
