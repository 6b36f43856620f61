"""Commands that begin, leave, shorten or turn back conversations."""

from __future__ import annotations

import msgspec

from ownkey.commands import Choice, Command, Stage
from ownkey.commands.undo import take_back
from ownkey.core.errors import UsageError
from ownkey.core.message import User
from ownkey.options import Options
from ownkey.sessions import store
from ownkey.undo.deeds import since
from ownkey.words import shorten

REWINDS = (
    Choice("both", "The conversation and the files"),
    Choice("conversation", "The conversation alone", "files stay as they are"),
    Choice("files", "The files alone"),
)


async def _new(stage: Stage, rest: str) -> None:
    del rest
    await stage.open(_options(stage))


async def _resume(stage: Stage, rest: str) -> None:
    options = _options(stage)
    found = store.summaries(store.folder(options.environ), options.cwd)
    here = stage.conversation.session
    choices = [
        Choice(one.id, shorten(one.title, 52) or one.id, f"{one.used.astimezone():%Y-%m-%d %H:%M}")
        for one in found
        if one.id != here
    ]
    if not (rest or choices):
        raise UsageError("There is no other session of this folder.")
    if wanted := rest or await stage.choose("Session", choices):
        await stage.open(msgspec.structs.replace(options, resume=wanted, model=None))


async def _fork(stage: Stage, rest: str) -> None:
    del rest
    conversation = stage.conversation
    await stage.open(msgspec.structs.replace(_options(stage), fork=conversation.session))
    stage.tell("This is a copy; the session it was made of stays as it is.")


async def _rewind(stage: Stage, rest: str) -> None:
    conversation = stage.conversation
    prompts = {
        str(at): entry.text
        for at, entry in enumerate(conversation.agent.entries)
        if isinstance(entry, User)
    }
    if not prompts:
        raise UsageError("There is nothing to go back to.")
    choices = [Choice(at, shorten(text, 60)) for at, text in reversed(prompts.items())]
    at = list(prompts)[-1] if rest == "last" else await stage.choose("Back to before", choices)
    if at:
        await _rewind_to(stage, int(at), prompts[at])


async def _rewind_to(stage: Stage, at: int, prompt: str) -> None:
    """The conversation, the files, or both."""
    conversation = stage.conversation
    changed = since(await conversation.past.deeds(), conversation.before(at))
    what: str | None = "conversation"
    if any(one.count for one in changed):
        what = await stage.choose("Rewind", REWINDS)
    if what is None or (what in ("both", "files") and not await take_back(stage, changed)):
        return
    if what in ("both", "conversation"):
        conversation.rewind(at)
        stage.redraw()
        stage.write(prompt)


async def _rename(stage: Stage, rest: str) -> None:
    if not rest:
        raise UsageError("There is no title.", "/rename TITLE")
    stage.conversation.rename(rest)
    stage.tell(f"This session is called {rest}.")


async def _compress(stage: Stage, rest: str) -> None:
    await stage.conversation.agent.compress(rest)


def _options(stage: Stage) -> Options:
    """Those of this conversation, as it is now, for another."""
    conversation = stage.conversation
    return msgspec.structs.replace(
        conversation.options,
        model=conversation.model.id,
        effort=conversation.agent.effort,
        level=conversation.level,
        resume=None,
        fork=None,
    )


COMMANDS = (
    Command("new", "begin another conversation", _new, aliases=("clear",), idle=True),
    Command("resume", "go on with an earlier one", _resume, "[session]", ("sessions",), idle=True),
    Command("fork", "go on in a copy of this one", _fork, idle=True),
    Command(
        "rewind",
        "go back to an earlier prompt, and edit it",
        _rewind,
        idle=True,
        aliases=("rewind-conversation",),
    ),
    Command("rename", "give this session a title", _rename, takes="TITLE"),
    Command("compress", "go on from a summary", _compress, "[focus]", ("compact",), idle=True),
)
