"""`ownkey keys move`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    parser.description = (
        "Take a key that stands in the settings file out of it, into the keyring or a file that\n"
        "only you can read, and leave a reference in its place."
    )
    option = parser.add_argument
    option("model", help="whose key; other entries that have the same one go with it")
    option("--to", choices=("keyring", "file"), default="keyring")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import keys

    return keys.move(given.model, given.to, as_json=given.json)
