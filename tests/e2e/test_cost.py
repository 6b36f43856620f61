"""`ownkey cost`, after real runs against the far side."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.e2e.front_door import entry, run, settle
from tests.far import Far, messages, refusal


@pytest.fixture
def spent(home: Path, tmp_path: Path) -> Path:
    """A folder with two sessions in it."""
    work = tmp_path / "work"
    work.mkdir()
    for _ in range(2):
        with Far(refusal(503), messages("Yes.")) as far:
            settle(home, entry(far.url, "anthropic", pricing={"input": 1000, "output": 1000}))
            assert run("exec", "Well?", cwd=work).returncode == 0
    return work


def test_the_last_session_is_shown(spent: Path) -> None:
    done = run("cost", cwd=spent)
    head, _, title, row, *notes = done.stdout.splitlines()
    assert head.endswith(str(spent))
    assert title.split()[0] == "MODEL"
    assert row.split() == ["far-1", "1", "9", "0", "0", "0.0%", "3", "$0.0120"]
    assert "Asked again once." in notes


def test_all_sessions_by_project_as_json(spent: Path, tmp_path: Path) -> None:
    done = run("cost", "--by", "project", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    (group,) = told["groups"]
    assert (group["name"], group["calls"], group["input_tokens"]) == (str(spent), 2, 18)
    assert told["currency"] == "USD"
    assert told["total"]["cost_usd"] == 0.024


def test_all_sessions_by_day_as_csv(spent: Path) -> None:
    done = run("cost", "--since", "1d", "--by", "day", "--csv", cwd=spent)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["calls"], row["output_tokens"], row["cost_usd"]) == ("2", "6", "0.024")


def test_nothing_was_spent_since(spent: Path) -> None:
    assert run("cost", "--since", "2999-01-01", cwd=spent).stdout == (
        "No model was asked in that time.\n"
    )


def test_a_time_that_is_none_is_refused(tmp_path: Path) -> None:
    done = run("cost", "--since", "yesterday", cwd=tmp_path)
    assert done.returncode == 2
    assert "Give one like 24h" in done.stderr


def test_where_no_session_is_there_is_nothing_to_show(home: Path, tmp_path: Path) -> None:
    done = run("cost", cwd=tmp_path)
    assert done.returncode == 1
    assert "There is no session" in done.stderr
