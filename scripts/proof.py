"""Writes what tests measured into docs/proof.md: `python scripts/proof.py [FOLDER]`.

FOLDER is where a run with OWNKEY_PROOF_DIR=FOLDER left its figures; they are taken over. A long
run: OWNKEY_LONG=1 OWNKEY_PROOF_DIR=FOLDER .venv/bin/pytest --timeout 0 tests/faults tests/attacks
tests/gate tests/core/test_telltale.py tests/tools/test_edit.py, in one process, so that each
count is of the whole.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.proof.document import MEASURED, PAGE, collected, measured, written


def main() -> None:
    for folder in map(Path, sys.argv[1:]):
        known = {**measured(), **collected(folder)}
        MEASURED.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", "utf-8")
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
