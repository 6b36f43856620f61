"""The rehearsal from curtain to curtain, watched by the official SDKs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from ownkey.rehearsal import Rehearsal, sample
from tests.rehearsal.players import PLAYERS, Hands, Player

each_format = pytest.mark.parametrize("player", PLAYERS.values(), ids=PLAYERS.keys())


def play(player: Player, prompt: str, hands: Hands) -> tuple[list[str], Rehearsal]:
    async def main() -> tuple[list[str], Rehearsal]:
        async with Rehearsal() as far:
            return await player(far.url, prompt, hands), far

    return asyncio.run(main())


def passes(folder: Path) -> bool:
    ran = subprocess.run([sys.executable, "-m", "unittest", "-q"], cwd=folder, capture_output=True)
    return ran.returncode == 0


def test_one_test_of_the_sample_fails_and_the_others_pass(tmp_path: Path) -> None:
    folder = sample.copy(tmp_path / "shelf")
    ran = subprocess.run(
        [sys.executable, "-m", "unittest", "-q"], cwd=folder, capture_output=True, text=True
    )
    assert "Ran 6 tests" in ran.stderr
    assert "FAILED (failures=1)" in ran.stderr
    assert "test_the_tempest_stands_under_t" in ran.stderr


@each_format
def test_the_coder_finds_the_fault_mends_it_and_sees_the_passes(
    player: Player, tmp_path: Path
) -> None:
    hands = Hands(sample.copy(tmp_path / "shelf"))
    said, far = play(player, sample.PROMPT, hands)
    assert hands.used == ["ls", "grep", "read", "read", "edit", "shell"]
    assert passes(hands.folder)
    assert "a script, not a model" in said[0]
    assert "6 tests ran and passed" in said[-1]
    assert "script, no model" in said[-1]
    assert far.refused == []
    assert len(far.requests) == len(far.bills) == 5


@each_format
def test_the_cache_bears_the_growing_conversation(player: Player, tmp_path: Path) -> None:
    _, far = play(player, sample.PROMPT, Hands(sample.copy(tmp_path / "shelf")))
    first, *later = far.bills
    assert first.read == 0
    assert all(bill.read > bill.uncached + bill.write for bill in later)
    assert all(bill.reasoning for bill in far.bills[:3])


@each_format
def test_refused_the_edit_the_coder_stops_and_says_why(player: Player, tmp_path: Path) -> None:
    hands = Hands(sample.copy(tmp_path / "shelf"), refuses="edit")
    said, _ = play(player, sample.PROMPT, hands)
    assert hands.used[-1] == "edit"
    assert "could not change the file" in said[-1]
    assert "the user said no" in said[-1]


@each_format
def test_refused_the_shell_the_coder_says_what_it_needs(player: Player, tmp_path: Path) -> None:
    said, _ = play(player, sample.PROMPT, Hands(sample.copy(tmp_path / "shelf"), refuses="shell"))
    assert "could not see the tests run" in said[-1]
    assert sample.CHECK in said[-1]
    assert "passed" not in said[-1]


@each_format
def test_a_greeting_is_answered_in_one_line_without_tools(player: Player, tmp_path: Path) -> None:
    hands = Hands(tmp_path)
    said, _ = play(player, "hi", hands)
    assert said == ["Hello! This is a rehearsal: I am a script, not a model."]
    assert hands.used == []


@each_format
def test_another_task_is_declined_with_the_users_own_words(player: Player, tmp_path: Path) -> None:
    said, _ = play(player, "Write a poem about café ☕", Hands(tmp_path))
    assert "one task only" in said[0]
    assert "Write a poem about café ☕" in said[0]
