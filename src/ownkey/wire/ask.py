"""A question, and how it is put: what was found out about the endpoint, applied to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from ownkey.core.message import Assistant, Image, Message, Result, Text, Thinking
from ownkey.core.model import Model, Prompt
from ownkey.wire import request
from ownkey.wire.formats.settled import Settled
from ownkey.wire.memory import Dialect
from ownkey.wire.optional import Quirk

LEFT_OUT = Text("[An image was here; it was too large to send again.]")


class Ask(msgspec.Struct, frozen=True):
    """A question, and how it is put to its endpoint."""

    model: Model
    prompt: Prompt
    url: str
    dialect: Dialect = Dialect()
    refused: tuple[Thinking, ...] = ()
    """Reasoning that is not to be sent: the endpoint holds its seal for broken."""
    unseen: frozenset[Image] = frozenset()
    """Images that are not to be sent again: with them, a request was too large."""
    answered: bool = False
    """Whether this address has answered before."""
    taken: bool = False
    """Whether it has taken the key of this model before."""
    tried: frozenset[str] = frozenset()
    """The quirks that were changed since the question was first put."""

    @property
    def asked(self) -> Model:
        """The model as it is asked: the person's own quirks stand above what was found."""
        quirks = {**self.dialect.quirks, **self.model.quirk_overrides}
        known = {name: quirks[name] for name in self.dialect.quirks}
        profile = replace(self.model.quirks, **known)
        return replace(self.model, quirks=profile)

    @property
    def said(self) -> Prompt:
        """The prompt as it is sent."""
        messages = _without(self.prompt.messages, self.refused)
        return replace(self.prompt, messages=_unillustrated(messages, self.unseen))

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def entry(self) -> str:
        return self.model.source or "the model's entry"

    @property
    def thoughts(self) -> tuple[Thinking, ...]:
        """The reasoning that is sent along."""
        messages = (one for one in self.said.messages if isinstance(one, Assistant))
        parts = (part for message in messages for part in message.content)
        return tuple(part for part in parts if isinstance(part, Thinking))

    @property
    def images(self) -> frozenset[Image]:
        """The images that are sent along, without those that are new."""
        messages = self.said.messages
        earlier = messages[: _news(messages)]
        shown = (one for one in earlier if not isinstance(one, Assistant))
        parts = (part for message in shown for part in message.content)
        return frozenset(part for part in parts if isinstance(part, Image))

    def request(self, settled: Settled | None = None) -> request.Request:
        """What is sent, `settled` as it is for `request.build`. Raises as that does."""
        left_out = self.dialect.without
        return request.build(self.asked, self.said, url=self.url, without=left_out, settled=settled)

    def body(self) -> dict[str, Any]:
        """What is sent of ours: without the person's `extraArgs`."""
        model = self.asked
        body = request.wire_of(model.wire).encode(model, self.said)
        return request.prune(body, self.dialect.without)

    def elsewhere(self, url: str) -> Ask:
        return replace(self, url=url)

    def with_quirk(self, quirk: Quirk) -> Ask:
        dialect = replace(self.dialect, quirks={**self.dialect.quirks, **quirk})
        return replace(self, dialect=dialect, tried=self.tried | quirk.keys())

    def without(self, places: tuple[str, ...]) -> Ask:
        dialect = replace(self.dialect, without=(*self.dialect.without, *places))
        return replace(self, dialect=dialect)

    def thoughtless(self) -> Ask:
        return replace(self, refused=(*self.refused, *self.thoughts))

    def imageless(self) -> Ask:
        return replace(self, unseen=self.unseen | self.images)


def _without(messages: tuple[Message, ...], refused: tuple[Thinking, ...]) -> tuple[Message, ...]:
    """The messages without these thoughts, and without those that were nothing else."""
    if not refused:
        return messages
    kept: list[Message] = []
    for message in messages:
        if isinstance(message, Assistant):
            content = tuple(part for part in message.content if part not in refused)
            if content:
                kept.append(replace(message, content=content))
        else:
            kept.append(message)
    return tuple(kept)


def _unillustrated(messages: tuple[Message, ...], unseen: frozenset[Image]) -> tuple[Message, ...]:
    """The messages without these images, save where they are shown just now."""
    if not unseen:
        return messages
    news = _news(messages)
    return (*(_blinded(one, unseen) for one in messages[:news]), *messages[news:])


def _blinded(message: Message, unseen: frozenset[Image]) -> Message:
    if isinstance(message, Assistant):
        return message
    content = tuple(
        LEFT_OUT if isinstance(part, Image) and part in unseen else part for part in message.content
    )
    return replace(message, content=content)


def _news(messages: tuple[Message, ...]) -> int:
    """Where the newest begins: the last message, or the results that come together."""
    start = len(messages) - 1
    while (
        start > 0
        and isinstance(messages[start], Result)
        and isinstance(messages[start - 1], Result)
    ):
        start -= 1
    return max(start, 0)
