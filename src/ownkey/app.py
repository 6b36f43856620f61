"""What a conversation is opened with, and what follows from that: settings, model, tools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ownkey.agent import prompt
from ownkey.config import files, levels, models, revise, rules, settings
from ownkey.config.files import File
from ownkey.config.revise import Revision
from ownkey.config.settings import Settings
from ownkey.config.writing import traces
from ownkey.core import origin, person
from ownkey.core.call import Call
from ownkey.core.errors import UsageError
from ownkey.core.figure import Claims
from ownkey.core.message import Entry
from ownkey.core.model import Model
from ownkey.keys.file import InFile
from ownkey.money import figures
from ownkey.money.bill import bill, exact
from ownkey.money.budget import Limit
from ownkey.money.figures import Figures
from ownkey.options import Options
from ownkey.sessions import spending, store
from ownkey.sessions.records import Changed
from ownkey.skills import found
from ownkey.skills.catalog import catalog
from ownkey.skills.found import Skills, own_folders
from ownkey.tools import Tool
from ownkey.tools.builtin import ALL
from ownkey.tools.confinement import Confinement
from ownkey.tools.files import identities
from ownkey.tools.skill import skill
from ownkey.trust import brought, folder
from ownkey.trust.autonomy import Level, allows, needed
from ownkey.trust.folder import Decision, Standing
from ownkey.undo.keeper import Keeper
from ownkey.undo.shelf import Shelf
from ownkey.wire import memory, quirks
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory
from ownkey.wire.published import nearby

if TYPE_CHECKING:
    from ownkey.sandbox.policy import Policy

DOCUMENTED_TOOLS = {
    "Create": "write",
    "Edit": "edit",
    "Execute": "shell",
    "Glob": "glob",
    "Grep": "grep",
    "LS": "ls",
    "Read": "read",
    "Skill": "skill",
    "TodoWrite": "todo",
}
"""Tool names that Factory's documents use, accepted wherever ours are."""


def stands(options: Options) -> Standing:
    """How the person stands to the folder, as it is now."""
    environ = options.environ
    home, own = settings.home(environ), own_folders(environ)
    return folder.look(store.folder(environ), options.cwd, home, own, anyway=options.trust)


def load_settings(options: Options, standing: Standing | None = None) -> Settings:
    """Every file that counts: of the folder's own those that the person trusts."""
    home, standing = settings.home(options.environ), standing or stands(options)

    def theirs(path: Path) -> File:
        if path in standing.contents:
            return files.understand(path, standing.contents[path], 0)
        known = any(item.path == path for item in standing.items)
        return File(path, "left out: the folder is not trusted" if known else files.ABSENT)

    loaded = settings.load(
        home,
        options.environ,
        project=brought.project(brought.lineage(options.cwd), home),
        runtime=options.settings,
        theirs=theirs,
    )
    known = {model.origin for model in (*loaded.models, *loaded.builtin)}
    local = (model for model in options.local if model.origin not in known)
    return msgspec.structs.replace(loaded, builtin=(*loaded.builtin, *local))


def decide(options: Options, shown: Standing, decision: Decision) -> Standing:
    """Remember what the person says of a folder. Raises `Moved` where its files are not what was
    shown any more, `UsageError` where it cannot be written."""
    environ = options.environ
    home, own = settings.home(environ), own_folders(environ)
    return folder.keep(store.folder(environ), shown, decision, home, own)


def vain_rules(loaded: Settings) -> Iterator[str]:
    """Words on rules about tools that there are not."""
    yield from rules.unknown_tools(loaded.rules, [tool.spec.name for tool in ALL])


async def with_local(options: Options) -> Options:
    """With the models that servers on this machine have now."""
    servers = await nearby.listening(options.environ)
    if not servers:
        return msgspec.structs.replace(options, local=())
    from ownkey.wire.transport import Transport  # 90 ms that only a server is worth

    transport = Transport()
    try:
        local = await nearby.found(transport, servers)
    finally:
        await transport.aclose()
    return msgspec.structs.replace(options, local=local)


