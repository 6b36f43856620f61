"""`ownkey trust list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import trust

    return trust.listed(as_json=given.json)
