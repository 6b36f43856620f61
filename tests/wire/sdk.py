"""The official SDKs' types of a request, closed: a judge of bodies that is not ours."""

from __future__ import annotations

from functools import cache
from typing import Any

from anthropic.types.message_create_params import MessageCreateParamsStreaming
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from pydantic import TypeAdapter
from pydantic_core import SchemaValidator

from ownkey.core.model import WireName

REQUESTS: dict[WireName, Any] = {
    "anthropic": MessageCreateParamsStreaming,
    "openai": ResponseCreateParamsStreaming,
    "generic-chat-completion-api": CompletionCreateParamsStreaming,
}


def check(wire: WireName, body: Any) -> None:
    """Raises `pydantic_core.ValidationError` for a body the SDK's types do not describe."""
    _validator(wire).validate_python(body)


@cache
def _validator(wire: WireName) -> SchemaValidator:
    return SchemaValidator(_closed(TypeAdapter(REQUESTS[wire]).core_schema))


def _closed(schema: Any) -> Any:
    """The schema with unknown keys forbidden all the way down. Iterables become lists, for
    pydantic looks into an iterable only when somebody reads it, which here nobody does; and
    the SDK's own models, which take any key, count as instances only."""
    match schema:
        case list() | tuple():
            return type(schema)(_closed(inner) for inner in schema)
        case {"type": "model", "cls": cls}:
            place = {"ref": schema["ref"]} if "ref" in schema else {}
            return {"type": "is-instance", "cls": cls, **place}
        case dict():
            return {name: _closed(inner) for name, inner in schema.items()} | _change(schema)
        case _:
            return schema


def _change(schema: dict[str, Any]) -> dict[str, str]:
    match schema:
        case {"type": "typed-dict"}:
            return {"extra_behavior": "forbid"}
        case {"type": "generator"}:
            return {"type": "list"}
        case _:
            return {}
