"""`ownkey compare`: two models at the same tasks, and nothing of the person's is touched."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from subprocess import CompletedProcess
from xml.etree import ElementTree as ET

from ownkey.rehearsal import sample
from ownkey.rehearsal.server import Rehearsal
from tests.e2e.front_door import KEY, entry, run, settle
from tests.far import Far, chat, refusal

PRICED = {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75}


def compared(home: Path, cwd: Path, *arguments: str) -> CompletedProcess[str]:
    async def both() -> CompletedProcess[str]:
        async with Rehearsal() as far:
            named = {"model": "rehearsal", "pricing": PRICED}
            chat = "generic-chat-completion-api"
            settle(
                home,
                entry(far.url, "anthropic", **named, displayName="One"),
                entry(far.url, chat, **named, displayName="Two"),
            )
            return await asyncio.to_thread(run, "compare", *arguments, cwd=cwd)

    return asyncio.run(both())


def test_each_model_does_each_task(home: Path) -> None:
    picture = home / "compared.svg"
    done = compared(home, home, "--yes", "--json", "--svg", str(picture))
    trials = json.loads(done.stdout)["trials"]
    assert {one["model"] for one in trials} == {"custom:One-0", "custom:Two-1"}
    assert len(trials) == 8
    mended = [one for one in trials if one["task"] == "mend a failing test"]
    assert all(one["solved"] and one["cost"] > 0 and one["cacheRead"] > 0 for one in mended)
    assert sum(one["solved"] for one in trials) == 2
    words = " ".join(ET.parse(picture).getroot().itertext())
    assert "custom:One-0" in words
    assert "1/4" in words
    assert KEY not in done.stdout + done.stderr
    assert "No sessions" in run("sessions", "list", "--all").stdout


def test_a_task_in_a_repository_of_ones_own_leaves_it_as_it_was(home: Path) -> None:
    repository = sample.copy(home / "shelf")
    before = {one: one.read_bytes() for one in repository.rglob("*.py")}
    task = ("--task", sample.PROMPT, "--check", "python3 -m unittest -q")
    done = compared(home, repository, "One", "--yes", *task)
    assert "custom:One-0" in done.stdout
    assert "1/1" in done.stdout
    assert {one: one.read_bytes() for one in before} == before


def test_the_price_is_told_and_nobody_is_asked_without_leave(home: Path) -> None:
    done = compared(home, home)
    assert "custom:One-0: 4 tasks, about $" in done.stdout
    assert "Say --yes" in done.stderr
    assert done.returncode == 2


def test_with_leave_given_before_the_price_is_told_all_the_same(home: Path) -> None:
    done = compared(home, home, "One", "--yes", "--json")
    assert "custom:One-0: 4 tasks, about $" in done.stderr


def test_a_server_on_this_machine_can_be_compared_without_an_entry(home: Path) -> None:
    listed = refusal(200, {"data": [{"id": "qwen3-coder:30b"}]})
    answers = [chat("I am done.")] * 4
    with Far(*answers, facts={"/v1/models": listed}) as far:
        done = run("compare", "--yes", "--json", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
    assert {one["model"] for one in json.loads(done.stdout)["trials"]} == {"qwen3-coder:30b"}
    assert done.returncode == 1


def test_the_budget_is_for_all_of_them(home: Path) -> None:
    done = compared(home, home, "--yes", "--budget", "0.02", "--json")
    trials = json.loads(done.stdout)["trials"]
    assert sum(one["cost"] for one in trials) <= 0.02
    assert any("budget" in (one["error"] or "") for one in trials) or "used up" in done.stderr


def test_a_task_needs_a_check(home: Path) -> None:
    done = compared(home, home, "--task", "Do it.")
    assert done.returncode == 2
    assert "--task and --check go together." in done.stderr
