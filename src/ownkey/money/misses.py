"""Why a prompt that could have come from the cache was paid for again."""

from __future__ import annotations

import msgspec

from ownkey.core.call import Cause, Miss
from ownkey.core.message import Message, Origin, Usage
from ownkey.core.model import Model, Prompt

SLACK = 256
"""Tokens that may be missing without a reason: automatic caches match in steps of 128, and
the last of them is never whole (wire-facts 3.2)."""


class _Sent(msgspec.Struct, frozen=True):
    """A request that was answered, as far as a cache goes by it."""

    model: Model
    prompt: Prompt
    tokens: int
    """Of its whole prompt, as the provider counted them."""
    at: float
    """Seconds, when it was answered."""


class Watch:
    """Over the calls of one conversation, in their order."""

    def __init__(self) -> None:
        self._last: _Sent | None = None
        self._seen: set[Origin] = set()
        """Those that have reported a use of their cache: only these can miss."""

    def missed(self, model: Model, prompt: Prompt, usage: Usage, at: float) -> Miss | None:
        """What of the last prompt was not read from the cache, and why. `at` is the time of
        the answer in seconds, on any clock that only goes forward."""
        if not usage.prompt:
            return None  # an answer that broke off before it was counted
        last, self._last = self._last, _Sent(model, prompt, usage.prompt, at)
        if usage.cache_read or usage.cache_write or model.quirks.cache == "markers":
            self._seen.add(model.origin)
        if last is None or not self._seen & {model.origin, last.model.origin}:
            return None
        lost = min(last.tokens, usage.prompt) - usage.cache_read
        return Miss(_cause(last, self._last), lost) if lost > SLACK else None


def _cause(last: _Sent, now: _Sent) -> Cause:
    changed: dict[Cause, bool] = {
        "model": last.model.origin != now.model.origin,
        "effort": last.prompt.effort != now.prompt.effort,
        "tools": last.prompt.tools != now.prompt.tools,
        "system": last.prompt.system != now.prompt.system,
        "history": not _begins(now.prompt.messages, last.prompt.messages),
        "minimum": last.tokens < now.model.quirks.cache_minimum,
        "expired": now.at - last.at > _lifetime(now.model),
    }
    return next((cause for cause, holds in changed.items() if holds), "provider")


def _lifetime(model: Model) -> float:
    """Seconds."""
    hour = model.quirks.cache == "markers" and model.cache_ttl == "1h"
    return 3600.0 if hour else model.quirks.cache_lifetime


def _begins(messages: tuple[Message, ...], with_these: tuple[Message, ...]) -> bool:
    return messages[: len(with_these)] == with_these
