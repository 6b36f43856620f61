"""In which ways an endpoint departs from its wire format, as data."""

from __future__ import annotations

from typing import Literal

import msgspec


class Quirks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The effective profile of one model. The defaults are what the wire format's own
    documents and most endpoints agree on; rows of `wire.quirks` change single fields."""

    max_tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """Chat: the output limit's field. Only OpenAI wants the second."""
    stream_usage: bool = True
    """Chat: ask for usage in the stream with `stream_options`."""
    effort: Literal["reasoning_effort", "reasoning", "none"] = "reasoning_effort"
    """Chat: how an effort level is said: top-level field, OpenRouter's object, or not at all."""
    thinking: Literal["adaptive", "budget"] = "adaptive"
    """Messages: how thinking is asked for."""
    echo: Literal["never", "field", "required"] = "field"
    """Chat: whether reasoning goes back under the field it came in; `required`: where a
    message has none, an empty `reasoning_content` stands for it."""
    signed_calls: bool = False
    """Chat: the first call of each message must carry Gemini's signature."""
    tool_id: str = ""
    """A pattern every tool call id must match in full; empty accepts all."""
    cache: Literal["none", "markers", "key"] = "none"
    """How prompt caching is asked for: `cache_control` markers, `prompt_cache_key`,
    or not at all (automatic where it exists)."""
    auth: Literal["bearer", "x-api-key"] = "bearer"
    """Where the key goes."""
    sealed_reasoning: bool = False
    """Responses: ask for encrypted reasoning although no effort was asked for, since the
    model reasons anyway. Models that never reason refuse the request."""
