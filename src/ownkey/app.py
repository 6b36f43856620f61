"""The composition root: the only place that knows every floor."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

import msgspec

from ownkey.agent import prompt
from ownkey.agent.calls import Caller
from ownkey.agent.loop import MAX_STEPS, Agent
from ownkey.config import models, settings
from ownkey.config.settings import Settings
from ownkey.core import origin
from ownkey.core.call import Call
from ownkey.core.errors import SettingsError, UsageError
from ownkey.core.event import Ask, Emit, Event, Notice, TurnEnded
from ownkey.core.figure import Claims
from ownkey.core.message import Message, Origin, Text, User
from ownkey.core.model import Effort, Model
from ownkey.money import figures
from ownkey.money.bill import bill, exact
from ownkey.money.budget import Budget, Limit
from ownkey.money.figures import Figures
from ownkey.sessions import spending, store
from ownkey.sessions.journal import Journal
from ownkey.sessions.recorder import Recorder
from ownkey.tools import Context, Tool
from ownkey.tools.builtin import BUILTIN
from ownkey.trust import environment
from ownkey.trust.autonomy import MEANING, Level, allows, needed
from ownkey.wire import effort, history, memory, quirks, window
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory

DOCUMENTED_TOOLS = {
    "Create": "write",
    "Edit": "edit",
    "Execute": "shell",
    "Glob": "glob",
    "Grep": "grep",
    "LS": "ls",
    "Read": "read",
    "TodoWrite": "todo",
}
"""Tool names that Factory's documents use, accepted wherever ours are."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation is opened with."""

    cwd: Path
    environ: dict[str, str] = msgspec.field(default_factory=lambda: dict(os.environ))
    model: str | None = None
    effort: Effort | None = None
    level: Level = "read-only"
    settings: Path | None = None
    resume: str | None = None
    """A session id, a unique beginning of one, or `last`."""
    fork: str | None = None
    only_tools: tuple[str, ...] | None = None
    """None offers all."""
    add_tools: tuple[str, ...] = ()
    remove_tools: tuple[str, ...] = ()
    append_system: str = ""
    max_steps: int = MAX_STEPS
    budget: float | None = None
    """US dollars that this session may cost."""
    max_tokens: int | None = None
    """Tokens of all kinds that this session may use."""
    record: Path | None = None
    """Where to write the exchanges with the provider, without keys."""
    replay: Path | None = None
    """Where to read them from, instead of asking."""


class Conversation:
    """An agent with its surroundings: what a face talks to."""

    def __init__(
        self,
        agent: Agent,
        options: Options,
        session: str,
        tools: Sequence[Tool],
        size: Callable[[Model], AbstractAsyncContextManager[None]],
    ) -> None:
        self.agent = agent
        self.session = session
        self.tools = tools
        self._options = options
        self._size = size

    @property
    def model(self) -> Model:
        return self.agent.model

    async def say(self, text: str) -> TurnEnded:
        """One turn. The surroundings are told first, and again when they changed."""
        today = datetime.now().astimezone().date()
        facts = prompt.surroundings(self._options.cwd, MEANING[self._options.level], today)
        told = _told(facts, self.agent.messages)
        content = (Text(text),) if told else (Text(facts), Text(text))
        async with self._size(self.model):
            return await self.agent.turn(User(content))


@asynccontextmanager
async def converse(options: Options, listen: Emit, ask: Ask) -> AsyncIterator[Conversation]:
    """Open a conversation: new, resumed or forked. Raises `OwnkeyError`."""
    tools = choose_tools(options)
    loaded = load_settings(options)
    model = choose_model(loaded, options.model)
    journal, past = _journal(options, model)
    record = Recorder(journal, listen)

    def emit(event: Event) -> None:
        record(event)
        listen(event)

    fallbacks, unusable = _fallbacks(loaded, model)
    travel = history.foreign(past.messages, model)
    asked = options.effort or loaded.default_effort or model.effort
    _, settled = effort.settle(model, asked)
    for words in filter(None, (*_broken(loaded), *unusable, *past.damage, *travel, settled)):
        emit(Notice(words))
    context = Context(
        options.cwd,
        environment=environment.lend(options.environ, _secrets(loaded)),
        spool=journal.spool,
        hidden=loaded.files,
    )
    client = _client(options, loaded, lambda words: emit(Notice(words)))
    agent = Agent(
        model,
        system="\n".join(filter(None, (prompt.SYSTEM, options.append_system))),
        stream=client.stream,
        caller=Caller(tools, context, level=options.level, ask=ask, emit=emit),
        emit=emit,
        effort=asked,
        session=journal.id,
        messages=past.messages,
        fallbacks=fallbacks,
        max_steps=options.max_steps,
        budget=Budget(limits(options, loaded, past.calls)),
    )
    try:
        yield Conversation(agent, options, journal.id, tools, _sizing(client, options, emit))
    finally:
        journal.close()
        await client.aclose()


