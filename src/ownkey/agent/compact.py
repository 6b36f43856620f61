"""Compaction: a long conversation goes on from a summary of itself.

Nothing is lost: a `Compaction` is one more entry of the conversation, and what models are
sent is a projection of the entries. Who summarises is the model itself, asked with the same
prefix as always, so that all of it is read from the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, cast

from msgspec.structs import replace

from ownkey.agent import meter
from ownkey.agent.prompt import OPENINGS, told
from ownkey.agent.reply import Replies
from ownkey.core.errors import Failure, TooLong
from ownkey.core.event import Compacted, Emit, Notice
from ownkey.core.message import (
    Assistant,
    Compaction,
    Entry,
    Message,
    Result,
    Text,
    Usage,
    User,
)
from ownkey.core.model import Model, Prompt
from ownkey.money.bill import bill
from ownkey.wire import history

INSTRUCTION = """\
<compaction>
This conversation gets too long, and goes on from a summary that you write now. Whoever goes \
on knows the system prompt, your summary and the last few messages, nothing else. Call no \
tool. Answer with the summary alone, in the user's language, under these headings; leave out \
what has nothing under it.

Goal: what the user wants, with every condition they set, in their words where it matters.
Decisions: what was decided and why; what was tried and did not work.
Files: the path of each file read or changed that still matters, and what is in it or was done.
Commands: what was run, and how it ended; the exact text of errors that still stand.
Open: what is not done, not checked or not clear.
Next: the one thing to do next.
</compaction>"""

SUMMARY = """\
<compacted>
The conversation up to here was too long to be kept. {quotes}This is its summary:

{summary}
</compacted>

Go on from there."""

QUOTED = 2_000
"""Characters of the user's words up to which they are quoted beside the summary."""

KEPT = 20_000
"""Tokens of the last messages that are kept whole, at most."""

SHARE = 5
"""The part of what is used that they may be, at most: a fifth."""

WORTH = 4
"""The part of what is used that must be replaced for compaction to be worth its cost, unless
it is asked for or there is no other way: a quarter. What is left is a prompt too long by
itself, and would be compacted at every step."""

TRIES = 2
"""How often a summary is asked for: again only if the conversation is too long even for that."""

LEFT_OUT = Text("[This result is left out here; it was too long to be read once more.]")

WindowOf = Callable[[Model], int | None]
"""Tokens of context that a model has, where the person does not say. None: unknown."""


def projected(entries: Sequence[Entry]) -> list[Message]:
    """What of a conversation is sent: all of it, or the last summary and what follows that."""
    if Compaction not in map(type, entries):
        return cast("list[Message]", list(entries))
    sent: list[Message] = []
    for entry in entries:
        if isinstance(entry, Compaction):
            kept = sent[max(len(sent) - entry.kept, 0) :]
            sent = [entry.summary, *map(_uncounted, kept)]
        else:
            sent.append(entry)
    return sent


def keepable(messages: Sequence[Message], room: int) -> int:
    """How many of the last messages are kept whole: as many as have `room`, no call without
    its results, and always what the user has just said."""
    kept = 0
    for start in reversed(range(len(messages))):
        if isinstance(messages[start], Result):
            continue
        if meter.estimate(messages[start:]) > room:
            break
        kept = len(messages) - start
    return max(kept, int(bool(messages) and isinstance(messages[-1], User)))


def summary(entries: Sequence[Entry], kept: int, words: str) -> User:
    """The message that stands for all but the last `kept` messages of what is sent."""
    sent = projected(entries)
    facts = [told(sent[: len(sent) - kept], opening) for opening in OPENINGS]
    quotes = "".join(_quotes(entries, sent[len(sent) - kept :]))
    text = Text(SUMMARY.format(quotes=quotes, summary=words.strip()))
    return User((*filter(None, facts), text))


def lighter(messages: Sequence[Message], excess: int) -> list[Message]:
    """The messages without the oldest results, as many as weigh `excess` tokens."""
    light: list[Message] = []
    for message in messages:
        kept = message
        if isinstance(message, Result) and excess > 0:
            kept = replace(message, content=(LEFT_OUT,))
            excess -= max(meter.estimate([message]) - meter.estimate([kept]), 0)
        light.append(kept)
    return light


def too_long(failure: Failure | None) -> bool:
    return failure is not None and failure.kind == TooLong.kind


def in_vain(message: Assistant) -> Assistant:
    """The failed message, saying that compaction was no help."""
    failure = message.error or Failure(TooLong.kind, "")
    what = f"{failure.what} Compacting it was not enough."
    return replace(message, error=replace(failure, what=what))


class Size(NamedTuple):
    """What is to be kept of a conversation, and how much is not."""

    kept: int
    """Messages."""
    replaced: int
    """Tokens that a summary would stand for, besides those of an earlier summary."""


