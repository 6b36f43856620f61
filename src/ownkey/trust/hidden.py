"""Characters that a person does not see and a model reads: made visible, and counted.

Text that hides orders in them is known as the Rules File Backdoor (Pillar Security, 2025): tag
characters spell ASCII without a glyph, bidirectional controls show another order than there is.
"""

from __future__ import annotations

import re

UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and line breaks
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
    # Joiners and the choice between text and emoji have their use, one at a time and after
    # something that is not ASCII.
    "|(?<=[\x00-\x7f])[\u200c\u200d]|(?<=[\u200c\u200d\ufe0e\ufe0f])[\u200c\ufe0e\ufe0f]"
    "|(?<=[\u200c\u200d])\u200d"
)


def reveal(text: str) -> tuple[str, int]:
    """The text with every such character spelt out, as `<U+202E>`, and how many there were."""
    return UNSEEN.subn(lambda found: f"<U+{ord(found[0]):04X}>", text)
