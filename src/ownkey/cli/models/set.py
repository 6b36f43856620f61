"""`ownkey models set`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("model", help="any of its names, as `ownkey models` lists them")
    option("field", help="of its entry: contextWindow, baseUrl, extraArgs, ...")
    option("value", help="JSON, or text as it is; null takes the field out")
    option("--settings", type=Path, metavar="FILE")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import revision

    return revision.put(given.settings, given.model, given.field, given.value, as_json=given.json)
