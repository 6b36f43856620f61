"""`ownkey models show`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("model", nargs="?", help="whose figures to show; the default one's, else")
    option("--offline", action="store_true", help="do not ask the endpoint for its list of models")
    option("--why", action="store_true", help="and where each figure comes from")
    option("--settings", type=Path, metavar="FILE")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import listing

    return listing.model(
        given.settings, given.model, why=given.why, offline=given.offline, as_json=given.json
    )
