"""A person's first model, and the next: added, taken over from another program, or rehearsed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from ownkey.app import load_settings
from ownkey.commands import Choice, Command, Stage, rehearsal
from ownkey.config import settings
from ownkey.core import person
from ownkey.core.errors import UsageError
from ownkey.options import Options
from ownkey.setup import taking
from ownkey.setup.imports.candidate import Candidate
from ownkey.setup.imports.readers import READERS, look
from ownkey.setup.taking import Offer

WELCOME = "Welcome to ownkey"

ABOUT = """\
A coding agent that runs on API keys of your own. No model is set up yet.
Looked for: keys of known providers in the environment, none; servers on this machine, none; \
models of {programs}, {found}."""

LATER = """\
No model is set up. /add adds one, /rehearsal shows it all without any. A key in the environment \
(ANTHROPIC_API_KEY, OPENROUTER_API_KEY, …) is enough when ownkey is started, and so is an entry of \
customModels in {file}, at any moment."""

SHOWN = 8
"""Models of other programs that are named before they are taken over."""


def is_first(options: Options) -> bool:
    """Whether there is nothing yet that could be mended: no settings say anything of models."""
    loaded = load_settings(options)
    return not (loaded.models or loaded.builtin or loaded.broken or loaded.diagnostics)


async def welcome(stage: Stage, options: Options) -> None:
    """Offer what a person without any model can do."""
    offers = await asyncio.to_thread(_elsewhere, options)
    found = f"{len(offers)} found" if offers else "none"
    about = ABOUT.format(programs=_named([one.program for one in READERS]), found=found)
    choices = [
        Choice("add", "Add a model", "a provider's name or any address, and its key"),
        Choice("import", f"Take over {len(offers)} of other programs", _names(offers)),
        Choice("rehearsal", "See the rehearsal", "a script plays the model, the rest is real"),
        Choice("later", "Not now"),
    ]
    if not offers:
        del choices[1]
    chosen = await stage.choose(WELCOME, choices, about)
    run = {"add": _add, "import": _import, "rehearsal": rehearsal.rehearse}.get(chosen or "")
    if run:
        await run(stage, "")
    elif not _is_open(stage):
        stage.tell(LATER.format(file=settings.home(options.environ) / "settings.json"))


async def _add(stage: Stage, rest: str) -> None:
    from ownkey.commands import adding
    from ownkey.commands.adding.talk import Spoken

    before = _model(stage)
    talk = Spoken(stage, asyncio.get_running_loop())
    ended = await asyncio.to_thread(adding.run, adding.Wish(start=rest, talk=talk))
    if ended == adding.ADDED and await stage.begin() and _model(stage) == before:
        stage.tell("/model switches to it.")


async def _import(stage: Stage, rest: str) -> None:
    del rest
    options = Options(cwd=Path.cwd())
    offers = await asyncio.to_thread(_elsewhere, options)
    if not offers:
        raise UsageError("No other program here has a model that is not in your settings.")
    lines = (
        f"  {one.display_name}: {one.candidate.model}, of {one.candidate.source}" for one in offers
    )
    leave = [Choice("yes", f"Take over {len(offers)}"), Choice("no", "No, none")]
    if await stage.choose("Models of other programs", leave, "\n".join(lines)) != "yes":
        return
    before = _model(stage)
    file = settings.home(options.environ) / "settings.json"
    taken = taking.take(file, offers, options.environ, with_keys=False, dry=False)
    stage.tell("\n".join((f"Added to {taken.file}: {', '.join(taken.names)}.", *taken.notes)))
    if await stage.begin() and _model(stage) == before:
        stage.tell("/model switches to one of them.")


def _is_open(stage: Stage) -> bool:
    return bool(_model(stage))


def _model(stage: Stage) -> str:
    """Which one answers; empty while none does."""
    try:
        return stage.conversation.model.id
    except UsageError:
        return ""


def _elsewhere(options: Options) -> tuple[Offer, ...]:
    """What other programs here have that the settings have not."""
    found = look(person.home(options.environ), options.environ)
    candidates = (one for one in found if isinstance(one, Candidate))
    offers = taking.offers(candidates, load_settings(options), options.environ)
    return tuple(one for one in offers if one.state == "new")


def _names(offers: Sequence[Offer]) -> str:
    names = ", ".join(one.display_name for one in offers[:SHOWN])
    return f"{names} …" if len(offers) > SHOWN else names


def _named(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


COMMANDS = (
    Command("add", "add a model", _add, takes="[provider or address]"),
    Command("import", "take over models of other programs", _import),
    *rehearsal.COMMANDS,
)
