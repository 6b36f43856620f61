"""The fields of a request that an endpoint can do without, and how each is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ownkey.core.errors import ProviderError
from ownkey.core.model import WireName

Quirk = Mapping[str, str | bool]
"""Some fields of `Quirks`."""


class Field(NamedTuple):
    """One way to do without a field. Where a field has several, the first is tried first."""

    wire: WireName
    name: str
    """In the provider's words."""
    quirk: Quirk | None = None
    """The profile of endpoints that refuse it, where one says so."""
    paths: tuple[str, ...] = ()
    """Where it stands in the body, if not at the top; see `request.prune`."""
    also: str = ""
    """Another name that providers have for it."""

    @property
    def places(self) -> tuple[str, ...]:
        return self.paths or (self.name,)


CHAT: WireName = "generic-chat-completion-api"
RESPONSES: WireName = "openai"
MESSAGES: WireName = "anthropic"

NEW_LIMIT: Quirk = {"max_tokens": "max_completion_tokens"}
OLD_LIMIT: Quirk = {"max_tokens": "max_tokens"}
NO_EFFORT: Quirk = {"effort": "none"}
NO_CACHE: Quirk = {"cache": "none"}
NO_ECHO: Quirk = {"echo": "never"}

ECHOES = (
    "messages.reasoning",
    "messages.reasoning_content",
    "messages.reasoning_details",
    "messages.reasoning_text",
)
MARKED = ("tools.cache_control", "system.cache_control", "messages.content.cache_control")

FIELDS = (
    Field(CHAT, "stream_options", {"stream_usage": False}),
    Field(CHAT, "max_tokens", NEW_LIMIT),
    Field(CHAT, "max_completion_tokens", OLD_LIMIT),
    Field(CHAT, "reasoning_content", NO_ECHO, ECHOES),
    Field(CHAT, "reasoning_details", NO_ECHO, ECHOES),
    Field(CHAT, "reasoning", NO_ECHO, ECHOES),
    Field(CHAT, "reasoning", NO_EFFORT),
    # Ollama, asked with `reasoning_effort`: "… does not support thinking".
    Field(CHAT, "reasoning_effort", NO_EFFORT, also="thinking"),
    Field(CHAT, "thinking", NO_EFFORT),
    Field(CHAT, "enable_thinking", NO_EFFORT),
    Field(CHAT, "chat_template_kwargs", NO_EFFORT),
    Field(CHAT, "chat_template_args", NO_EFFORT),
    Field(CHAT, "disable_reasoning", NO_EFFORT),
    # What a row's own `body` sends: without it the model still answers.
    Field(CHAT, "thinking"),
    Field(CHAT, "chat_template_kwargs"),
    Field(CHAT, "reasoning_format"),
    Field(CHAT, "reasoning_split"),
    Field(CHAT, "tool_stream"),
    Field(CHAT, "prompt_cache_key", NO_CACHE),
    Field(CHAT, "cache_control", NO_CACHE, MARKED),
    Field(CHAT, "parallel_tool_calls"),
    Field(CHAT, "store"),
    Field(CHAT, "strict", paths=("tools.strict", "tools.function.strict")),
    Field(RESPONSES, "reasoning.summary", also="summary"),
    Field(RESPONSES, "reasoning", NO_EFFORT),
    Field(RESPONSES, "include", also="encrypted_content"),
    Field(RESPONSES, "store"),
    Field(RESPONSES, "max_output_tokens"),
    Field(
        RESPONSES,
        "prompt_cache_breakpoint",
        {"cache": "key"},
        ("input.content.prompt_cache_breakpoint",),
    ),
    Field(RESPONSES, "prompt_cache_key", NO_CACHE),
    Field(RESPONSES, "parallel_tool_calls"),
    Field(RESPONSES, "strict", paths=("tools.strict",)),
    Field(MESSAGES, "cache_control", NO_CACHE, MARKED),
    # The two ways of asking for thinking; last, not at all.
    Field(MESSAGES, "output_config", {"thinking": "budget"}, also="adaptive"),
    Field(MESSAGES, "thinking", {"thinking": "budget"}),
    Field(MESSAGES, "thinking", {"thinking": "adaptive"}),
    # LiteLLM makes Responses of it, and refuses what that calls `reasoning.effort`.
    Field(MESSAGES, "output_config", NO_EFFORT, also="reasoning"),
    Field(MESSAGES, "thinking", NO_EFFORT, also="reasoning"),
)
"""Sources: wire-facts 2 and 6, and the documents that `wire.quirks` names."""

_REFUSING = re.compile(
    r"unsupported|not (?:yet )?(?:be )?support|n.t support|unrecogni[sz]ed|unknown|unexpected"
    r"|extra[ _](?:inputs?|fields?|forbidden)|not (?:permitted|allowed|available|enabled)"
    r"|not (?:yet )?implemented|not accept|additional propert|deprecated|forbidden"
    r"|invalid (?:field|parameter|argument)|not a valid (?:field|parameter|argument)"
    r"|cannot be (?:used|specified|set)|incompatible",
    re.IGNORECASE,
)
"""Words that refuse a field itself, and not the value it was given: those are the
person's to know."""


def refused(error: ProviderError, wire: WireName) -> Iterator[Field]:
    """The optional fields that the error's words refuse."""
    if _REFUSING.search(_words(error)):
        yield from (row for row in FIELDS if row.wire == wire and _names(error, row))


def own(error: ProviderError, names: Iterable[str]) -> str:
    """The first of `names` that the error's words refuse, or none."""
    if not _REFUSING.search(_words(error)):
        return ""
    return next((name for name in names if mentions(error, name)), "")


def mentions(error: ProviderError, name: str) -> bool:
    """Whether the words, or the place they are said of, have `name` as a word."""
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", _words(error)))


def _names(error: ProviderError, row: Field) -> bool:
    return mentions(error, row.name) or bool(row.also and mentions(error, row.also))


def _words(error: ProviderError) -> str:
    return " ".join((error.field, *error.names, error.said))
