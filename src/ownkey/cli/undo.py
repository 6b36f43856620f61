"""`ownkey undo`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    parser.description = (
        "Take back what the last turn of a session did to files, its commands included. Shows what"
        " will change and asks. What is taken back can be brought back by the same again."
    )
    option = parser.add_argument
    option("session", nargs="?", default="last", help="id, beginning of one, or last")
    option("--turns", type=_count, default=0, metavar="N", help="to before the last N turns")
    option("--others", action="store_true", help="even if some files were changed since: they stay")
    option("--dry-run", action="store_true", help="show what would change, and stop")
    option("-y", "--yes", action="store_true", help="do not ask")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    import asyncio

    from ownkey.faces import undo

    wish = undo.Wish(
        session=given.session,
        turns=given.turns,
        others=given.others,
        dry=given.dry_run,
        yes=given.yes,
        as_json=given.json,
    )
    return asyncio.run(undo.run(wish))


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count
