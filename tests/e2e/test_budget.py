"""A budget holds over the runs of a session, and over all sessions of a day or a project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.front_door import entry, run, settle_text
from tests.far import Far, messages

PRICE = {"input": 1000, "output": 1000}
"""US dollars for a million: an answer of 3 tokens to a prompt of 9 costs 1.2 cents."""


def settled(home: Path, far: Far, **budget: Any) -> None:
    one = entry(far.url, "anthropic", maxOutputTokens=100, pricing=PRICE)
    settle_text(home, json.dumps({"customModels": [one], "ownkey": {"budget": budget}}))


def test_a_run_reports_what_it_cost(home: Path, tmp_path: Path) -> None:
    with Far(messages("Yes.")) as far:
        settled(home, far)
        done = run("exec", "-o", "json", "Well?", cwd=tmp_path)
    assert json.loads(done.stdout)["cost_usd"] == 0.012


def test_a_run_beyond_the_budget_stops_before_it_asks(home: Path, tmp_path: Path) -> None:
    with Far(messages("Never.")) as far:
        settled(home, far)
        done = run("exec", "--budget", "0.10", "Well?", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "$0.10 for this session leaves no room" in done.stderr
    assert far.requests == []


@pytest.mark.parametrize("span", ["day", "project"])
def test_other_sessions_count_for_the_day_and_the_project(
    home: Path, tmp_path: Path, span: str
) -> None:
    # The prompt of a first request has a good thousand tokens; it is reserved at $1 a thousand.
    with Far(messages("Yes."), messages("Never.")) as far:
        settled(home, far, **{span: 1.5})
        first = run("exec", "--only-tools", "", "Well?", cwd=tmp_path)
        settled(home, far, **{span: 0.013})
        then = run("exec", "--only-tools", "", "Well?", cwd=tmp_path)
    assert (first.returncode, then.returncode) == (0, 3), first.stderr
    assert "$0.0120 are used" in then.stderr
    assert len(far.requests) == 1


def test_tokens_can_be_bounded_where_no_price_is_known(home: Path, tmp_path: Path) -> None:
    with Far(messages("Never.")) as far:
        settled(home, far)
        done = run("exec", "--max-tokens-total", "100", "Well?", cwd=tmp_path)
    assert done.returncode == 3
    assert "100 tokens for this session" in done.stderr


def test_a_budget_that_is_no_amount_is_pointed_at(home: Path, tmp_path: Path) -> None:
    with Far(messages("Yes.")) as far:
        settled(home, far, day="much")
        listed = run("models", cwd=tmp_path)
    assert "day must be a positive number of US dollars" in listed.stderr


def test_a_project_has_no_say_in_budgets(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / ".factory"
    folder.mkdir()
    text = json.dumps({"ownkey": {"budget": {"session": 0.00001}}})
    (folder / "settings.json").write_text(text)
    with Far(messages("Yes.")) as far:
        settled(home, far)
        assert run("exec", "Well?", cwd=tmp_path).returncode == 0
