"""The small real repository the coder works on: a lending library with one wrong shelf."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

PROMPT = 'A test fails: it wants "The Tempest" under T, and we shelve it under M. Please fix it.'
"""The one task the coder knows."""

CHECK = "python3 -m unittest -q"


def copy(to: Path) -> Path:
    """Put a fresh copy into the folder `to`, which must not exist yet or be empty."""
    with as_file(files("ownkey").joinpath("data/rehearsal/shelf")) as source:
        shutil.copytree(
            source, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    return to
