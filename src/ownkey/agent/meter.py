"""How many tokens of context a conversation takes: what the provider counted, and an
estimate of what came since."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ownkey.core.message import Assistant, Image, Message
from ownkey.core.model import Model, Prompt

BYTES = 4
"""Of text in a token: English and code have 3.5 to 4.5 in the tokenizers of today."""

IMAGE = 1_600
"""Tokens of a picture as large as providers take it (Anthropic's bound for one of 1.15
megapixels; others count less)."""


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
