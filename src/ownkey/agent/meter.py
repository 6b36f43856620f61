"""How many tokens of context a conversation takes: what the provider counted, and an
estimate of what came since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ownkey.core.message import Assistant, Image, Message
from ownkey.core.model import Model, Prompt

BYTES = 4
"""Of text in a token: English and code have 3.5 to 4.5 in the tokenizers of today."""

IMAGE = 1_600
"""Tokens of a picture as large as providers take it (Anthropic's bound for one of 1.15
megapixels; others count less)."""

OUTPUT = 32_000
"""Tokens that are kept free for an answer whose length has no limit of its own, or a quarter
of a window that is not much larger."""


class Context(NamedTuple):
    """How full a model's context is."""

    used: int
    window: int | None
    """Tokens there are. None: unknown."""

    def __str__(self) -> str:
        if self.window is None:
            return f"{self.used:,} tokens of a window of unknown size"
        return f"{self.used:,} of {self.window:,} tokens ({self.used / self.window:.0%})"


def bound(model: Model, window: int | None) -> int | None:
    """Tokens of prompt at which it is time to compact: where the person says, and before
    the window is so full that the answer does not fit. None: nobody knows."""
    bounds = (model.compact_at, window and room(model, window))
    return min((one for one in bounds if one), default=None)


def room(model: Model, window: int) -> int:
    """Tokens of prompt for which a window has room beside the answer. A twentieth of it is
    for what the estimate misses."""
    answer = model.max_output or min(OUTPUT, window // 4)
    return max(window - answer - window // 20, window // 4)


def tokens(prompt: Prompt, model: Model) -> int:
    """Tokens of a prompt that was not sent yet: counted as far as the last answer of this
    model reaches, estimated from there on."""
    for at in range(len(prompt.messages) - 1, -1, -1):
        message = prompt.messages[at]
        if isinstance(message, Assistant) and message.origin == model.origin:
            counted = message.usage.prompt + message.usage.output
            if message.usage.prompt:
                return counted + estimate(prompt.messages[at + 1 :])
    around = msgspec.json.encode((prompt.system, prompt.tools))
    return len(around) // BYTES + estimate(prompt.messages)


def estimate(messages: Sequence[Message]) -> int:
    """Tokens of messages, by their bytes."""
    return sum(_estimate(message) for message in messages)


def _estimate(message: Message) -> int:
    size = 0
    images = 0
    for part in message.content:
        if isinstance(part, Image):
            images += 1
        else:
            size += len(msgspec.json.encode(part))
    return size // BYTES + images * IMAGE
