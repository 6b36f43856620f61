"""In which ways an endpoint departs from its wire format, as data."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

EffortStyle = Literal[
    "reasoning_effort",
    "reasoning",
    "reasoning_enabled",
    "thinking",
    "thinking_effort",
    "enable_thinking",
    "chat_template_kwargs",
    "chat_template_args",
    "default",
    "disable_reasoning",
    "none",
]


class Quirks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The effective profile of one model. The defaults are what the wire format's own
    documents and most endpoints agree on; rows of `wire.rows` change single fields."""

    max_tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """Chat: the output limit's field. Only OpenAI wants the second."""
    stream_usage: bool = True
    """Chat: ask for usage in the stream with `stream_options`."""
    effort: EffortStyle = "reasoning_effort"
    """Chat: how a level of effort is put, see `wire.formats.effort.STYLES`; the other two formats
    have one way each. `none`, in all three: the model takes no level, and is sent none."""
    efforts: str = ""
    """The levels that the model takes, separated by spaces; empty: all."""
    thinking: Literal["adaptive", "budget"] = "adaptive"
    """Messages: how thinking is asked for."""
    echo: Literal["never", "field", "required", "tags"] = "field"
    """Chat: whether reasoning goes back, under the field it came in; `required`: where a
    message has none, an empty `reasoning_content` stands for it; `tags`: in `<think>` at
    the start of the content, however it came."""
    signed_calls: bool = False
    """Chat: the first call of each message must carry Gemini's signature."""
    named_results: bool = False
    """Chat: a tool's result says the tool's name."""
    bridge: bool = False
    """Chat: between a tool's result and a user's message must stand one of the model."""
    tools_always: bool = False
    """Chat: `tools` is sent, though empty, where the history holds calls."""
    schema: Literal["full", "plain"] = "full"
    """Tool schemas as they are, or in the few keywords that every host knows."""
    tool_id: str = ""
    """A pattern every tool call id must match in full; empty accepts all."""
    text_calls: Literal["", "hermes", "xml", "fenced"] = ""
    """Chat: how the model prints calls where its server overlooks them, see `wire.tags`;
    empty: text is text."""
    think_tags: bool = True
    """Chat: `<think>` at the very start of the content is reasoning."""
    cache: Literal["none", "markers", "key", "breakpoint"] = "none"
    """How prompt caching is asked for: `cache_control` markers, `prompt_cache_key`, in
    Responses that and a breakpoint behind what all conversations share, or not at all
    (automatic where it exists)."""
    cache_minimum: int = 1024
    """Tokens below which no prompt is cached."""
    cache_lifetime: float = 300.0
    """Seconds for which a prompt is surely kept after it was last used."""
    affinity: str = ""
    """A header that gets the session's id, so that its requests meet the same cache."""
    auth: Literal["bearer", "x-api-key"] = "bearer"
    """Where the key goes."""
    headers: dict[str, str] = {}
    """Sent with each request; `extraHeaders` of the same names replace them."""
    body: dict[str, Any] = {}
    """Chat: fields of each request; what the conversation says itself replaces them."""
    sealed_reasoning: bool = False
    """Responses: ask for encrypted reasoning although no effort was asked for, since the
    model reasons anyway. Models that never reason refuse the request."""
