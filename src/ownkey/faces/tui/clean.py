"""Text from outside on the screen of the app: safe, and of the width that it is thought to have."""

from __future__ import annotations

import re

from ownkey.core.screen import Flow, safe

_JOINERS = re.compile("[\u200c\u200d]")

LONGEST = 8_192
"""Characters of a line that are shown of it: a megabyte in one line is not read anyway."""


def clean(text: str) -> str:
    """As `safe`, with joiners marked as well: terminals do not agree on how wide that is what
    they join, and a name or a command loses nothing that matters by it."""
    return _JOINERS.sub("\ufffd", safe(text))


def clean_line(text: str) -> str:
    """As `clean`, on one line."""
    return " ".join(clean(text).split())


class Prose:
    """What a model writes, cleaned as it comes. Joiners of emoji and letters go without a
    trace."""

    def __init__(self) -> None:
        self._flow = Flow()

    def add(self, fragment: str) -> str:
        """What of it can be shown by now."""
        return self._flow.add(_JOINERS.sub("", fragment))


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
