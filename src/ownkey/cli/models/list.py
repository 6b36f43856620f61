"""`ownkey models list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--settings", type=Path, metavar="FILE")
    parser.add_argument(
        "--offline", action="store_true", help="do not look for servers on this machine"
    )
    parser.add_argument("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import listing

    return listing.models(given.settings, offline=given.offline, as_json=given.json)
