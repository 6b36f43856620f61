"""Writes what a release is made of, as CycloneDX 1.6: `python scripts/sbom.py > sbom.json`.

The components are those of the lock of the program, each with the hashes that an installation
accepts. Nothing of the machine or the time is in it, so that the same lock gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements/run.txt"

PIN = re.compile(r"([a-z0-9-]+)==([0-9a-z.]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VERSION = re.compile(r'__version__ = "([^"]+)"')


def main() -> None:
    json.dump(described(), sys.stdout, indent=2)
    print()


def described() -> dict[str, Any]:
    found = VERSION.search((ROOT / "src/ownkey/__init__.py").read_text("utf-8"))
    version = found[1] if found else "0"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "ownkey", "version": version}},
        "components": list(components(LOCK.read_text("utf-8"))),
    }


def components(lock: str) -> Iterator[dict[str, Any]]:
    """Of a lock: a pin begins at a line's beginning, its hashes stand below."""
    for block in re.split(r"\n(?=\S)", lock):
        if pin := PIN.match(block):
            name, version = pin.groups()
            address = f"pkg:pypi/{name}@{version}"
            yield {
                "type": "library",
                "bom-ref": address,
                "name": name,
                "version": version,
                "purl": address,
                "hashes": [{"alg": "SHA-256", "content": one} for one in HASH.findall(block)],
            }


if __name__ == "__main__":
    main()
