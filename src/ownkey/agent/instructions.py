"""What the user and a trusted project want the model to know: their AGENTS.md, outermost first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from ownkey.agent.prompt import INSTRUCTIONS
from ownkey.trust import brought, hidden
from ownkey.trust.folder import Standing

OWN = "AGENTS.md"

LONGEST = 32_000
"""Characters of a file that are told: about 8,000 tokens, which every prompt carries."""

PREFACE = "What the user and this project ask for; where two differ, the later goes first."

ENDING = "</instructions>"


class Told(msgspec.Struct, frozen=True):
    text: str = ""
    """Empty where there are none."""
    warnings: tuple[str, ...] = ()
    """What the person should know of the files."""


def read(home: Path, standing: Standing) -> Told:
    """Those of the user's own folder `home`, then those of the project if it is trusted."""
    parts, warnings = [], []
    for path, data in _files(home, standing):
        text, unseen = hidden.reveal(data.decode(errors="replace").removeprefix("\ufeff"))
        if unseen:
            warnings.append(
                f"{path} has {unseen:,} characters that are not seen. The model is shown them"
                " spelt out, as <U+202E>. Look at the file: they may hide orders."
            )
        if len(text) > LONGEST:
            warnings.append(f"{path} is long: the model is told its first {LONGEST:,} characters.")
        parts.append(f"# {path}\n\n{_short(text).strip()}")
    if not parts:
        return Told(warnings=tuple(warnings))
    body = "\n\n".join(parts).replace(ENDING, "<\\/instructions>")
    return Told(f"{INSTRUCTIONS}\n{PREFACE}\n\n{body}\n{ENDING}", tuple(warnings))


def _files(home: Path, standing: Standing) -> Iterator[tuple[Path, bytes]]:
    with suppress(OSError):
        if data := brought.read(home / OWN, linked=True):
            yield home / OWN, data
    for item in standing.usable:
        if item.kind == "instructions" and (data := standing.contents.get(item.path, b"")):
            yield item.path, data


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n[cut here: {len(text) - LONGEST:,} characters more are in the file]"
