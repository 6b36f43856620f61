"""What a person sees of a model's dialect: a level of effort it lacks, a call it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "hello.py").write_text("print('helo')\n")
    return folder


def test_a_level_of_effort_that_the_model_lacks_is_said(home: Path, work: Path) -> None:
    with Far(chat("Hi."), chat("Hi.")) as far:
        settle(home, entry(far.url, model="gpt-oss-20b"))
        lacking = run("exec", "-r", "max", "hi", cwd=work)
        known = run("exec", "-r", "low", "hi", cwd=work)
    assert "gpt-oss-20b takes no effort 'max'; 'high' is used instead." in lacking.stderr
    assert "effort" not in known.stderr
    efforts = [request.json["reasoning_effort"] for request in far.requests]
    assert efforts == ["high", "low"]


def test_a_call_that_a_local_model_prints_is_run(home: Path, work: Path) -> None:
    call = '{"name": "read", "arguments": {"path": "hello.py"}}'
    printed = f"<think>\nWhere?\n</think>\n\n<tool_call>\n{call}\n</tool_call>"
    with Far(chat(printed), chat("A typo.")) as far:
        settle(home, entry(far.url, model="qwen3:8b"))
        done = run("exec", "look", cwd=work)
    assert (done.returncode, done.stdout) == (0, "A typo.\n")
    reply, answer = far.requests[1].json["messages"][-2:]
    assert reply["content"] == "<think>\nWhere?\n</think>\n\n"
    assert [call["function"]["name"] for call in reply["tool_calls"]] == ["read"]
    assert "helo" in answer["content"]
