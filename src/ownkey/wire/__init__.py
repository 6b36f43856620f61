"""One exchange with a provider: three wire formats under one client.

A wire is a module that satisfies `Wire`: pure functions, no I/O. The client owns the
socket, the events' framing, the refusals and the retries.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from ownkey.core.message import Chunk, Message
from ownkey.core.model import Model, Prompt, Spec
from ownkey.wire.formats.settled import NOTHING, Settled


class Decoder(Protocol):
    """Turns the events of one response into chunks, one at a time."""

    @property
    def complete(self) -> bool:
        """Whether the terminal marker has come: without it, the answer is not one."""
        ...

    def feed(self, data: bytes) -> Iterable[Chunk]:
        """Decode one event's `data`. Raises a `ProviderError` where it reports one."""
        ...


class Wire(Protocol):
    path: str
    """Appended to the normalised base address: `/v1/messages`."""

    headers: dict[str, str]
    """Sent with each request, besides what all formats send."""

    def encode(self, model: Model, prompt: Prompt, settled: Settled = NOTHING) -> dict[str, Any]:
        """The body that asks. The prompt's messages are ones that `history.mend` made; the
        `settled` ones among them are there already."""
        ...

    def items(self, messages: tuple[Message, ...], model: Model) -> Iterable[dict[str, Any]]:
        """These messages, as `encode` has them."""
        ...

    def decoder(self, model: Model, tools: tuple[Spec, ...] = ()) -> Decoder:
        """For the answer to one request; `tools` are those it offered."""
        ...
