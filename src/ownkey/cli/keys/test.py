"""`ownkey keys test`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    parser.epilog = (
        "The endpoint's list of models is asked for, which costs nothing. Only where that says\n"
        "nothing of the key is the model asked for one word, and the price told before."
    )
    option = parser.add_argument
    option("model", nargs="?", help="whose key to test; the default one's, else")
    option("--free", action="store_true", help="do nothing that may cost anything")
    option("--settings", type=Path, metavar="FILE")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import keys

    return keys.test(given.settings, given.model, free=given.free, as_json=given.json)
