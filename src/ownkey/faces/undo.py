"""`ownkey undo`: what a session did to files, taken back from outside of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from ownkey import console, exits, words
from ownkey.app import load_settings, watching
from ownkey.core.errors import SessionError, UsageError
from ownkey.options import Options
from ownkey.sessions import store
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Changed
from ownkey.undo.deeds import Deed, back
from ownkey.undo.figures import Figure
from ownkey.undo.past import Past
from ownkey.undo.plan import Left, Plan, shown


class Wish(msgspec.Struct, frozen=True):
    """What was asked for, as the command line has it."""

    session: str
    turns: int = 0
    others: bool = False
    dry: bool = False
    yes: bool = False
    as_json: bool = False


class Stays(msgspec.Struct, frozen=True):
    path: str
    why: str


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """As `--json` prints it."""

    session: str
    outcome: Literal["planned", "nothing", "refused", "done", "unfinished", "finished"]
    """The last two are of an earlier undo that was cut off."""
    prompts: tuple[str, ...] = ()
    """Of the turns that are taken back."""
    changes: tuple[Figure, ...] = ()
    changed_since: tuple[Stays, ...] = ()
    """By somebody else."""
    lost: tuple[Stays, ...] = ()
    warnings: tuple[str, ...] = ()
    left: tuple[Stays, ...] = ()
    """What could not be done after all."""


async def run(wish: Wish) -> int:
    """Raises `OwnkeyError`."""
    options = Options(cwd=Path.cwd())
    path = store.find(store.folder(options.environ), wish.session, options.cwd)
    journal, found = Journal.go_on(path)
    try:
        place = Path(found.cwd)
        return await _undo(_past(journal, msgspec.structs.replace(options, cwd=place)), wish)
    finally:
        journal.close()


def _past(journal: Journal, options: Options) -> Past:
    loaded = load_settings(options)

    def note(changed: Changed) -> None:
        journal.append(changed)

    def tell(text: str) -> None:
        console.note(f"ownkey: {text}")

    return Past(journal, watching(options, lambda: loaded, journal.id, note, tell))


async def _undo(past: Past, wish: Wish) -> int:
    deeds = await past.deeds()
    if deeds and not deeds[-1].done:
        if wish.dry:
            return _end(wish, Report(past.session, "unfinished"))
        left = await past.finish(deeds[-1])
        return _end(wish, Report(past.session, "finished", left=_stay(left)))
    chosen = back(deeds, wish.turns)
    if not chosen:
        raise SessionError(f"The session {past.session} has no changes of files to take back.")
    plan = await past.plan(chosen)
    report = _foreseen(past.session, chosen, plan, await past.figures(plan))
    if not wish.as_json:
        _show(chosen, plan, report)
    if wish.dry or not plan.todo:
        return _end(wish, report)
    if plan.foreign and not wish.others:
        return _refuse(wish, report)
    await _confirm(wish)
    left = await past.take_back(plan)
    return _end(wish, msgspec.structs.replace(report, outcome="done", left=_stay(left)))


def _foreseen(session: str, chosen: list[Deed], plan: Plan, figures: list[Figure]) -> Report:
    return Report(
        session,
        "planned" if plan.todo else "nothing",
        prompts=tuple(one.words for one in chosen if not one.undo),
        changes=tuple(figures),
        changed_since=_stay(plan.foreign),
        lost=_stay(plan.lost),
        warnings=plan.warnings,
    )


def _show(chosen: list[Deed], plan: Plan, report: Report) -> None:
    console.say(words.of_deeds(chosen))
    for line in words.of_plan(plan, report.changes):
        console.say(line)


def _refuse(wish: Wish, report: Report) -> int:
    if wish.as_json:
        console.say(words.to_json(msgspec.structs.replace(report, outcome="refused")))
        return exits.FAILED
    raise SessionError(
        "Nothing was taken back: somebody else changed files since.",
        "--others takes back the rest and leaves these.",
    )


async def _confirm(wish: Wish) -> None:
    """Raises `UsageError` where nobody can say so, or says no."""
    if wish.yes:
        return
    if wish.as_json or not sys.stdin.isatty():
        raise UsageError("Nothing was taken back: nobody was asked.", "--yes does it unasked.")
    if (await asyncio.to_thread(input, "Take this back? [y/N] ")).strip().lower() != "y":
        raise UsageError("Nothing was taken back.")


def _end(wish: Wish, report: Report) -> int:
    if wish.as_json:
        console.say(words.to_json(report))
    else:
        console.say(words.OUTCOMES[report.outcome])
        for one in report.left:
            console.say(f"  {one.path}: {one.why}")
    return exits.FAILED if report.left else exits.DONE


def _stay(left: Iterable[Left]) -> tuple[Stays, ...]:
    return tuple(Stays(shown(one.path), one.why) for one in left)