def mine(loaded: Settings, options: Options) -> list[str]:
    """The ids of all models; those that servers on this machine have only where there is no
    other, and then one, as each of them would be loaded."""
    found = [one.id for one in (*loaded.models, *loaded.builtin) if one not in options.local]
    return found or [one.id for one in options.local[:1]]


def make_default(options: Options, wanted: str) -> Revision:
    """Write down which model answers where none is asked for. Raises `SettingsError`."""
    return revise.make_default(load_settings(options), options.environ, wanted)


Said = Callable[[Model], Claims | None]
"""What an endpoint is known to say of its model: `Memory.claims`."""


def choose_model(loaded: Settings, wanted: str | None, said: Said = lambda model: None) -> Model:
    """The model asked for, with its endpoint's quirks, its price, its limit of length, and
    whether it was seen to see images."""
    model = models.find(loaded, wanted)
    profile = quirks.resolve(model.wire, model.base_url, model.name, model.quirk_overrides)
    claims = said(model)
    return msgspec.structs.replace(
        model,
        quirks=profile,
        price=known_of(loaded, model, claims).price,
        compact_at=models.compact_at(loaded, model),
        images=_sees(model, claims),
    )


def _sees(model: Model, claims: Claims | None) -> bool:
    """What the entry says, else what the doctor saw, else what most do."""
    if model.images_told or claims is None or "images" not in claims.others:
        return model.images
    return bool(claims.images)


def known_of(loaded: Settings, model: Model, claims: Claims | None = None) -> Figures:
    """What is known of a model as its entry has it, and by whom."""
    return figures.known(model, claims, like=models.like(loaded, model))


async def claims_of(options: Options, model: Model, *, offline: bool = False) -> Claims | None:
    """What the endpoint says of its model, asked now, else as it was kept. It is asked as it
    was found to want to be."""
    known = Memory(memory.place(options.environ))
    if offline:
        return known.claims(model)
    wanted = known.recall(model).quirks | model.quirk_overrides
    profile = quirks.resolve(model.wire, model.base_url, model.name, wanted)
    model = msgspec.structs.replace(model, quirks=profile)
    client = Client(memory=known)
    try:
        found = await client.window(model) if origin.is_near(model.base_url) else None
        said = await client.claims(model)
    finally:
        await client.aclose()
    if found and found.tokens and not known.recall(model).claims:
        said = said or Claims(source=found.source)
        others = {**said.others, "window": found.source}
        return msgspec.structs.replace(said, window=found.tokens, others=others)
    return said


def limits(options: Options, loaded: Settings, past: Iterable[Call]) -> Iterator[Limit]:
    """What may be spent, and what is spent already."""
    past = tuple(past)
    bounds = loaded.values.get("ownkey", {}).get("budget", {})
    if amount := options.budget or bounds.get("session"):
        yield Limit("this session", exact(amount), _dollars(past))
    if options.max_tokens:
        used = sum(call.usage.prompt + call.usage.output for call in past)
        yield Limit("this session", Decimal(options.max_tokens), Decimal(used), tokens=True)
    root = store.folder(options.environ)
    if amount := bounds.get("day"):
        midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        today = (one.call for one in spending.spent(root, midnight))
        yield Limit("today", exact(amount), _dollars(today))
    if amount := bounds.get("project"):
        here = str(options.cwd)
        project = (one.call for one in spending.spent(root) if one.cwd == here)
        yield Limit("this project", exact(amount), _dollars(project))


def _dollars(calls: Iterable[Call]) -> Decimal:
    bills = (bill(call.usage, call.price) for call in calls)
    return sum((one.total for one in bills if one), Decimal(0))


