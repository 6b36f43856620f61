"""Every test gets an empty HOME of its own, and no key of the person running it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "fuzz", max_examples=100_000, suppress_health_check=[HealthCheck.too_slow], database=None
)

LENT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "SYSTEMROOT",
    "PYTEST_XDIST_WORKER",
    "PYTEST_CURRENT_TEST",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, with an environment that holds nothing else."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in list(os.environ):
        if name not in LENT:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("OWNKEY_LOCAL_SERVERS", "")
    return folder
