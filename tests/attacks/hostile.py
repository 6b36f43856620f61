"""Text that is after a terminal, and a look at the bytes that came out at the other end."""

from __future__ import annotations

import re
import unicodedata

PAYLOADS = (
    "\x1b]52;c;b3duZWQ=\x07",  # puts something on the clipboard
    "\x1b]0;owned\x07",  # the window's title
    "\x1b[21t",  # which is then typed as if by the person
    "\x1b[31337m",
    "\x1b[2J\x1b[31337H",
    "\x1bP$qowned\x1b\\",  # DECRQSS
    "\x1b_owned\x1b\\",
    "\x1b^owned\x1b\\",
    "\x1bXowned\x1b\\",
    "\x1b[201~owned",  # the end of a bracketed paste
    "\x1b]8;;vscode://owned\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31337m",
    "\x9d0;owned\x9c",
    "\x1bcowned",  # a reset
    "\x08\x08\x08owned",
    "\rowned",
    "\x7f\x00\x05\x0e",
    "\u202egnp.exe\u202c",
    "\u2066owned\u2069",
    "\u200bow\u200bned\ufeff\u2060",
    "\U000e0001\U000e0068\U000e0069\U000e007f",
    "\u2028owned\u2029",
)

TEXT = "alpha " + " and ".join(PAYLOADS) + " omega"
"""All of them, between two words that shall be seen."""

LINE = "alpha" + "".join(PAYLOADS) + "omega"
"""In one word."""

ARGUMENT = LINE.replace("\0", "")
"""Fit for a command line."""

NAME = "alpha\x1b]0;owned\x07\x1b[31337m\u202excod\u200b\nforged\romega"
"""Fit for the name of a file."""

OURS = frozenset("\n\t")


def smuggled(output: bytes | str) -> set[str]:
    """What stands in an output that no terminal should be given."""
    text = output if isinstance(output, str) else output.decode("utf-8")
    return {sign for sign in text if sign not in OURS and _is_forbidden(sign)}


def _is_forbidden(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")


MARKS = tuple(
    one.encode()
    for one in (
        *(
            "\x1b]52;",
            "\x1b]0;",
            "\x1b[21t",
            "\x1b[31337",
            "\x1bP$q",
            "\x1b_ow",
            "\x1b^ow",
            "\x1bXow",
        ),
        *("\x1b[201~", "\x9b", "\x9d", "\x1bcow", "\x00", "\x05", "\x0e", "\x7f"),
        *("\u202e", "\u2066", "\u200b", "\ufeff", "\u2060", "\U000e0068", "\u2028", "\u2029"),
    )
)
"""By which each of them is known among what an app paints by right."""


LINK = re.compile(rb"\x1b\]8;[^;]*;([^\x07\x1b]+)")
"""A hyperlink, and where it leads (OSC 8)."""


def painted(output: bytes) -> set[bytes]:
    """What an app should not have painted."""
    links = {link for link in LINK.findall(output) if not re.match(rb"https?://", link)}
    return links | {mark for mark in MARKS if mark in output}