def _sizing(
    client: Client, options: Options, emit: Emit
) -> Callable[[Model], AbstractAsyncContextManager[None]]:
    """Beside a turn, ask a server nearby how much it reads at a time, and tell if that is
    too little. Once for each model; a recording holds the conversation alone."""
    known: set[Origin] = set()

    async def look(model: Model) -> bool:
        """Whether it is worth looking once more, when the model is loaded."""
        found = await client.window(model)
        if words := found and window.warning(found, model):
            emit(Notice(words))
        return found is not None and found.tokens == 0

    @asynccontextmanager
    async def size(model: Model) -> AsyncIterator[None]:
        taped = options.record or options.replay
        if model.origin in known or model.window or taped or not _is_near(model):
            yield
            return
        looking = asyncio.create_task(look(model))
        try:
            yield
            if await looking:
                await look(model)
        finally:
            looking.cancel()
            known.add(model.origin)

    return size


def _client(options: Options, loaded: Settings, tell: Callable[[str], None]) -> Client:
    if options.replay:
        from ownkey.wire.tape import Replay

        return Client(tell=tell, transport=Replay(options.replay, tell))
    known = Memory(memory.place(options.environ))
    if options.record:
        from ownkey.wire.tape import Recording
        from ownkey.wire.transport import Transport

        recording = Recording(Transport(), options.record, _secrets(loaded))
        return Client(tell=tell, memory=known, transport=recording)
    return Client(tell=tell, memory=known)


def load_settings(options: Options) -> Settings:
    home = settings.home(options.environ)
    return settings.load(home, options.environ, project=options.cwd, runtime=options.settings)


def choose_model(loaded: Settings, wanted: str | None) -> Model:
    """The model asked for, with its endpoint's quirks and its price filled in."""
    model = models.find(loaded, wanted)
    profile = quirks.resolve(model.wire, model.base_url, model.name, model.quirk_overrides)
    price = known_of(loaded, model).price
    return msgspec.structs.replace(model, quirks=profile, price=price)


def known_of(loaded: Settings, model: Model, claims: Claims | None = None) -> Figures:
    """What is known of a model as its entry has it, and by whom."""
    return figures.known(model, claims, like=models.like(loaded, model))


async def claims_of(model: Model) -> Claims | None:
    """What a server nearby says of its model. Others are not asked: that takes a key along."""
    if not _is_near(model):
        return None
    client = Client()
    try:
        found = await client.window(model)
    finally:
        await client.aclose()
    return Claims(source=found.source, window=found.tokens) if found and found.tokens else None


def _is_near(model: Model) -> bool:
    return origin.is_loopback(model.base_url) or origin.is_private(model.base_url)


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


def _fallbacks(loaded: Settings, model: Model) -> tuple[list[Model], list[str]]:
    """The models that may stand in for this one, and word of those that may not."""
    usable: list[Model] = []
    words: list[str] = []
    for name in model.fallback:
        try:
            other = choose_model(loaded, name)
        except SettingsError as error:
            words.append(f"The fallback {name} cannot be used. {error.what} {error.hint}")
            continue
        if _quota(other) == _quota(model):
            words.append(f"The fallback {name} is left out: it has the same host and key.")
        else:
            usable.append(other)
    return usable, words


def _quota(model: Model) -> tuple[str, str]:
    """What a provider counts requests by."""
    return model.origin.host, model.key.reveal()


def choose_tools(options: Options) -> tuple[Tool, ...]:
    """The built-in tools, as the three options narrow them."""
    known = {tool.spec.name: tool for tool in BUILTIN}
    only = options.only_tools
    wanted = set(known) if only is None else _names(only, known)
    wanted |= _names(options.add_tools, known)
    wanted -= _names(options.remove_tools, known)
    return tuple(known[name] for name in sorted(wanted))


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


class _Past(msgspec.Struct, frozen=True):
    """What a session brings along when it is gone on with."""

    messages: tuple[Message, ...] = ()
    calls: tuple[Call, ...] = ()
    """Those that were made and billed, also by what was rewound over since."""
    damage: tuple[str, ...] = ()


def _journal(options: Options, model: Model) -> tuple[Journal, _Past]:
    root = store.folder(options.environ)
    if options.fork:
        path = store.fork(store.find(root, options.fork, options.cwd), root)
    elif options.resume:
        path = store.find(root, options.resume, options.cwd)
    else:
        return Journal.create(root, options.cwd, model.id), _Past()
    journal = Journal.open(path)
    found = store.read(path)
    unsure = tuple(
        f"The session was cut off: {call.name} may or may not have run."
        for call in found.unfinished
    )
    return journal, _Past(found.messages, found.calls, (*found.skipped, *unsure))


def _broken(loaded: Settings) -> tuple[str, ...]:
    """Word of what is wrong in the settings and yet did not keep the model from being used."""
    count = sum(one.severity == "error" for one in loaded.diagnostics)
    return (f"The settings have {count} error(s); `ownkey models` shows them.",) if count else ()


def _secrets(loaded: Settings) -> list[str]:
    return [
        secret.reveal()
        for model in loaded.models
        for secret in (model.key, *model.headers.values())
        if secret
    ]


def _told(facts: str, messages: Sequence[Message]) -> bool:
    for message in reversed(messages):
        if isinstance(message, User) and isinstance(message.content[0], Text):
            text = message.content[0].text
            if text.startswith("<environment>"):
                return text == facts
    return False
