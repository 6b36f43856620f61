"""What a release is made of: told whole, and nothing of it runs by being installed."""

from __future__ import annotations

import importlib.metadata as installed
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements/run.txt").read_text("utf-8")
PINS = dict(re.findall(r"^([a-z0-9-]+)==([0-9a-z.]+)", LOCK, re.MULTILINE))

KNOWN = {"distutils-precedence.pth", "_virtualenv.pth", "ownkey.pth"}
"""Of setuptools and virtualenv; ours is the one line of an editable installation."""


def test_the_bill_of_materials_holds_the_lock_and_nothing_else() -> None:
    made = [
        subprocess.run([sys.executable, ROOT / "scripts/sbom.py"], capture_output=True, check=True)
        for _ in range(2)
    ]
    assert made[0].stdout == made[1].stdout
    told = json.loads(made[0].stdout)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert {one["name"]: one["version"] for one in told["components"]} == PINS
    assert sum(len(one["hashes"]) for one in told["components"]) == LOCK.count("--hash=sha256:")


def test_what_the_lock_installs_runs_nothing_when_python_starts() -> None:
    """A `.pth` file is run by every Python of an environment: by one, keys were stolen in 2026."""
    looked_at = 0
    found: list[str] = []
    for name in PINS:
        try:
            files = installed.files(name) or []
        except installed.PackageNotFoundError:  # of another system, or an extra
            continue
        looked_at += 1
        found += [f"{name}: {one.name}" for one in files if one.name.endswith(".pth")]
        found += [f"{name}: {one}" for one in files if str(one) in STARTED]
    assert looked_at > 8
    assert [one for one in found if one.partition(": ")[2] not in KNOWN] == []


STARTED = ("sitecustomize.py", "usercustomize.py")
