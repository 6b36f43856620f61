"""`ownkey trust`: whether a folder's own files count, decided outside of a conversation."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ownkey import console, exits
from ownkey.app import decide, stands
from ownkey.core.errors import UsageError
from ownkey.options import Options
from ownkey.sessions import store
from ownkey.trust import folder, telling
from ownkey.trust.folder import Moved


def give(cwd: Path, *, yes: bool) -> int:
    """Raises `UsageError`."""
    options = _options(cwd)
    standing = stands(options)
    if standing.trusted or not standing.usable:
        console.say(f"{standing.place}: {telling.standing_of(standing)}.")
        return exits.DONE
    console.say(telling.question(standing))
    if not yes and not _agreed():
        console.say("Nothing was changed.")
        return exits.FAILED
    try:
        standing = decide(options, standing, "trusted")
    except Moved:
        what = "The folder's files have changed since they were shown."
        raise UsageError(what, "Look again: ownkey trust.") from None
    console.say(telling.decided(standing))
    return exits.DONE


def listed(*, as_json: bool) -> int:
    entries = folder.entries(store.folder(_options(Path()).environ))
    if as_json:
        found = [
            {"path": one.path, "decision": one.decision, "date": one.date, "files": len(one.files)}
            for one in entries
        ]
        console.say(json.dumps({"schema": 1, "folders": found}, indent=2))
    elif entries:
        rows = ((one.path, one.decision, one.date, f"{len(one.files)} files") for one in entries)
        console.table(rows)
    else:
        console.say("No folder was decided upon.")
    return exits.DONE


def forget(cwd: Path) -> int:
    """Raises `UsageError`."""
    place = cwd.resolve()
    if not folder.forget(store.folder(_options(Path()).environ), place):
        raise UsageError(f"Nothing was decided upon {place}.", "See: ownkey trust list.")
    console.say(f"Forgotten: {place}. It is asked about again.")
    return exits.DONE


def _options(cwd: Path) -> Options:
    place = cwd.expanduser().resolve()
    if not place.is_dir():
        raise UsageError(f"There is no folder {place}.", "Name one that exists with --cwd.")
    return Options(cwd=place)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Nobody is there to ask.", "Say --yes if you have looked at the files.")
    return console.ask(f"{telling.QUESTION} [y/N] ").strip().lower() in ("y", "yes")
