"""Events and figures in words, for every face that prints lines."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ownkey.config.diagnostics import Diagnostic, render
from ownkey.config.files import ABSENT
from ownkey.config.models import namesakes
from ownkey.config.revise import Revision
from ownkey.config.settings import Settings
from ownkey.core.event import Compacted, Event, Notice, Retrying, ToolStarted
from ownkey.core.message import Result, ToolCall, Usage
from ownkey.core.screen import homely, safe
from ownkey.statement import dollars
from ownkey.undo.deeds import Deed
from ownkey.undo.figures import Figure
from ownkey.undo.plan import Left, Plan, shown

_UNESCAPED = re.compile(r"[^\x00-\x7e]")
"""What of JSON a terminal may take for something else, or not have."""

_SHOWN = ("path", "pattern", "command", "name")
"""Arguments that tell a call from its like, the first present one is shown."""

OUTCOMES = {
    "planned": "Nothing is changed yet.",
    "nothing": "There is nothing to do.",
    "done": "Done. The same again brings it back.",
    "unfinished": "An undo was cut off: the next is it, done to its end.",
    "finished": "An undo that was cut off is done to its end now.",
}

_DONE = {"made": "bring", "removed": "remove", "changed": "change", "mode": "mode"}


def to_json(value: Any) -> str:
    """One line of JSON, in ASCII. Lone surrogates (a file name that is no UTF-8, half an emoji)
    are escaped, which JSON allows and msgspec does not do."""
    try:
        return _UNESCAPED.sub(_escaped, msgspec.json.encode(value).decode())
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value))


SCHEMA = 1
"""Of what `--json` prints; it changes when a field is renamed or taken away."""


def document(facts: Any) -> str:
    """What a command tells programs: one JSON object in ASCII, with the schema that it follows.
    docs/json.md says what the fields are."""
    told = msgspec.to_builtins(facts, enc_hook=str)
    return json.dumps({"schema": SCHEMA, **told}, indent=2)


def faults(found: Iterable[Diagnostic]) -> list[dict[str, str]]:
    """What is wrong, for programs."""
    return [
        {"where": one.where, "severity": one.severity, "what": one.what, "fix": one.fix}
        for one in found
    ]


def shorten(text: str, width: int = 100) -> str:
    """The first line, cut to `width` characters."""
    line = next(iter(safe(text).strip().splitlines()), "")
    return line if len(line) <= width else line[: width - 1] + "…"


def of_call(call: ToolCall) -> str:
    """`read src/app.py`"""
    given: dict[str, Any] = {}
    try:
        given = msgspec.json.decode(call.arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return call.name
    subject = next((str(given[name]) for name in _SHOWN if given.get(name)), "")
    return shorten(f"{call.name} {subject}".strip())


def of_result(result: Result) -> str:
    """What a call gave, in a few words; empty where its success says all."""
    detail = result.detail or {}
    if result.failed:
        return f"failed: {shorten(result.text)}"
    if "exit" in detail:
        ran = f"; you changed it to: {shorten(str(detail['ran']))}" if "ran" in detail else ""
        return f"exit code {detail['exit']}{ran}"
    if "added" in detail:
        return f"+{detail['added']} -{detail['removed']}"
    return ""


def of_event(event: Event) -> str:
    """The one line an event is worth while it happens; empty for most."""
    match event:
        case ToolStarted():
            return f"• {of_call(event.call)}"
        case Retrying():
            why = " ".join(event.reason.lines()[:1])
            return f"{why} Asking again in {event.delay:.2g} s."
        case Notice():
            return event.text
        case Compacted():
            cost = "cost unknown" if event.cost is None else dollars(event.cost)
            return f"Compacted: {event.before:,} → {event.after:,} tokens ({cost})."
        case _:
            return ""


def of_settings(loaded: Settings) -> list[str]:
    """All that is wrong with them, then the files in the order in which they count."""
    return [*(of_faults(loaded) or ["Nothing is wrong with the settings."]), *of_files(loaded)]


def of_faults(loaded: Settings) -> list[str]:
    """What is wrong with the settings, errors first: file, line, column, cure."""
    return homely(render(loaded.diagnostics)).splitlines()


def of_files(loaded: Settings) -> list[str]:
    """The settings files in the order in which they count, and what overrides what."""
    told = ["Settings, the first that says something counts:"]
    told += [f"  {one.path}: {one.gave}" for one in loaded.looked if one.gave != ABSENT]
    told.append(f"  default model: {loaded.default_model or 'not set'} {loaded.default_source}")
    for one in loaded.overridden:
        told.append(f"  {one.name} at {one.source} is replaced by the one at {one.by}")
    for name, ids in namesakes(loaded).items():
        told.append(f"  {' and '.join(ids)} share the name {name}: -m wants the id")
    if absent := [str(one.path) for one in loaded.looked if one.gave == ABSENT]:
        told.append(f"  not there: {', '.join(absent)}")
    return [homely(line).rstrip() for line in told]


def of_revision(revision: Revision) -> list[str]:
    """Where it was written, what else came of it, and how to take it back."""
    if not revision.written:
        return [f"{revision.where} says so already: nothing was written."]
    back = f"rm {shlex.quote(str(revision.file))}"
    if revision.backup:
        back = shlex.join(["cp", str(revision.backup), str(revision.file)])
    return [f"Written: {revision.where}", *revision.notes, f"Take it back: {back}"]


def of_plan(plan: Plan, figures: Sequence[Figure], most: int | None = None) -> list[str]:
    """What taking changes back would do, with so many paths at most, and what it would not."""
    told = [f"  {_DONE[one.does]:8} {one.path}{_lines(one)}" for one in figures[:most]]
    if len(told) < len(figures):
        told.append(f"  and {len(figures) - len(told):,} more")
    told += _left("Changed since by somebody else, so left:", plan.foreign)
    told += _left("Cannot be brought back:", plan.lost)
    return [*told, *plan.warnings]


def of_deeds(chosen: Sequence[Deed]) -> str:
    """What is to be taken back."""
    turns = [one for one in chosen if not one.undo]
    match turns:
        case []:
            return "The last undo, taken back:"
        case [turn]:
            return f"Of “{shorten(turn.words, 60)}”, taken back:"
        case _:
            return f"Of the last {len(turns)} turns, taken back:"


def of_left(left: Iterable[Left]) -> list[str]:
    """What an undo could not do after all."""
    return _left("Left as they are:", left)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _left(heading: str, left: Iterable[Left]) -> list[str]:
    lines = [f"  {shown(one.path)}: {one.why}" for one in left]
    return [heading, *lines] if lines else []


def _lines(one: Figure) -> str:
    return "" if one.added is None else f"  +{one.added} -{one.removed}"


def of_usage(usage: Usage, steps: int) -> str:
    """`3 calls · 4,120 tokens in (61 % from cache) · 310 out`"""
    calls = "1 call" if steps == 1 else f"{steps} calls"
    parts = [calls, f"{usage.prompt:,} tokens in ({_split(usage)})", f"{usage.output:,} out"]
    if usage.reasoning:
        parts[-1] += f" ({usage.reasoning:,} reasoning)"
    return " · ".join(parts)


def _split(usage: Usage) -> str:
    if not usage.cache_read and not usage.cache_write:
        return "none from cache"
    share = usage.cache_read / usage.prompt
    return (
        f"{usage.input:,} uncached, {usage.cache_read:,} cache read = {share:.0%}, "
        f"{usage.cache_write:,} cache write"
    )
