"""Start-up stays short: what each command imports of other people's, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.front_door import entry, settle
from tests.far import Far, chat
from tests.skills.made import skill

TYPES = {"msgspec", "typing_extensions"}
FOLDERS = {"platformdirs"}
YAML = {"yaml", "_yaml", "_cython_3_1_4"}
HTTP = {"httptools", "truststore", "cython_runtime", "_cython_3_3_0"}

ALLOWED = {
    "--version": set(),
    "--help": set(),
    "exec --help": set(),
    "web --help": set(),
    "models": TYPES | FOLDERS,
    "keys": TYPES | FOLDERS,
    "sessions": TYPES | FOLDERS,
}

PROBE = """
import runpy, sys
before = set(sys.modules)
try:
    runpy.run_module("ownkey", run_name="__main__")
finally:
    print(*(set(sys.modules) - before), file=sys.stderr)
"""


def imported(*arguments: str) -> set[str]:
    """The packages that `ownkey ARGUMENTS` imports, without those of the standard library."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROBE, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    packages = {name.partition(".")[0] for name in done.stderr.splitlines()[-1].split()}
    return packages - set(sys.stdlib_module_names)


@pytest.mark.parametrize("line", ALLOWED)
def test_a_command_imports_only_what_it_needs(home: Path, line: str) -> None:
    settle(home, entry("http://127.0.0.1:9"))
    packages = imported(*line.split())
    assert "ownkey" in packages
    assert packages <= {"ownkey"} | ALLOWED[line]


def test_a_skill_costs_a_task_one_library(home: Path) -> None:
    skill(home / ".claude" / "skills" / "pdf")
    with Far(chat("Hello.")) as far:
        settle(home, entry(far.url))
        packages = imported("exec", "Say hello.")
    assert "yaml" in packages
    assert packages <= {"ownkey"} | YAML | TYPES | FOLDERS | HTTP


def test_a_task_imports_only_what_an_exchange_needs(home: Path) -> None:
    with Far(chat("Hello.")) as far:
        settle(home, entry(far.url))
        packages = imported("exec", "Say hello.")
    assert json.loads(far.requests[0].body)["messages"]
    assert {"msgspec", "httptools"} <= packages
    assert packages <= {"ownkey"} | TYPES | FOLDERS | HTTP
