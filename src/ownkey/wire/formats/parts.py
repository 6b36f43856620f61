"""What all three wire formats do alike with parts of a message and of a body."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import msgspec

from ownkey.core.message import Image, Text
from ownkey.core.model import Model, Spec
from ownkey.wire.formats.schema import plain


def base64_of(image: Image) -> str:
    return b64encode(image.data).decode()


def data_url(image: Image) -> str:
    return f"data:{image.mime};base64,{base64_of(image)}"


def json_object(arguments: str) -> msgspec.Raw:
    """A call's arguments as they were written, byte for byte, if they are an object; an
    empty one otherwise, since the call's result tells what was wrong with them. Objects in
    objects without end are none: no reader gets to their bottom."""
    try:
        msgspec.json.decode(arguments or "{}", type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return msgspec.Raw(b"{}")
    return msgspec.Raw((arguments or "{}").encode())


def json_text(arguments: str) -> str:
    """The same, as a text."""
    return bytes(json_object(arguments)).decode()


def schema_of(spec: Spec, model: Model) -> dict[str, Any]:
    """The schema of a tool's arguments, as the model's endpoint takes it."""
    return plain(spec.schema) if model.quirks.schema == "plain" else spec.schema


def images_of(parts: Iterable[Text | Image]) -> list[Image]:
    return [part for part in parts if isinstance(part, Image)]


def words_of(parts: Iterable[Text | Image]) -> str:
    """All texts as one, for where only one fits."""
    return "\n\n".join(part.text for part in parts if isinstance(part, Text))


def merge(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """`theirs` over `ours`: objects merge key by key, everything else is replaced."""
    merged = dict(ours)
    for key, value in theirs.items():
        mine = merged.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            merged[key] = merge(mine, value)
        else:
            merged[key] = value
    return merged


def to_json(body: dict[str, Any]) -> bytes:
    """Text that is not whole is mended: a cut-off emoji in a file name or in a model's words is
    no reason not to go on (wire-facts 4.1)."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(body))


def _whole(value: Any) -> Any:
    """`value` with lone surrogates replaced."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_whole(key): _whole(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_whole(inner) for inner in value]
        case _:
            return value
