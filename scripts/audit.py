"""Asks the public lists of vulnerabilities about the locks: `make audit`.

It needs the network and pip-audit, which is fetched for the occasion; without them it says so.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LOCKS = sorted((Path(__file__).resolve().parent.parent / "requirements").glob("*.txt"))

SKIPPED = "Dependency not found on PyPI and could not be audited:"

NO_ANSWER = ("ConnectionError", "Max retries exceeded", "error sending request", "dns error")


def main() -> int:
    codes = [_asked(lock) for lock in LOCKS]
    return max(codes)


def _asked(lock: Path) -> int:
    tool = [sys.executable, "-m", "uv", "tool", "run", "pip-audit"]
    options = ["--require-hashes", "--disable-pip", "--requirement", str(lock)]
    done = subprocess.run([*tool, *options], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode and any(words in said for words in NO_ANSWER):
        print(f"{lock.name}: NOT AUDITED, the list of vulnerabilities cannot be reached from here.")
        return 0
    unknown = re.findall(rf"{SKIPPED} (\S+)", said)
    of = "others: " if unknown else ""
    if unknown:  # it says "No known vulnerabilities" of these too
        print(
            f"{lock.name}: {len(unknown)} NOT AUDITED, unknown to the list: {', '.join(unknown)}."
        )
    print(f"{lock.name}: {of}{(said if done.returncode else done.stderr).strip()}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
