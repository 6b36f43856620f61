"""Commands that show something of the conversation, or take it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ownkey import statement
from ownkey.commands import Command, Stage
from ownkey.conversation import Conversation
from ownkey.core.errors import UsageError
from ownkey.core.message import Assistant, Compaction, Entry, Result, User
from ownkey.trust import telling
from ownkey.words import of_call, of_result, of_settings, to_json

REVIEW = """\
Review the changes in this repository that are not committed yet{focus}. Read the diff and as \
much around it as you need. Report bugs, risks and what is missing, the worst first, each \
with file and line and why; leave out matters of taste. Change nothing."""


QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""What keeps git from running most of what a repository names, where there is no sandbox."""


async def _cost(stage: Stage, rest: str) -> None:
    del rest
    stage.tell("\n".join(statement.of_calls(stage.conversation.calls, bars=True)))


async def _context(stage: Stage, rest: str) -> None:
    del rest
    stage.tell("\n".join(_of_context(stage.conversation)))


async def _status(stage: Stage, rest: str) -> None:
    del rest
    conversation = stage.conversation
    model = conversation.model
    await conversation.sandbox.stands()
    facts = {
        "model": f"{model.display_name} ({model.name} at {model.base_url}, {model.wire})",
        "effort": conversation.agent.effort or "the model's own",
        "permission": conversation.level,
        "sandbox": str(conversation.sandbox),
        "folder": f"{conversation.options.cwd} ({telling.standing_of(conversation.standing)})",
        "session": conversation.session,
        "context": str(conversation.agent.context),
        "settings": ", ".join(map(str, conversation.settings.files)) or "none",
    }
    faults = [str(one) for one in conversation.settings.diagnostics]
    stage.tell("\n".join([*(f"{name:11} {fact}" for name, fact in facts.items()), *faults]))


async def _settings(stage: Stage, rest: str) -> None:
    del rest
    settings = stage.conversation.settings
    plain = {name: one for name, one in settings.values.items() if isinstance(one, PLAIN)}
    lines = [f"  {name}: {to_json(value)}" for name, value in sorted(plain.items())]
    await stage.conversation.sandbox.stands()
    walls = f"  sandbox: {stage.conversation.sandbox}"
    stage.tell("\n".join([*of_settings(settings), *lines, walls, SAVED]))


PLAIN = (str, int, float, bool)
"""What is shown of settings; in lists and tables there may be secrets."""

SAVED = "Edit the files as you like: what is saved holds within a second."


COPIED = "The last answer is copied."


async def _copy(stage: Stage, rest: str) -> None:
    entries = stage.conversation.agent.entries
    answers = [one.text.strip() for one in entries if isinstance(one, Assistant) and one.text]
    if not answers:
        raise UsageError("There is no answer to copy yet.")
    if rest and not (rest.isdecimal() and 0 < int(rest) <= len(answers)):
        what = f"There are {len(answers)} answers." if len(answers) > 1 else "There is one answer."
        raise UsageError(what, "/copy 2 copies the last but one.")
    stage.copy(answers[-int(rest or 1)])
    stage.tell(
        "The last answer is copied." if rest in ("", "1") else f"Copied: {rest} from the end."
    )


async def _diff(stage: Stage, rest: str) -> None:
    """By git, which does what the repository's settings say: so in the sandbox, where it stands."""
    conversation = stage.conversation
    cwd = conversation.options.cwd
    options = ("--no-ext-diff", "--no-color", "--no-textconv")
    argv = ("git", *QUIET, "diff", *options, *(rest.split() or ("HEAD",)))
    try:
        code, out = await conversation.sandbox.answer(argv, cwd, conversation.lent)
    except OSError as error:
        raise UsageError(f"git cannot be run: {error}.") from error
    said = conversation.veil(out.decode(errors="replace"))
    if code:
        raise UsageError(said.strip() or "git diff failed.")
    stage.tell(said or "Nothing has changed since the last commit.", "diff")


async def _export(stage: Stage, rest: str) -> None:
    conversation = stage.conversation
    name = rest or f"{conversation.session}.md"
    text = conversation.veil("\n".join(_transcript(conversation)))
    target = _write(conversation.options.cwd, name, text)
    stage.tell(f"The conversation is in {target}.")


async def _btw(stage: Stage, rest: str) -> None:
    if not rest:
        raise UsageError("There is no question.", "/btw QUESTION")
    said = await stage.conversation.agent.aside(rest)
    if said.error:
        raise UsageError(said.error.what, said.error.hint)
    stage.tell(said.text.strip() or "There was no answer.")


async def _review(stage: Stage, rest: str) -> None:
    await stage.say(REVIEW.format(focus=f", above all {rest}" if rest else ""))


def _write(cwd: Path, name: str, text: str) -> Path:
    target = cwd / Path(name).expanduser()
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{target} exists already.", "Name another file.") from None
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error}.") from error
    return target


def _of_context(conversation: Conversation) -> Iterator[str]:
    agent = conversation.agent
    yield f"Context: {agent.context}."
    if bound := agent.compacts_at:
        yield f"The conversation is made shorter at {bound:,} tokens; /compress does it now."
    yield f"{len(agent.entries)} messages, {len(conversation.tools)} tools."
    if conversation.calls:
        last = conversation.calls[-1].usage
        share = last.cache_read / last.prompt if last.prompt else 0
        yield f"The last prompt had {last.prompt:,} tokens, {share:.0%} of them from the cache."


def _transcript(conversation: Conversation) -> Iterator[str]:
    yield f"# {conversation.session}\n"
    for entry in conversation.agent.entries:
        yield from _of_entry(entry)


def _of_entry(entry: Entry) -> Iterator[str]:
    match entry:
        case User():
            yield f"## User\n\n{entry.text}\n"
        case Assistant():
            if entry.text.strip():
                yield f"## {entry.origin.model}\n\n{entry.text.strip()}\n"
            yield from (f"- `{of_call(call)}`" for call in entry.calls)
        case Result():
            if outcome := of_result(entry):
                yield f"  {outcome}"
            yield ""
        case Compaction():
            yield "---\n"


COMMANDS = (
    Command("cost", "what was spent, and what the cache saved", _cost),
    Command("context", "how full the context is", _context),
    Command("settings", "what they are, and where they stand", _settings),
    Command("status", "model, session, settings and their faults", _status),
    Command("diff", "what has changed since the last commit", _diff, takes="[git diff arguments]"),
    Command("review", "have the uncommitted changes reviewed", _review, takes="[focus]", idle=True),
    Command("btw", "ask something beside the task; nothing of it is kept", _btw, "QUESTION"),
    Command("copy", "copy the last answer, or one before it", _copy, takes="[number from the end]"),
    Command("export", "write the conversation into a file", _export, takes="[file]"),
)
