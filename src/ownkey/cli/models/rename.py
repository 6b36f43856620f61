"""`ownkey models rename`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("model", help="any of its names, as `ownkey models` lists them")
    option("name", help="what it is called from now on")
    option("--settings", type=Path, metavar="FILE")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import revision

    return revision.rename(given.settings, given.model, given.name, as_json=given.json)
