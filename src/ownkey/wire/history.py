"""What of a history may be sent to a model: a projection that makes any history a valid one.

Cancelling, crashing, forking and switching models all leave histories that providers
refuse, some for good: a call without its result, a signature of another model. `mend`
repairs them on the way out, so nobody has to keep them valid on the way in.

What was sent once is never rewritten: the mended form of a message depends only on what
came before the next message of the user or the model. So a provider's prompt cache holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from ownkey.core.message import (
    Assistant,
    Image,
    Message,
    Origin,
    Part,
    Result,
    Text,
    Thinking,
    ToolCall,
    User,
)
from ownkey.core.model import Model
from ownkey.wire.formats.ids import fitting

INTERRUPTED = Text("Interrupted: this call was not completed and gave no result.")
NO_IMAGE = Text("[An image was here; this model takes text only.]")
EMPTY = Text("(empty)")
"""Stands where providers demand words and there are none."""

UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: not UTF-8, or not text to some servers."""
NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_-]")
"""All three formats take tool names without these, of up to 64 characters."""

Sayable = TypeVar("Sayable", bound=Part)


def mend(messages: Sequence[Message], model: Model) -> tuple[Message, ...]:
    """The history as `model` may see it: every call answered once and right after its
    message, nothing of another model's inner state, ids and images as the model takes
    them. Raises LookupError where no id can match `quirks.tool_id`."""
    return Mending().mend(messages, model)


class Mending:
    """`mend` for a conversation that grows: only what is new is looked at each time."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._closed: tuple[Message, ...] = ()
        """The messages that were mended for good, what became of them, and their ids."""
        self._mended: list[Message] = []
        self._taken: set[str] = set()

    def mend(self, messages: Sequence[Message], model: Model) -> tuple[Message, ...]:
        """As the function. Begins anew with another model, or where the history is another."""
        if model != self._model or tuple(messages[: len(self._closed)]) != self._closed:
            self._closed, self._mended, self._taken = (), [], set()
        exchanges = list(_exchanges(messages[len(self._closed) :]))
        if not exchanges:  # gone back to where the closed ones end
            return tuple(self._mended)
        taken = set(self._taken)
        new = [one for exchange in exchanges[:-1] for one in exchange.mended(model, taken)]
        # More results of the last one may come: it is not closed yet.
        last = exchanges[-1].mended(model, set(taken))
        self._model, self._taken = model, taken
        self._closed = tuple(messages[: len(messages) - len(exchanges[-1].messages)])
        self._mended += new
        return (*self._mended, *last)


def foreign(messages: Sequence[Message], model: Model) -> tuple[str, ...]:
    """What of the history cannot travel to `model`, in words for the person."""
    minds = Counter(
        message.origin
        for message in messages
        if isinstance(message, Assistant) and _reasons(message) and message.origin != model.origin
    )
    images = sum(
        isinstance(part, Image)
        for message in messages
        if not isinstance(message, Assistant)
        for part in message.content
    )
    notes = [
        f"reasoning of {_count(number, 'message')} by {_by(origin, model)} stays behind"
        for origin, number in minds.items()
    ]
    if images and not model.images:
        notes.append(f"{_count(images, 'image')}: {model.name} takes text only")
    return tuple(notes)


class _Exchange(NamedTuple):
    """A message with the results that follow it at once. Later ones come too late: a request
    without them was sent."""

    head: User | Assistant
    results: list[Result]

    @property
    def messages(self) -> list[Message]:
        return [self.head, *self.results]

    def mended(self, model: Model, taken: set[str]) -> list[Message]:
        """With the calls under ids that are not `taken` yet, and are from here on."""
        if isinstance(self.head, User):
            return [User(_shown(self.head.content, model))]
        content: list[Part] = []
        answers: list[Message] = []
        results = list(self.results)
        for part in _sayable(self.head, model):
            if not isinstance(part, ToolCall):
                content.append(part)
                continue
            result = _withdraw(results, part.id)
            call = replace(
                part,
                id=fitting(part.id, model.quirks.tool_id, taken),
                name=NOT_IN_NAMES.sub("_", part.name)[:64] or "unnamed",
            )
            taken.add(call.id)
            content.append(call)
            answers.append(_answer(call, result, model))
        return [replace(self.head, content=tuple(content)), *answers] if content else []


def _exchanges(messages: Sequence[Message]) -> Iterator[_Exchange]:
    head: User | Assistant | None = None
    results: list[Result] = []
    for message in messages:
        if isinstance(message, Result):
            results.append(message)
            continue
        if head is not None:
            yield _Exchange(head, results)
        head, results = message, []
    if head is not None:
        yield _Exchange(head, results)


def _sayable(said: Assistant, model: Model) -> list[Part]:
    """The parts that may go back. A cut-off message keeps its words only: signatures and
    items without what follows them are refused."""
    cut = _is_cut(said)
    parts: Sequence[Part] = said.content
    if cut:
        parts = [part for part in parts if not isinstance(part, ToolCall)]
    if cut or said.origin != model.origin:
        parts = [replace(part, opaque=None) for part in parts if not isinstance(part, Thinking)]
    kept = [_clean(part) for part in parts if not _is_blank(part)]
    while kept and isinstance(kept[-1], Thinking):
        kept.pop()  # reasoning must lead to something, in Messages and in Responses
    return kept


def _withdraw(results: list[Result], call: str) -> Result | None:
    """The first result of the call, taken off the list: servers repeat ids."""
    found = next((result for result in results if result.call == call), None)
    if found is not None:
        results.remove(found)
    return found


def _answer(call: ToolCall, result: Result | None, model: Model) -> Result:
    if result is None:
        return Result(call.id, call.name, (INTERRUPTED,), failed=True)
    return replace(result, call=call.id, name=call.name, content=_shown(result.content, model))


def _shown(parts: Sequence[Text | Image], model: Model) -> tuple[Text | Image, ...]:
    """What the model sees of a user's message or a tool's result."""
    shown = tuple(_seen(part, model) for part in parts if not _is_blank(part))
    return shown or (EMPTY,)


def _seen(part: Text | Image, model: Model) -> Text | Image:
    if isinstance(part, Text):
        return _clean(part)
    return part if model.images else NO_IMAGE


def _clean(part: Sayable) -> Sayable:
    if isinstance(part, ToolCall):
        return replace(part, arguments=UNSENDABLE.sub("\ufffd", part.arguments))
    return replace(part, text=UNSENDABLE.sub("\ufffd", part.text))


def _is_blank(part: Part | Image) -> bool:
    return isinstance(part, Text) and not part.text.strip() and part.opaque is None


def _is_cut(said: Assistant) -> bool:
    return said.stop in ("aborted", "failed")


def _reasons(said: Assistant) -> bool:
    return not _is_cut(said) and any(isinstance(part, Thinking) for part in said.content)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _by(origin: Origin, model: Model) -> str:
    return origin.model if origin.model != model.name else f"{origin.model} at {origin.host}"
