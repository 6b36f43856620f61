"""`/doctor` examines the model that answers, once it has leave."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ownkey.rehearsal.server import Rehearsal
from tests.doctor.examinee import examinee
from tests.e2e.front_door import entry, run, settle


@pytest.mark.parametrize(
    ("choice", "says", "questions"),
    [("1", "first word after", 12), ("2", "no question was asked", 0)],
)
def test_it_asks_for_leave_and_shows_the_report(
    home: Path, tmp_path: Path, choice: str, says: str, questions: int
) -> None:
    async def said() -> str:
        async with Rehearsal(examinee) as far:
            settle(home, entry(far.url, "anthropic", model="rehearsal"))
            lines = f"/doctor\n{choice}\n"
            done = await asyncio.to_thread(run, "--plain", cwd=tmp_path, stdin=lines)
            assert len(far.requests) == questions
            return done.stdout + done.stderr

    shown = asyncio.run(said())
    assert "is asked some 12 questions" in shown
    assert says in shown
