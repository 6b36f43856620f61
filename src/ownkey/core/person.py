"""Where the person at the keyboard is at home."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(os.sep)


def known_home(environ: Mapping[str, str]) -> Path | None:
    """None where nobody knows: the variable is not set, and this user is in no list of users, as
    in some containers."""
    said = environ.get("USERPROFILE" if os.name == "nt" else "HOME")
    try:
        return Path(said) if said else Path.home()
    except RuntimeError:
        return None


def home(environ: Mapping[str, str]) -> Path:
    """The root where nobody knows, as containers have it."""
    return known_home(environ) or ROOT
