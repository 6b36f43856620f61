"""`ownkey sessions show`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("session", nargs="?", default="last", help="id, beginning of one, or last")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import listing

    return listing.session(given.session, as_json=given.json)
