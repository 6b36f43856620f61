"""C and D01 to D04: what a command tries against the walls it runs in. Each attack is tried
without them first, where that is harmless, so that a failure inside means something."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ownkey.doctor.walls import Arena, arena
from ownkey.sandbox import Name, bubblewrap
from ownkey.sandbox.attacks import ATTACKS, Attack
from tests.proof.figures import note
from tests.sandbox import walls

VISIBLE = Path(__file__).parents[2] / ".arena"
"""Where commands can see it: /tmp is hidden from them, and would hold without walls."""


@pytest.fixture
def ground() -> Iterator[Arena]:
    VISIBLE.mkdir(exist_ok=True)
    with arena(VISIBLE) as made:
        yield made


def succeeded(ground: Arena, attack: Attack) -> bool:
    """Without any walls."""
    before = ground.snapshot()
    code, _ = asyncio.run(ground.ran(attack.script))
    return bool(ground.changes(before)) or (attack.judge == "exit" and code == 0)


_results = Counter[str]()


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """What came of them all is a figure of the proof."""
    yield
    stood = " and ".join(name for name in walls.NAMES if walls.verdict(name).name == name)
    note("sandbox", attacks=len(ATTACKS), walls=stood, broken=_results["broken"])


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.control], ids=lambda one: one.id)
def test_an_attack_succeeds_without_walls(ground: Arena, attack: Attack) -> None:
    if not succeeded(ground, attack):
        pytest.skip("this kernel refuses it anyway")


@pytest.mark.parametrize("name", walls.NAMES)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.id)
def test_the_walls_hold(ground: Arena, attack: Attack, name: Name) -> None:
    walls.needs(name)

    async def attacked() -> tuple[str, str]:
        confinement = ground.walls(name)
        verdict = await ground.attacked(attack, confinement)
        await confinement.aclose()
        return verdict.result, verdict.saw

    result, saw = asyncio.run(attacked())
    if name in attack.weak:
        assert result == "broken", "it holds by now: take it out of the documented limits"
        return
    _results[result] += 1
    assert result != "broken", saw


def test_c24_a_bwrap_that_root_did_not_install_is_none(tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text('#!/bin/sh\nexec "$@"\n')
    fake.chmod(0o777)
    assert bubblewrap.find([str(tmp_path)]) is None


def test_c24_a_bwrap_in_the_workspace_is_not_looked_for(
    ground: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ground.work / "bwrap").write_text('#!/bin/sh\nexec "$@"\n')
    (ground.work / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{ground.work}:/usr/bin:/bin")
    found = bubblewrap.find()
    assert found is None or not found.is_relative_to(ground.work)
    assert found is not None or shutil.which("bwrap", path="/usr/bin") is None
