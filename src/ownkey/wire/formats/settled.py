"""What of a conversation is encoded for good: later requests begin with the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import msgspec

from ownkey.core.message import Assistant, Message
from ownkey.core.model import Model
from ownkey.wire.formats.parts import to_json

Json = dict[str, Any]

Items = Callable[[tuple[Message, ...], Model], Iterable[Json]]
"""Messages as a wire format has them. Cut before an answer, the parts give what the whole gives."""

OPEN = 2
"""Answers at the end from which on nothing is settled: the markers of a cache move there."""


class Settled:
    """A conversation that grows is encoded where it is new."""

    def __init__(self) -> None:
        self.items: list[msgspec.Raw] = []
        self._model: Model | None = None
        self._messages: tuple[Message, ...] = ()

    @property
    def count(self) -> int:
        """The first so many messages are `items`."""
        return len(self._messages)

    def grow(self, messages: tuple[Message, ...], model: Model, items: Items) -> None:
        """Begins anew with another model, or where the conversation is another or went back."""
        end = _settled(messages)
        goes_on = end >= self.count and messages[: self.count] == self._messages
        if model != self._model or not goes_on:
            self.items, self._model, self._messages = [], model, ()
        self.items += [
            msgspec.Raw(to_json(one)) for one in items(messages[self.count : end], model)
        ]
        self._messages = messages[:end]


NOTHING = Settled()


def _settled(messages: tuple[Message, ...]) -> int:
    """Where the last `OPEN` answers begin."""
    answers = (at for at in reversed(range(len(messages))) if isinstance(messages[at], Assistant))
    return next(islice(answers, OPEN - 1, None), 0)
