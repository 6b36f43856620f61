"""The rules that nobody has to write: what destroys more than a workspace is always asked about."""

from __future__ import annotations

from ownkey.gate.rule import Rule

_HERE = r"""(?:^|[\s;&|(`'"/])"""
_FIRST = r"""(?:^|[;&|(`'"/\n]|\b(?:sudo|doas|xargs|env|nohup|exec|time)\s)[ \t]*"""
_HOME = (
    r"""(?<=\s)["']?(?:/|/\*|~/?|~/\*|\$\{?HOME\}?/?\*?|\.\.(?:/\.\.)*/?)["']?"""
    r"""(?=$|[\s;&|)`'"])"""
)

PATTERNS = {
    "removing a whole disk or home": (rf"{_HERE}rm(?=\s)", _HOME),
    "making a file system": (rf"{_HERE}mkfs(?:\.\w+)?\s",),
    "writing to a disk": (
        r"\bof=/dev/(?!null|zero|stdout|stderr|tty|fd)|>\s{0,20}/dev/(?:sd|hd|nvme|vd|xvd|mmcblk|disk)",
    ),
    "stopping the machine": (
        rf"{_FIRST}(?:shutdown|reboot|halt|poweroff|init\s+[06])(?=$|[\s;&|)])",
    ),
    "changing owners or modes of everything": (
        rf"{_HERE}(?:chmod|chown|chgrp)(?=\s)",
        r"\s-[^\sR]*R\S*(?=\s)",
        _HOME,
    ),
    "erasing": (rf"{_FIRST}(?:shred|wipefs|blkdiscard|fdisk|parted|sgdisk)\s",),
}
"""By what they would do: expressions that one command fits, each behind the one before. None
can take long over any text. A reminder for honest models: a command can always hide from a
pattern, and what holds then is the sandbox."""

BOMB = r"(?<!\w)(\w{1,80}|:)\s{0,20}\(\)\s{0,20}\{[^}]{0,200}\1\s{0,20}\|\s{0,20}\1\s{0,20}&"
"""Of several commands."""

RULES = (
    *(
        Rule(do="deny", pattern=pattern, where=f"built in: {what}")
        for what, pattern in PATTERNS.items()
    ),
    Rule(do="deny", pattern=(BOMB,), whole=True, where="built in: a fork bomb"),
)
