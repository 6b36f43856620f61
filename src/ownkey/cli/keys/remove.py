"""`ownkey keys remove`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("name")
    option("--from", dest="place", choices=("keyring", "file"), default="keyring")
    option("--force", action="store_true", help="even if a model needs it")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import keys

    return keys.remove(given.name, given.place, force=given.force, as_json=given.json)
