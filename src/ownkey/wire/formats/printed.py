"""Tool calls as models print them, in JSON or in tags."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Any

import msgspec

from ownkey.core.message import ToolCall

Schemas = dict[str, dict[str, Any]]
"""Of the tools that were offered, by their names: what names none of them is no call."""

FENCE = "```"
FUNCTION = re.compile(r"\s*<function=([^>\s]+)\s*>(.*?)(?:</function>\s*)?", re.DOTALL)
PARAMETER = re.compile(
    r"<parameter=([^>\s]+)\s*>\n?((?:(?!<parameter=).)*?)\n?</parameter>", re.DOTALL
)

_scan = JSONDecoder(strict=False).raw_decode


class _Printed(msgspec.Struct):
    name: str
    arguments: msgspec.Raw = msgspec.Raw(b"")
    parameters: msgspec.Raw = msgspec.Raw(b"")


def call(text: str, tools: Schemas) -> ToolCall | None:
    """The one call that `text` is: `{"name": …, "arguments": …}`, or `<function=name>` with
    a parameter in each of its tags, or with an object of them."""
    if function := FUNCTION.fullmatch(text):
        name, inner = function.groups()
        return _checked(name, _parameters(inner, tools.get(name, {})), tools)
    try:
        said = msgspec.json.decode(text.strip(), type=_Printed)
    except msgspec.DecodeError:
        return None
    given = bytes(said.arguments or said.parameters).decode()
    if given.startswith('"'):
        given = msgspec.json.decode(given, type=str)
    return _checked(said.name, given, tools)


def alone(text: str, tools: Schemas) -> list[ToolCall]:
    """The calls that `text` consists of, in a fence or bare; none where it says more."""
    rest = text.strip()
    if len(rest) > len(FENCE) and rest.startswith(FENCE) and rest.endswith(FENCE):
        rest = rest.removeprefix(FENCE).removesuffix(FENCE).removeprefix("json").strip()
    calls: list[ToolCall] = []
    while rest:
        try:
            _, end = _scan(rest)
        except (JSONDecodeError, RecursionError):
            return []
        one = call(rest[:end], tools)
        if one is None:
            return []
        calls.append(one)
        rest = rest[end:].lstrip()
    return calls


def _checked(name: str, arguments: str, tools: Schemas) -> ToolCall | None:
    try:
        msgspec.json.decode(arguments or "{}", type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return None
    return ToolCall("", name, arguments or "{}") if name in tools else None


def _parameters(inner: str, schema: dict[str, Any]) -> str:
    """An object of what the tags hold; the inner text itself where there are no tags."""
    given = PARAMETER.findall(inner)
    if not given or PARAMETER.sub("", inner).strip():
        return inner.strip()
    properties = schema.get("properties", {})
    typed = {name: _typed(value, properties.get(name, {})) for name, value in given}
    return msgspec.json.encode(typed).decode()


def _typed(value: str, schema: dict[str, Any]) -> Any:
    """Tags hold text; what the schema says is no text is read as JSON."""
    if schema.get("type", "string") == "string":
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
