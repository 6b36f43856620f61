"""The app in a real browser: a prompt is typed, and the answer seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.chromium import PROGRAM, chromium
from tests.e2e.front_door import entry, settle
from tests.e2e.served import served
from ownkey.rehearsal import sample

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="there is no Chromium here: apt-get install chromium"
)
