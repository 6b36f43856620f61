"""Where Anthropic's cache markers go in a conversation: at its tail, and at the tail before."""

from __future__ import annotations

from typing import Any

from ownkey.core.model import CacheTtl

Json = dict[str, Any]


def marker(ttl: CacheTtl) -> Json:
    """All markers of a request live equally long: a longer one may not come after a shorter,
    and whoever pauses for more than five minutes would lose the conversation, not the tools.
    Five minutes is the default, and is not said: not all clones know the field."""
    return {"type": "ephemeral"} if ttl == "5m" else {"type": "ephemeral", "ttl": ttl}


def tails(messages: list[Json]) -> list[Json]:
    """The last message of this request and that of the request before it. The second lets
    a turn of more than twenty blocks still find what is cached, for the server looks back
    no further (wire-facts 3.1, 3.4). The model's own messages, which may end in thinking,
    are never marked."""
    said = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    ends = {len(messages) - 1, *(at - 1 for at in said[-1:])}
    marked = [messages[at] for at in sorted(ends) if at >= 0]
    return [message for message in marked if message["role"] != "assistant"]