class Compactor:
    """Makes conversations shorter, by the models they are held with."""

    def __init__(self, replies: Replies, emit: Emit, window_of: WindowOf) -> None:
        self._replies = replies
        self._emit = emit
        self._window_of = window_of

    def context(self, prompt: Prompt, model: Model) -> meter.Context:
        return meter.Context(meter.tokens(prompt, model), self._window(model))

    def due(self, entries: Sequence[Entry], prompt: Prompt, model: Model) -> bool:
        """Whether it is time, before this prompt is sent."""
        context = self.context(prompt, model)
        bound = meter.bound(model, context.window)
        if bound is None or context.used < bound:
            return False
        return _size(entries, context).replaced * WORTH >= context.used

    async def compact(
        self,
        entries: Sequence[Entry],
        prompt: Prompt,
        model: Model,
        *,
        focus: str = "",
        refused: bool = False,
    ) -> Compacted | None:
        """Ask `model` for a summary of the conversation that `prompt` is made of. `focus`: what
        the user wants kept above all. `refused`: the prompt was too long for the provider.
        None, with word of it, where there is nothing to replace or no summary came. Raises
        `OverBudget`."""
        context = self.context(prompt, model)
        size = _size(entries, context)
        if not size.replaced:
            self._emit(Notice("There is nothing to compact: no message but the last ones is left."))
            return None
        self._emit(Notice(_announcement(context, model, refused=refused)))
        said = await self._ask(entries, prompt, model, focus=focus, refused=refused)
        if said.error or said.stop == "refused" or not said.text.strip():
            self._emit(Notice(_failed(said.error, model)))
            return None
        made = Compaction(summary(entries, size.kept, said.text), size.kept)
        shorter = history.mend(projected([*entries, made]), model)
        after = meter.tokens(replace(prompt, messages=shorter), model)
        cost = bill(said.usage, model.price)
        return Compacted(made, context.used, after, cost.total if cost else None)

    async def _ask(
        self, entries: Sequence[Entry], prompt: Prompt, model: Model, *, focus: str, refused: bool
    ) -> Assistant:
        messages = projected(entries)
        wanted = User((Text(_instruction(focus)),))
        used = meter.tokens(prompt, model)
        light = lighter(messages, self._excess(used, model, 1)) if refused else messages
        for attempt in range(1, TRIES + 1):
            question = replace(prompt, messages=history.mend([*light, wanted], model))
            said = await self._replies.of(model, question, purpose="compaction", cut=_forget)
            if not too_long(said.error):
                break
            light = lighter(messages, self._excess(used, model, attempt + refused))
        return said

    def _excess(self, used: int, model: Model, attempt: int) -> int:
        """Tokens by which a refused prompt is too long, as far as can be told; each attempt
        takes half of what the last one had."""
        window = self._window_of(model) or model.window
        room = meter.room(model, window) if window else used // 2
        return max(used, window or 0) - (room >> (attempt - 1))

    def _window(self, model: Model) -> int | None:
        """What the person says goes before what was found out."""
        return model.window or self._window_of(model)


def _size(entries: Sequence[Entry], context: meter.Context) -> Size:
    sent = projected(entries)
    used = min(context.used, context.window or context.used)
    kept = keepable(sent, min(KEPT, used // SHARE))
    summed = any(isinstance(entry, Compaction) for entry in entries)
    return Size(kept, meter.estimate(sent[int(summed) : len(sent) - kept]))


def _quotes(entries: Sequence[Entry], kept: Sequence[Message]) -> Iterator[str]:
    """The user's own words, of their first message and of their last, where they are short."""
    told = [entry for entry in entries if isinstance(entry, User)]
    said = {"began": told[0].text, "said last": told[-1].text} if told else {}
    if any(isinstance(message, User) for message in kept) or len(told) == 1:
        said.pop("said last", None)
    for when, words in said.items():
        if 0 < len(words) <= QUOTED:
            quoted = "\n".join(f"> {line}" for line in words.splitlines())
            verb = "The user began with:" if when == "began" else "The user said last:"
            yield f"{verb}\n\n{quoted}\n\n"


def _uncounted(message: Message) -> Message:
    """The provider's count was of a prompt that is sent no more."""
    return replace(message, usage=Usage()) if isinstance(message, Assistant) else message


def _instruction(focus: str) -> str:
    above_all = f"\n\nThe user wants kept above all: {focus.strip()}" if focus.strip() else ""
    return INSTRUCTION + above_all


def _forget(cut: Assistant) -> None:
    """What there is of a summary when it is interrupted is of no use."""
    del cut


def _announcement(context: meter.Context, model: Model, *, refused: bool) -> str:
    what = f"is too long for {model.display_name}" if refused else "is made shorter"
    return f"The conversation {what}, at {context}: a summary of it is asked for."


def _failed(error: Failure | None, model: Model) -> str:
    why = error.what if error else f"{model.display_name} wrote no summary."
    return f"The conversation was not compacted and stays as it is. {why}"
