"""The rules that nobody has to write: what destroys more than a workspace is always asked about."""

from __future__ import annotations

from ownkey.gate.rule import Rule

_HERE = r"""(?:^|[\s;&|(`'"/])"""
_FIRST = r"""(?:^|[;&|(`'"/\n]|\b(?:sudo|doas|xargs|env|nohup|exec|time)\s)\s*"""
_HOME = r"""["']?(?:/|/\*|~/?|~/\*|\$\{?HOME\}?/?\*?|\.\.(?:/\.\.)*/?)["']?(?=$|[\s;&|)`'"])"""

PATTERNS = {
    "removing a whole disk or home": rf"{_HERE}rm\s+(?:-\S+\s+|--\s+)*(?:\S+\s+)*{_HOME}",
    "making a file system": rf"{_HERE}mkfs(?:\.\w+)?\s",
    "writing to a disk": (
        r"\bof=/dev/(?!null|zero|stdout|stderr|tty|fd)|>\s*/dev/(?:sd|hd|nvme|vd|xvd|mmcblk|disk)"
    ),
    "stopping the machine": (
        rf"{_FIRST}(?:shutdown|reboot|halt|poweroff|init\s+[06])(?=$|[\s;&|)])"
    ),
    "a fork bomb": r"(\w+|:)\s*\(\)\s*\{[^}]*\1\s*\|\s*\1\s*&",
    "changing owners or modes of everything": (
        rf"{_HERE}(?:chmod|chown|chgrp)\s+(?:\S+\s+)*-\S*R\S*\s+(?:\S+\s+)*{_HOME}"
    ),
    "erasing": rf"{_FIRST}(?:shred|wipefs|blkdiscard|fdisk|parted|sgdisk)\s",
}
"""By what they would do. A reminder for honest models: a command can always hide from a
pattern, and what holds then is the sandbox."""

RULES = tuple(
    Rule(do="deny", pattern=pattern, where=f"built in: {what}")
    for what, pattern in PATTERNS.items()
)
