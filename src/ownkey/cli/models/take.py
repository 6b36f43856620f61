"""`ownkey models import`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("names", nargs="*", metavar="NAME", help="which of them to add, as they are listed")
    option(
        "--from",
        dest="sources",
        action="append",
        metavar="SOURCE",
        help="only of this program: environment, claude, codex, opencode, crush, pi, aider, "
        "litellm or ollama; may be given again",
    )
    option("--all", action="store_true", help="add all that are new")
    option("--with-keys", action="store_true", help="copy keys that stand in the programs' files")
    option("--dry-run", action="store_true", help="write nothing, say what would be")
    option("--settings", type=Path, metavar="FILE", help="where to add them")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.faces import importing

    return importing.run(
        importing.Wish(
            names=tuple(given.names),
            sources=tuple(given.sources or ()),
            everything=given.all,
            with_keys=given.with_keys,
            dry=given.dry_run,
            settings=given.settings,
            as_json=given.json,
        )
    )
