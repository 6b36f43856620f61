"""A folder to work in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, home: Path) -> Desk:
    folder = tmp_path / "work"
    folder.mkdir()
    secret = home / "settings.json"
    secret.write_text('{"apiKey": "test-key-not-real-1"}')
    return Desk(folder, tmp_path / "spool", secret)
