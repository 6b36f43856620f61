"""`ownkey cost`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    parser.description = (
        "What a session has cost: the last one of this folder, or the one named. "
        "With --since or --by: all sessions."
    )
    option = parser.add_argument
    option("session", nargs="?", default="last", help="id, beginning of one, or last")
    option("--since", metavar="TIME", help="24h, 7d, 2w, or a date: 2026-11-01")
    option("--by", choices=("model", "day", "project", "session"))
    form = parser.add_mutually_exclusive_group().add_argument
    form("--json", dest="form", action="store_const", const="json", default="text")
    form("--csv", dest="form", action="store_const", const="csv")


def run(given: Namespace) -> int:
    from ownkey.faces import cost

    if given.since or given.by:
        return cost.history(given.since or "", given.by or "model", given.form)
    return cost.conversation(given.session, given.form)
