"""A conversation with all that belongs to it: the only place that knows every floor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec

from ownkey import opening
from ownkey.agent import instructions, prompt
from ownkey.agent.calls import Caller
from ownkey.agent.loop import MAX_STEPS, Agent
from ownkey.app import (
    choose_model,
    choose_tools,
    confining,
    decide,
    find_skills,
    key_files,
    known_of,
    limits,
    load_settings,
    redacts,
    stands,
    told_of,
    tools_for,
    unseen,
    vain_rules,
    watching,
    with_local,
)
from ownkey.config.settings import Settings
from ownkey.core import telltale
from ownkey.core.call import Call
from ownkey.core.errors import SessionError, SettingsError
from ownkey.core.event import Ask, Called, Emit, Event, Notice, TurnEnded
from ownkey.core.figure import Pace
from ownkey.core.message import Chunk, Image, Text, User
from ownkey.core.model import Effort, Model, Prompt
from ownkey.core.secret import Secret
from ownkey.core.veil import Veil
from ownkey.money.budget import Budget
from ownkey.money.figures import Figures
from ownkey.money.ledger import add_up
from ownkey.options import Options
from ownkey.sessions.recorder import Recorder
from ownkey.sessions.records import Titled
from ownkey.sessions.session import read
from ownkey.sizing import Sizing
from ownkey.skills.found import Skills
from ownkey.skills.news import News
from ownkey.tools import Context, Output, Tool
from ownkey.tools.shell import LONGEST, shell
from ownkey.trust import environment, telling
from ownkey.trust.autonomy import ASKED, MEANING, Level
from ownkey.trust.folder import Decision
from ownkey.undo.past import Past
from ownkey.wire import history, memory, pieces
from ownkey.wire.formats import effort
from ownkey.wire.memory import Memory


@asynccontextmanager
async def converse(options: Options, listen: Emit, ask: Ask) -> AsyncIterator[Conversation]:
    """Open a conversation: new, resumed or forked. Raises `OwnkeyError`."""
    conversation = await opened(options, listen, ask)
    try:
        yield conversation
    finally:
        await conversation.aclose()


async def opened(options: Options, listen: Emit, ask: Ask) -> Conversation:
    """The conversation; where the settings have no model for it, servers on this machine may.
    Raises `OwnkeyError`."""
    try:
        return Conversation(options, listen, ask)
    except SettingsError:
        near = await with_local(options)
        if not near.local:
            raise
    return Conversation(near, listen, ask)


class Conversation:
    """What a face talks to."""

    def __init__(self, options: Options, listen: Emit, ask: Ask) -> None:
        self.options = options
        self.tools: tuple[Tool, ...] = choose_tools(options)
        self.standing = stands(options)
        """To the folder that it works in."""
        self.settings = load_settings(options, self.standing)
        self._instructions = instructions.read(self.settings.home, self.standing)
        self._memory = Memory(memory.place(options.environ))
        model = self.choose(options.model)
        self._journal, self._past = opening.journal(options, model)
        model, gone = self._before(model)
        self._news, skills = News(options.environ), self.skills
        self.tools = tools_for(options, skills, self._past.messages)
        self._record = Recorder(self._journal, listen)
        self._listen = listen
        self._ask = ask
        self._keeper = watching(
            options, lambda: self.settings, self.session, self._record.keep, self._tell
        )
        self.sandbox = confining(options, lambda: self.settings, (self._journal.spool,))
        self.past = Past(self._journal, self._keeper)
        """What its turns did to files, to be taken back."""
        if options.resume or options.fork:
            self.past.remember()
        self.calls: list[Call] = list(self._past.calls)
        """Every model call of the session, its earlier runs included."""
        self._client = opening.client(options, self.settings, self._memory, self._tell)
        self._sizing = Sizing(self._client, options, self._tell)
        asked = options.effort or self.settings.default_effort or model.effort
        self.agent = self._agent(model, asked)
        self.stray = False
        """Whether the model in use is no longer one of the settings: another is to be chosen
        when the turn is over."""
        asking = options.interactive and self.standing.asks
        out = "" if asking else telling.left_out(self.standing, asked=options.interactive)
        first = (*opening.first_words(self.settings, self._past), gone, *vain_rules(self.settings))
        said = (out, *self._instructions.warnings, *first, *self._news.of(skills.faults))
        for words in filter(None, said):
            self._tell(words)
        self._use(model, asked)

    def _before(self, model: Model) -> tuple[Model, str]:
        """The model that the session was held with, where a person goes on with it and names no
        other; and word of it where it is gone."""
        last = self._past.model
        if not self.options.interactive or self.options.model or last in ("", model.id):
            return model, ""
        try:
            return self.choose(last), ""
        except SettingsError:
            return model, f"{last}, which this session was held with, cannot be used: /model."

    @property
    def skills(self) -> Skills:
        """Those that there are now."""
        return find_skills(self.options, self.settings, self.standing)

    @property
    def session(self) -> str:
        return self._journal.id

    @property
    def model(self) -> Model:
        return self.agent.model

    @property
    def level(self) -> Level:
        return self._caller.level

    @level.setter
    def level(self, level: Level) -> None:
        self._caller.level = level

    @property
    def lent(self) -> dict[str, str]:
        """The environment of commands, without any key."""
        return environment.lend(self.options.environ, opening.secrets(self.settings))

    @property
    def veil(self) -> Veil:
        """What keeps keys out of all that is said, shown and written down here."""
        return opening.veil(self.settings)

    def concealed(self, text: str) -> str:
        """As a model is shown it: without the keys, and what else looks like a secret."""
        text = self.veil(text)
        return telltale.hide(text).text if redacts(self.settings) else text

    async def say(self, text: str, images: Sequence[Image] = ()) -> TurnEnded:
        """One turn. The surroundings are told first, and again when they changed."""
        if (said := self.veil(text)) != text:
            self._tell("A key of your settings stood in that prompt. It was not sent.")
            text = said
        today = datetime.now().astimezone().date()
        meaning = (ASKED if self.options.interactive else MEANING)[self.level]
        branch = prompt.branch(self.options.cwd)
        facts = prompt.surroundings(self.options.cwd, meaning, today, branch)
        due = prompt.due(self.agent.messages, facts, self._instructions.text, self._skilled())
        await self._keeper.recover()
        undone = self.past.told()
        beside = (Text(undone),) if undone else ()
        content: tuple[Text | Image, ...] = (*due, *beside, *images, Text(text))
        async with self._sizing.beside(self.model):
            return await self.agent.turn(User(content))

    async def run(self, command: str, progress: Callable[[str], None]) -> Output:
        """A command of the person's own: in their whole environment, with no permission
        asked. Raises `ToolError` where it cannot begin."""
        context = Context(
            self.options.cwd, environment=self.options.environ, spool=self._journal.spool
        )
        context.progress = progress
        given = {"command": command, "timeout": LONGEST}
        return await shell(context, msgspec.json.encode(given).decode())

    def choose(self, name: str | None) -> Model:
        """A model of the settings. Raises `SettingsError`."""
        model = choose_model(self.settings, name, self._memory.claims)
        # Nobody is asked for a key that a recording does not need.
        away = self.options.replay and model.key.keeper
        return msgspec.structs.replace(model, key=Secret("")) if away else model

    def figures(self, model: Model) -> Figures:
        """What is known of a model, its endpoint's own word included."""
        return known_of(self.settings, model, self._memory.claims(model))

    def switch(self, name: str, level: Effort | None = None) -> None:
        """Go on with another model, and tell what that costs and leaves behind. Raises
        `SettingsError`."""
        model = self.choose(name)
        old = self.model
        self._use(model, level or self.agent.effort)
        if model.origin != old.origin and (used := self.agent.context.used):
            self._tell(
                f"{model.display_name} has nothing of this conversation in its cache: its next"
                f" prompt of about {used:,} tokens is paid in full."
            )

    def offer(self, local: tuple[Model, ...]) -> None:
        """Take in what servers on this machine were found to have."""
        self.options = msgspec.structs.replace(self.options, local=local)
        self.settings = load_settings(self.options)

    def reload(self) -> None:
        """Take in the settings as they are now, and tell what became of that."""
        if self.options.settings and not self.options.settings.is_file():
            return  # a shell's pipe says what it has once; to open it again may never end
        standing = stands(self.options)
        fresh = load_settings(self.options, standing)
        if faults := [one for one in fresh.looked if one.gave.startswith(("broken", "unread"))]:
            where = "; ".join(f"{one.path} is {one.gave}" for one in faults)
            self._tell(f"{where}. What held before holds on until that is mended.")
            return
        if standing.changed and self.standing.trusted:
            self._tell(telling.left_out(standing, asked=self.options.interactive))
        self.standing = standing
        self._take_in(fresh)

    def decide(self, decision: Decision) -> None:
        """Let the folder's own files count, or not, from now on. Raises `Moved` where they are
        not what was shown any more, and `UsageError`."""
        self.standing = decide(self.options, self.standing, decision)
        self._instructions = instructions.read(self.settings.home, self.standing)
        for words in self._instructions.warnings:
            self._tell(words)
        self._take_in(load_settings(self.options, self.standing))
        if not self.agent.messages and not self.options.model:
            self._use(self.choose(None), self.agent.effort)

    def _skilled(self) -> str:
        """What the model is told of them. What there is at first decides on a tool for them."""
        found = self.skills
        for words in self._news.of(found.faults):
            self._tell(words)
        if not self.agent.entries:
            self.tools = tools_for(self.options, found, ())
            self._caller.offer(self.tools)
        return self.veil(told_of(self.options, found, self.tools))

    def _take_in(self, fresh: Settings) -> None:
        self.settings = fresh
        self._caller.rules = fresh.rules
        try:
            model = self.choose(self.model.id)
        except SettingsError as error:
            name = self.model.display_name
            self.stray = True
            self._tell(f"{error.what} This conversation goes on with {name} as it was: /model.")
            return
        if _settled(model) != _settled(self.model):
            self._use(model, self.agent.effort)
            self._tell(f"The settings of {model.display_name} have changed and hold from now on.")
        else:
            self.agent.model = model  # whose entry may stand on another line now

    def rewind(self, entry: int) -> None:
        """Go back to before the message at this place of the conversation. What came after
        stays in the session's file, on a branch of its own. Raises `SessionError`."""
        self._journal.follow(self.before(entry))
        del self.agent.entries[entry:]

    def before(self, entry: int) -> str:
        """The record that the message at this place follows. Raises `SessionError`."""
        found = read(self._journal.path)
        if entry >= len(found.followed):
            raise SessionError("There is nothing to go back to.")
        return found.followed[entry]

    def rename(self, title: str) -> None:
        """Raises `SessionError`."""
        self._journal.append(Titled(title))

    @property
    def memory(self) -> Memory:
        """What was learned of endpoints, in this session and before."""
        return self._memory

    def pace(self, model: Model) -> Pace | None:
        """How quick the model was when last seen: in this conversation, else in another."""
        made = add_up(one for one in self.calls if one.origin == model.origin)
        if made.first is None or made.speed is None:
            return self._memory.recall(model).pace
        return Pace(first=made.first, rate=made.speed, day=datetime.now(UTC).date().isoformat())

    async def aclose(self) -> None:
        if self.calls and (pace := self.pace(self.model)):
            self._memory.amend(self.model, pace=pace)
        self._journal.close()
        self._keeper.shelf.close()
        await self._client.aclose()
        await self.sandbox.aclose()

    def _agent(self, model: Model, asked: Effort | None) -> Agent:
        self._context = Context(
            self.options.cwd,
            environment=self.lent,
            spool=self._journal.spool,
            hidden=key_files(self.settings),
            unseen=lambda: unseen(self.options, self.settings),
            conceal=self.concealed,
            confinement=self.sandbox,
        )
        self._context.changing = self._keeper.touch
        self._context.skill = lambda name: self.skills.load(name)  # noqa: PLW0108  those of then
        self._caller = Caller(
            self.tools,
            self._context,
            level=self.options.level,
            rules=self.settings.rules,
            ask=self._ask,
            emit=self._emit,
            watch=self._keeper.watch,
            interactive=self.options.interactive,
            veil=lambda: self.veil,
            redacts=lambda: redacts(self.settings),
        )
        return Agent(
            model,
            system="\n".join(filter(None, (prompt.SYSTEM, self.options.append_system))),
            stream=self._stream,
            caller=self._caller,
            emit=self._emit,
            effort=asked,
            session=self.session,
            messages=self._past.messages,
            max_steps=self.options.max_steps or MAX_STEPS,
            budget=Budget(limits(self.options, self.settings, self._past.calls)),
            window_of=self._window_of,
        )

    @asynccontextmanager
    async def _stream(self, model: Model, prompt: Prompt) -> AsyncIterator[AsyncIterator[Chunk]]:
        """The client's, without keys. Commands are lent nothing that has its key in it from
        then on: it may have been fetched just now."""
        async with self._client.stream(model, prompt) as chunks:
            self._context.environment = self.lent
            self._context.hidden = key_files(self.settings)
            yield pieces.veiled(chunks, self.veil)

    def _use(self, model: Model, asked: Effort | None) -> None:
        fallbacks, unusable = opening.fallbacks(model, self.choose)
        self.stray = False
        travel = history.foreign(self.agent.messages, model)
        _, settled = effort.settle(model, asked)
        self.agent.model, self.agent.effort, self.agent.fallbacks = model, asked, tuple(fallbacks)
        for words in filter(None, (*unusable, *travel, settled)):
            self._tell(words)

    def _window_of(self, model: Model) -> int | None:
        """What the endpoint set when it refused a prompt goes before all that is said."""
        if set_by_endpoint := self._memory.recall(model).window:
            return set_by_endpoint
        figure = self.figures(model).window
        return figure.value if figure else None

    def _emit(self, event: Event) -> None:
        if isinstance(event, Called):
            self.calls.append(event.call)
        self._record(event)
        self._listen(event)

    def _tell(self, words: str) -> None:
        self._emit(Notice(words))


def _settled(model: Model) -> Model:
    """The model without the place of its entry, which moves as lines are added above it."""
    return msgspec.structs.replace(model, source="")
