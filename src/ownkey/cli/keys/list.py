"""`ownkey keys list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    parser.epilog = "No part of a key is ever shown."
    option = parser.add_argument
    option("--check", action="store_true", help="ask keyrings and programs too: they may ask you")
    option("--settings", type=Path, metavar="FILE")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import keys

    return keys.listed(given.settings, check=given.check, as_json=given.json)
