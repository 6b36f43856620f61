"""Text from outside, made safe for a terminal: it moves no cursor, hides and reorders nothing."""

from __future__ import annotations

import os
import re

from ownkey.core import person

_TEXT = r"[^\x00-\x1f\x7f-\x9f]"

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: cursor, colours, reports
    rf"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f]){_TEXT}*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)
"""Control sequences (ECMA-48), in seven bits or eight. A string ends where its line does: what
comes then is shown, whatever a terminal would make of it."""

_BEGUN = re.compile(
    rf"(?:\x1b(?:\[[0-?]*[ -/]*|[\]PX^_]{_TEXT}{{0,256}}\x1b?|[ -/]*)"
    rf"|\x9b[0-?]*[ -/]*|[\x90\x98\x9d-\x9f]{_TEXT}{{0,256}}\x1b?)\Z"
)
"""A sequence that may go on."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""C0 without tab and line feed, DEL, C1."""

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What has no width, breaks lines, or turns the reading direction: Unicode's bidi controls, its
default ignorable code points, the tags and the variation selectors among them."""

_EMOJI = (
    "\u00a9\u00ae\u203c-\u2049\u2100-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)

_JOINING = (
    "\u0620-\u074f\u0750-\u077f\u0870-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17b3\u1820-\u18aa"
    "\ufb50-\ufdff\ufe70-\ufefc"
)
"""Letters of the scripts that spell with joiners: Arabic, Syriac, those of India, and others."""

_WATCHED = re.compile(
    f"[{_EMOJI}][\ufe0e\ufe0f]?\u200d?"
    "|[#*0-9]\ufe0f"
    f"|[{_JOINING}][\u200c\u200d]"
    f"|([{_INVISIBLE}\ud800-\udfff])"
)
"""One joiner or selector is kept where spelling has it; every other one is a group."""


def homely(text: str) -> str:
    """`text` with the person's home folder as `~`, wherever a path in it begins there."""
    home = f"{person.home(os.environ)}{os.sep}"
    return text if len(home) < 3 else text.replace(home, f"~{os.sep}")


def safe(text: str) -> str:
    """`text` as it can be shown: without control sequences and control characters, with U+FFFD
    for what would be invisible, turn the reading direction or be no character at all (lone
    surrogates). Line feeds and tabs stay, so do the joiners of emoji and of letters."""
    if _CONTROL.search(text):
        text = _CONTROL.sub("", _SEQUENCE.sub("", text))
    return text if text.isascii() else _WATCHED.sub(_shown, text)


def safe_line(text: str) -> str:
    """As `safe`, on one line."""
    return " ".join(safe(text).split())


class Flow:
    """Text that comes in pieces, made safe as if it came at once: a control sequence may be cut
    in two, a joiner may come after what it joins."""

    def __init__(self) -> None:
        self._held = ""
        self._before = ""

    def add(self, piece: str) -> str:
        """What of it can be shown by now."""
        text = self._held + piece
        begun = _BEGUN.search(text)
        ready = begun.start() if begun else len(text)
        self._held = text[ready:]
        return self._next(text[:ready])

    def rest(self) -> str:
        """What was held back, when nothing comes any more."""
        held, self._held = self._held, ""
        return self._next(held)

    def _next(self, text: str) -> str:
        shown = safe(self._before + text)[len(self._before) :]
        self._before = (self._before + shown)[-2:]
        return shown


def _shown(found: re.Match[str]) -> str:
    return "\ufffd" if found[1] else found[0]
