"""The page of attacks says what is true: every case, and the tests that there are."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = "import sys; sys.path.insert(0, 'scripts'); import attacks; print(attacks.page(), end='')"


def test_the_page_is_what_the_tests_say() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITTEN], cwd=ROOT, capture_output=True, text=True, check=True
    )
    page = (ROOT / "docs/attacks.md").read_text("utf-8")
    assert page == done.stdout, "run `make attacks`"


def test_no_case_is_missing() -> None:
    page = (ROOT / "docs/attacks.md").read_text("utf-8")
    cases = re.findall(r"^\| ([A-G])\d\d \|", page, re.MULTILINE)
    assert Counter(cases) == {"A": 18, "B": 20, "C": 26, "D": 19, "E": 8, "G": 8}
