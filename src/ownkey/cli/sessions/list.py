"""`ownkey sessions list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="of every folder, not only this one")
    parser.add_argument("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import listing

    return listing.sessions(everywhere=given.all, as_json=given.json)
