"""Brings .venv to what the locks say: `python3 scripts/bootstrap.py [test] [model] [lock]`.

Needs Python alone, and changes nothing outside the checkout. What the program itself needs (the
lock `run`, and the checkout as an editable package) always comes first. When all is there, it
only compares digests.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
import venv
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MARKS = VENV / "locks"
LOCKS = {
    "run": ROOT / "requirements/run.txt",
    "test": ROOT / "requirements/test.txt",
    "lock": ROOT / "requirements/lock.txt",
    "model": ROOT / "src/ownkey/data/rehearsal/model.txt",
}
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main() -> None:
    names = ("run", *sys.argv[1:])
    if not _has("run") or any(_mark(name).exists() and not _has(name) for name in names):
        _create()
    for name in names:
        if not _has(name):
            _install(name)
            _mark(name).write_text(_digest(name), "utf-8")


def _mark(name: str) -> Path:
    return MARKS / name


def _has(name: str) -> bool:
    return _mark(name).exists() and _mark(name).read_text("utf-8") == _digest(name)


def _digest(name: str) -> str:
    """Of all that the installation depends on: the lock, this Python, the place, our entry."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    facts = [LOCKS[name].read_text("utf-8"), sys.version, sys.base_prefix, str(ROOT), project]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _create() -> None:
    _say(f"Creating .venv with Python {sys.version.split()[0]}")
    if not find_spec("ensurepip") and not find_spec("pip"):
        sys.exit(
            f"{sys.executable} has neither ensurepip nor pip, so it cannot install anything.\n"
            f"  Debian, Ubuntu: apt install python3.{sys.version_info.minor}-venv\n"
            "  Or name another Python: make PYTHON=/path/to/python3 ..."
        )
    venv.create(VENV, clear=True, symlinks=os.name != "nt", with_pip=bool(find_spec("ensurepip")))
    MARKS.mkdir()


def _install(name: str) -> None:
    _say(f"Installing {LOCKS[name].relative_to(ROOT)}")
    # The locks are complete, so nothing is left to be resolved.
    _pip("--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", LOCKS[name])
    if name == "run":
        _pip("--no-deps", "--no-build-isolation", "--editable", ROOT)


def _pip(*arguments: str | Path) -> None:
    # Debian's Python comes without ensurepip, but perhaps with a pip that can serve .venv.
    own = [str(PYTHON), "-m", "pip"]
    lent = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    pip = own if find_spec("ensurepip") else lent
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run([*pip, "install", *quiet, *arguments], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit("The installation failed; see above. The next run starts again where it stopped.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
