"""`ownkey doctor`: what the settings and the endpoints are really like."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ownkey import console, exits, words
from ownkey.app import choose_model, find_skills, known_of, load_settings, mine, stands, with_local
from ownkey.config.models import BEGIN, lost_default, namesakes
from ownkey.config.settings import Settings
from ownkey.core.errors import UsageError
from ownkey.core.model import Model
from ownkey.doctor import examine, probes, told
from ownkey.doctor.examine import Report
from ownkey.doctor.finding import Finding
from ownkey.doctor.probes import PROBES, Probe
from ownkey.money.bill import bill
from ownkey.options import Options
from ownkey.skills.found import Skills
from ownkey.wire import memory
from ownkey.wire.memory import Memory


def run(
    wanted: Sequence[str],
    runtime: Path | None,
    *,
    yes: bool,
    long: bool,
    offline: bool,
    as_json: bool,
) -> int:
    """Look at the settings, then at each model: all of them, or those named."""
    options = Options(cwd=Path.cwd(), settings=runtime)
    if not offline:
        options = asyncio.run(with_local(options))
    standing = stands(options)
    loaded = _judged(load_settings(options, standing), offline=offline)
    skills = find_skills(options, loaded, standing)
    memories = Memory(memory.place(options.environ))
    names = wanted or mine(loaded, options)
    models = [] if offline else [choose_model(loaded, name, memories.claims) for name in names]
    if not as_json:
        _say(words.of_faults(loaded))
    exams = [(model, _probes(loaded, model, memories, long=long)) for model in models]
    asked = bool(exams) and _agreed(exams, yes=yes, aside=as_json)
    none = not (offline or exams or loaded.diagnostics)
    reports = asyncio.run(_examine(exams if asked else [(one, ()) for one, _ in exams], memories))
    if as_json:
        console.say(words.document(document(loaded, skills, reports)))
    else:
        _tell(loaded, skills, reports, asked=asked, none=none)
    return _code(loaded, reports, none=none)


def _judged(loaded: Settings, *, offline: bool) -> Settings:
    """With the fault of a default that is no model. `offline`: a server here may have it."""
    if lost := lost_default(loaded):
        fault = replace(lost, severity="warning" if offline else "error")
        return replace(loaded, diagnostics=(*loaded.diagnostics, fault))
    return loaded


def _tell(
    loaded: Settings, skills: Skills, reports: Sequence[Report], *, asked: bool, none: bool
) -> None:
    """The causes first, then what was looked at. `none`: there is no model at all."""
    if none:
        _say(["There are no models yet.", f"  {BEGIN}"])
    if len(reports) > 1:
        _say(told.of_all(reports))
    for report in reports:
        _say(told.of_report(report, asked=asked))
    if not (loaded.diagnostics or none):
        console.say("Nothing is wrong with the settings.")
    console.say("\n".join((*_of_skills(skills), *words.of_files(loaded))))


def _say(lines: Iterable[str]) -> None:
    """A paragraph, if there is anything in it."""
    if text := "\n".join(lines):
        console.say(f"{text}\n")


def sandbox(*, as_json: bool) -> int:
    """Attack the sandbox of this machine: 0 where all of it holds, 1 else."""
    from ownkey.doctor import walls

    if sys.platform != "linux":
        raise UsageError("The attacks are written for Linux.", "Run them there, or inside WSL.")
    place = memory.place(dict(os.environ)).parent
    place.mkdir(parents=True, exist_ok=True)

    async def attack() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        async for confinement, one in walls.verdicts(place):
            if not as_json:
                if not found:
                    console.say(f"sandbox: {confinement}")
                console.say(f"{one.result:16}{one.attack.id:14}{one.attack.what}")
                if one.grave:
                    console.say(f"{'':16}{one.saw}")
            found.append(
                {
                    "sandbox": confinement.name,
                    "id": one.attack.id,
                    "what": one.attack.what,
                    "result": one.result,
                    "saw": one.saw,
                }
            )
        return found

    found = asyncio.run(attack())
    counts = Counter(one["result"] for one in found)
    if as_json:
        console.say(words.document({"attacks": found}))
    else:
        console.say(", ".join(f"{count} {result}" for result, count in counts.items()))
    return exits.DONE if counts["held"] == len(found) else exits.FAILED


def document(loaded: Settings, skills: Skills, reports: Iterable[Report]) -> dict[str, Any]:
    """For programs; docs/doctor.md says what the fields are."""
    return {
        "settings": {
            "files": [{"path": str(one.path), "gave": one.gave} for one in loaded.looked],
            "defaultModel": loaded.default_model,
            "overridden": [
                {"name": one.name, "where": one.source, "by": one.by} for one in loaded.overridden
            ],
            "namesakes": [{"name": name, "ids": ids} for name, ids in namesakes(loaded).items()],
            "diagnostics": words.faults(loaded.diagnostics),
        },
        "skills": {
            "usable": [{"name": one.name, "path": str(one.file)} for one in skills.usable],
            "diagnostics": words.faults(skills.faults),
        },
        "models": [_entry(one) for one in reports],
    }


def _of_skills(skills: Skills) -> Iterator[str]:
    if skills.usable or skills.faults:
        yield f"Skills: {', '.join(one.name for one in skills.usable) or 'none can be used'}"
    yield from (f"  {one.severity}: {one}" for one in skills.faults)


def _entry(report: Report) -> dict[str, Any]:
    model, cause = report.model, report.cause
    cost = bill(report.used, model.price)
    return {
        "id": model.id,
        "model": model.name,
        "provider": model.wire,
        "baseUrl": model.base_url,
        "usable": report.usable,
        "cause": cause and _finding(cause),
        "checks": [_finding(one) for one in report.findings],
        "tokens": {"input": report.used.prompt, "output": report.used.output},
        "cost": float(cost.total) if cost else None,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "check": one.check,
        "verdict": one.verdict,
        "saw": one.saw,
        "means": one.means,
        "cure": one.cure,
        "kind": one.kind,
    }


async def _examine(
    exams: Sequence[tuple[Model, Sequence[Probe]]], memories: Memory
) -> list[Report]:
    """One after the other: they may share a machine, and a limit of requests."""
    try:
        return [await examine.examine(one, memories, chosen, _progress) for one, chosen in exams]
    finally:
        console.progress("")


def _probes(loaded: Settings, model: Model, memories: Memory, *, long: bool) -> tuple[Probe, ...]:
    if not long:
        return PROBES
    window = known_of(loaded, model, memories.claims(model)).window
    return (*PROBES, probes.whole_window(window.value)) if window else PROBES


def _agreed(exams: Sequence[tuple[Model, Sequence[Probe]]], *, yes: bool, aside: bool) -> bool:
    """Whether the person wants to pay for it. `yes`: they said so; `aside`: the output is a
    program's."""
    tell = console.note if aside or yes else console.say
    for model, chosen in exams:
        tell(told.of_price(model, chosen))
    if yes:
        return True
    if aside or not (sys.stdin.isatty() and sys.stdout.isatty()):
        tell("Only what is free is looked at; with --yes, the models are asked.\n")
        return False
    return console.ask("Go on? [y/N] ").strip().lower() in ("y", "yes")


def _progress(finding: Finding) -> None:
    """Where a person waits."""
    console.progress(f"looked at: {finding.check}")


def _code(loaded: Settings, reports: Sequence[Report], *, none: bool) -> int:
    """Of the worst that was found: settings or no model, then what keeps a model from working,
    then the rest."""
    if none or any(one.severity == "error" for one in loaded.diagnostics):
        return exits.SETTINGS
    causes = [report.cause for report in reports if report.cause]
    for cause in causes:
        if cause.grave:
            return exits.code(cause.kind)
    return exits.FAILED if causes else exits.DONE
