"""Text from outside, made safe and honest on the screen."""

from __future__ import annotations

import re

from ownkey.words import plain

_JOINERS = re.compile("[\u200c\u200d]")

_BEGUN = re.compile(r"\x1b(\[[0-9;?]*[ -/]*)?")

_DECEPTIVE = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What has no width or turns the reading direction, and lone surrogates, which no terminal
can be sent. U+200D joins emoji too; a name loses nothing that matters by it."""


LONGEST = 8_192
"""Characters of a line that are shown of it: a megabyte in one line is not read anyway."""


def clean(text: str) -> str:
    """`text` without anything that moves a cursor, hides, or reorders what is read. Line
    breaks and tabs stay."""
    return _DECEPTIVE.sub("\ufffd", plain(text))


def clean_line(text: str) -> str:
    """As `clean`, on one line."""
    return " ".join(clean(text).split())


class Prose:
    """What a model writes, cleaned as it comes as if it came at once: an escape sequence may
    be cut in two. Joiners of emoji and letters go without a trace, for terminals do not agree
    on how wide that is what they join."""

    def __init__(self) -> None:
        self._held = ""

    def add(self, fragment: str) -> str:
        """What of it can be shown by now."""
        text = self._held + fragment
        escape = text.rfind("\x1b")
        begun = escape >= 0 and _BEGUN.fullmatch(text, escape)
        ready = escape if begun else len(text)
        self._held = text[ready:]
        return clean(_JOINERS.sub("", text[:ready]))


def cut(text: str) -> str:
    """`text` with its longest lines cut short."""
    if len(text) <= LONGEST:
        return text
    return "\n".join(
        line if len(line) <= LONGEST else f"{line[:LONGEST]} … {_size(len(line) - LONGEST)} more"
        for line in text.split("\n")
    )


def _size(count: int) -> str:
    return f"{count / 1000:,.0f} kB" if count >= 1000 else f"{count} B"
