"""The kernel's walls around a command: what it may write, see and reach.

Three ways to build them: bubblewrap (`bubblewrap.py`), Landlock (`landlock.py`, where that is
not there), Seatbelt (`seatbelt.py`, macOS). `probe.py` finds out which of them works here.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Name = Literal["bwrap", "landlock", "seatbelt", "off"]


class Verdict(msgspec.Struct, frozen=True):
    """Which walls stand on this machine."""

    name: Name
    why: str = ""
    """What keeps better ones from standing, in words for the person."""
    cure: str = ""
    """The one line that mends it."""
    program: str = ""
    options: tuple[str, ...] = ()
    """What this program takes besides: older ones know less."""
