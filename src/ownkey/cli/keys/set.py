"""`ownkey keys set`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    parser.epilog = "The key is asked for without being shown, or read from standard input."
    option = parser.add_argument
    option("name", help="what to call it, such as groq")
    option("--to", choices=("keyring", "file"), default="keyring")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import keys

    return keys.keep(given.name, given.to, as_json=given.json)
