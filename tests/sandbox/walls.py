"""The walls that this machine can build, around a folder of a test's own."""

from __future__ import annotations

import asyncio
import functools
import os
import tempfile
from pathlib import Path

import pytest

from ownkey.sandbox import Name, Verdict
from ownkey.sandbox.policy import Policy, Wishes, policy
from ownkey.sandbox.probe import probe
from ownkey.tools.confinement import Confinement

NAMES: tuple[Name, ...] = ("bwrap", "landlock")


@functools.cache
def verdict(name: Name) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        private, cwd = Path(folder, "tmp"), Path(folder, "work")
        private.mkdir()
        cwd.mkdir()
        return asyncio.run(probe(policy(cwd, {}, private, wished=Wishes()), name))


def needs(name: Name) -> None:
    """Skip the test where the kernel does not let these walls be built."""
    found = verdict(name)
    if found.name != name:
        pytest.skip(f"no {name} here: {found.why}")


def confinement(
    name: Name, cwd: Path, *, wished: Wishes | None = None, hidden: tuple[Path, ...] = ()
) -> Confinement:
    def plan(private: Path) -> Policy:
        found = wished or Wishes()
        return policy(cwd, dict(os.environ), private, wished=found, hidden=hidden)

    made = Confinement(plan)
    made.only = name
    return made
