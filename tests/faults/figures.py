"""What the tests of this folder measured, for `docs/proof.md`: a small file for each of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

LONG = "OWNKEY_LONG" in os.environ
"""Whether everything is to be tried, and not a sample. Read before tests lose the environment."""

FOLDER = os.environ.get("OWNKEY_PROOF_DIR")


def note(name: str, **figures: float | str) -> None:
    """Keep what was measured, where somebody asked for it."""
    if FOLDER:
        folder = Path(FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        facts = {"mode": "long" if LONG else "normal", **figures}
        (folder / f"faults-{name}.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")


def either(normal: int, long: int) -> int:
    """How many are tried."""
    return long if LONG else normal
