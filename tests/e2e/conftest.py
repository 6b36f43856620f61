"""What tests through the front door share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture
def rehearsal() -> Iterator[str]:
    """The address of a rehearsal that runs as a process of its own."""
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "ownkey.rehearsal", "--pace", "0.002"],
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()
