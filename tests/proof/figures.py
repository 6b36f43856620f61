"""What tests measured, for `docs/proof.md`: a small file for each of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

SHARE = float(os.environ.get("OWNKEY_LONG") or 0)
"""Of the long mode: 1 is all of it, 0 the sample that the suite tries. Read here, before tests
lose the environment."""

LONG = SHARE > 0
"""Whether more than the sample is tried."""

FOLDER = os.environ.get("OWNKEY_PROOF_DIR")


def note(name: str, **figures: float | str) -> None:
    """Keep what was measured, where somebody asked for it."""
    if FOLDER:
        folder = Path(FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        facts = {"mode": "long" if LONG else "normal", **figures}
        (folder / f"{name}.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")


class Number(NamedTuple):
    normal: int
    """By every run of the suite."""
    long: int


PLAN = {
    "kills": Number(40, 600),
    "logs": Number(1_000, 100_000),
    "settings": Number(500, 20_000),
    "load": Number(600, 8_000),
    "gate": Number(20_000, 200_000),
    "races": Number(3_000, 10_000),
    "edits": Number(1_500, 30_000),
}
"""How many are tried of what the page of proofs counts."""


def tried(name: str) -> int:
    plan = PLAN[name]
    return max(plan.normal, round(plan.long * SHARE))