def choose_tools(options: Options, *, skills: bool = False) -> tuple[Tool, ...]:
    """The built-in tools, as the three options narrow them. `skills`: whether there are any."""
    known = {tool.spec.name: tool for tool in ALL}
    only = options.only_tools
    wanted = set(known) if only is None else _names(only, known)
    wanted |= _names(options.add_tools, known)
    wanted -= _names(options.remove_tools, known)
    wanted -= set() if skills else {skill.spec.name}
    return tuple(known[name] for name in sorted(wanted))


def find_skills(options: Options, loaded: Settings, standing: Standing) -> Skills:
    """Those that there are now."""
    disabled = loaded.values.get("disabledSkills", ())
    return found.find(own_folders(options.environ), standing, disabled)


def tools_for(options: Options, skills: Skills, entries: Sequence[Entry]) -> tuple[Tool, ...]:
    """The tools of a conversation. It has one for skills if there are any when it begins, and
    else never gets it: what was sent stays as it was."""
    began = prompt.began_with(entries, prompt.SKILLS)
    return choose_tools(options, skills=began if entries else bool(skills.for_model))


def told_of(options: Options, skills: Skills, tools: Sequence[Tool]) -> str:
    """What the model is told of skills; nothing where the options leave out their tool."""
    if skill not in choose_tools(options, skills=True):
        return ""
    return catalog(skills.for_model, loads=skill in tools)


def key_files(loaded: Settings) -> tuple[Path, ...]:
    """The files that keys may stand in."""
    copies = (trace for file in loaded.files for trace in traces(file))
    keepers = (model.key.keeper for model in loaded.models)
    kept = (Path(one.path) for one in keepers if isinstance(one, InFile))
    return (*loaded.files, *copies, *kept)


def confining(
    options: Options, loaded: Callable[[], Settings], shown: tuple[Path, ...]
) -> Confinement:
    """The walls that commands run in: what the user's own settings say of them, and no
    sight of our own keys, sessions and settings. `shown`: what may be read all the same."""

    def plan(private: Path) -> Policy | None:
        from ownkey.sandbox import policy

        wished = policy.wishes(levels.mine(loaded().levels))
        if not wished.enabled:
            return None
        state = store.folder(options.environ)
        return policy.policy(
            options.cwd,
            options.environ,
            private,
            wished=wished,
            hidden=(*key_files(loaded()), state),
            shown=shown,
            read=own_folders(options.environ),
        )

    return Confinement(plan if options.sandbox else None)


def unseen(options: Options, loaded: Settings) -> tuple[Path, ...]:
    """What tools do not open, as commands do not see it."""
    from ownkey.sandbox import policy

    home = person.home(options.environ)
    return policy.unseen(options.cwd, home, policy.wishes(levels.mine(loaded.levels)))


def redacts(loaded: Settings) -> bool:
    """Whether what looks like a secret is taken out of what tools give back."""
    return bool(loaded.values.get("ownkey", {}).get("likelySecrets") != "send")


def watching(
    options: Options,
    loaded: Callable[[], Settings],
    session: str,
    note: Callable[[Changed], None],
    tell: Callable[[str], None],
) -> Keeper:
    """Who sees what the calls of a session change; no copy is made of a key, nor of the
    copies."""
    state = store.folder(options.environ)
    return Keeper(
        Shelf(state, options.cwd),
        options.cwd,
        session,
        hidden=lambda: frozenset(identities((*key_files(loaded()), state))),
        note=note,
        tell=tell,
    )


def permitted(tool: Tool, level: Level) -> bool:
    """Whether calls of this tool run unasked, as a rule."""
    return allows(level, needed(tool.effect))


def _names(given: Sequence[str], known: dict[str, Tool]) -> set[str]:
    names = {DOCUMENTED_TOOLS.get(name, name) for name in given}
    for name in sorted(names - set(known)):
        close = get_close_matches(name, [*known, *DOCUMENTED_TOOLS], n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(sorted(known))}."
        raise UsageError(f"There is no tool {name!r}.", hint)
    return names
