"""`ownkey trust`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    parser.description = (
        "Let this folder's own files count: its instructions to the model, its settings, its"
        " commands. Shows them and asks; asks again when one of them changes."
    )
    option = parser.add_argument
    option("--cwd", type=Path, default=Path(), help="the folder")
    option("-y", "--yes", action="store_true", help="do not ask")


def run(given: Namespace) -> int:
    from ownkey.faces import trust

    return trust.give(given.cwd, yes=given.yes)
