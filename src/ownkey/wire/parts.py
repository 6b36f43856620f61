"""What all three wire formats do alike with parts of a message."""

from __future__ import annotations

from base64 import b64encode

import msgspec

from ownkey.core.message import Image, Result

NO_OUTPUT = "(no output)"
"""Stands where a tool said nothing: empty results are refused, or taken for missing."""


def base64_of(image: Image) -> str:
    return b64encode(image.data).decode()


def data_url(image: Image) -> str:
    return f"data:{image.mime};base64,{base64_of(image)}"


def json_object(arguments: str) -> msgspec.Raw:
    """A call's arguments as they were written, byte for byte, if they are an object; an
    empty one otherwise, since the call's result tells what was wrong with them."""
    try:
        msgspec.json.decode(arguments or "{}", type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return msgspec.Raw(b"{}")
    return msgspec.Raw((arguments or "{}").encode())


def json_text(arguments: str) -> str:
    """The same, as a text."""
    return bytes(json_object(arguments)).decode()


def images_of(result: Result) -> list[Image]:
    return [part for part in result.content if isinstance(part, Image)]
