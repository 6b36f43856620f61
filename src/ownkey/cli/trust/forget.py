"""`ownkey trust forget`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="else this one")


def run(given: Namespace) -> int:
    from ownkey.faces import trust

    return trust.forget(given.folder)
