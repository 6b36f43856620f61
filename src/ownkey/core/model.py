"""A model the user may talk to, and what is sent to it besides the model itself."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from ownkey.core.message import Message, Origin
from ownkey.core.price import Price
from ownkey.core.quirks import Quirks
from ownkey.core.secret import Secret

WireName = Literal["anthropic", "openai", "generic-chat-completion-api"]
"""The documented values of `provider`."""

FORMATS: dict[WireName, str] = {
    "anthropic": "Messages",
    "openai": "Responses",
    "generic-chat-completion-api": "Chat Completions",
}
"""What the API of each is called."""

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]

CacheTtl = Literal["5m", "1h"]

IDLE = 300.0
"""Local models are silent for minutes while they read a long prompt (wire-facts 1D). There
is no limit on the whole."""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `customModels`, resolved: no `${VAR}` is left in it."""

    id: str
    """`custom:<displayName with dashes>-<n>`."""
    name: str
    """The `model` string, sent verbatim."""
    wire: WireName
    base_url: str
    display_name: str
    key: Secret
    max_output: int | None = None
    """Tokens; None lets the wire leave the limit out, or use what it must."""
    window: int | None = None
    """Tokens of context, as the person says. None: not said."""
    compact_at: int | None = None
    """Tokens of context at which the conversation is made shorter. None: when it is full."""
    images: bool = False
    images_told: bool = False
    """Whether the person says so; else it is what most endpoints of the format do."""
    effort: Effort | None = None
    headers: dict[str, Secret] = {}
    """`extraHeaders`, merged last."""
    extra: dict[str, Any] = {}
    """`extraArgs`, merged last into the body."""
    quirks: Quirks = Quirks()
    quirk_overrides: dict[str, Any] = {}
    """The entry's own `quirks`, as written: the last rule of the profile."""
    fallback: tuple[str, ...] = ()
    """Models that may go on with a turn when this one is overloaded or out of reach."""
    cache_ttl: CacheTtl = "5m"
    """How long markers ask for what they mark to be kept; an hour is dearer to write."""
    price: Price | None = None
    """None: unknown."""
    price_like: str = ""
    """`priceLike`: the catalog's id of a model, or a name of one of the person's own."""
    idle: float = IDLE
    """Seconds without a byte after which an answer is given up."""
    source: str = ""
    """file:line:column of the entry."""

    @property
    def origin(self) -> Origin:
        return Origin(wire=self.wire, host=urlsplit(self.base_url).netloc, model=self.name)


class Spec(msgspec.Struct, frozen=True):
    """What a model sees of a tool."""

    name: str
    description: str
    schema: dict[str, Any]
    """JSON schema of the arguments, an object."""


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a wire needs besides the model."""

    system: str
    messages: tuple[Message, ...]
    tools: tuple[Spec, ...] = ()
    effort: Effort | None = None
    session: str = ""
    """Stable for one conversation, at most 64 characters: the cache routing hint."""
