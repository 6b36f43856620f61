"""Asking a model, as far as its request: the body that a conversation becomes."""

from __future__ import annotations

import json
from typing import Any

from ownkey.core.message import Assistant, Message, Part
from ownkey.core.model import Effort, Model, Prompt
from ownkey.wire import history
from ownkey.wire.request import build
from tests.wire.conversations import SESSION, TOOLS


def asked(
    target: Model, *messages: Message, effort: Effort | None = None, system: str = ""
) -> dict[str, Any]:
    prompt = Prompt(
        system=system,
        messages=history.mend(messages, target),
        tools=TOOLS,
        effort=effort,
        session=SESSION,
    )
    body: dict[str, Any] = json.loads(build(target, prompt).body)
    return body


def own(target: Model, *content: Part) -> Assistant:
    return Assistant(content=content, origin=target.origin, stop="tools")
