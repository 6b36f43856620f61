"""The main job, end to end: a real repository mended through each wire of the rehearsal."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ownkey.rehearsal import sample
from tests.e2e.front_door import command, entry, run, settle

WIRES = ("anthropic", "openai", "generic-chat-completion-api")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return sample.copy(tmp_path / "shelf")


def passes(repository: Path) -> bool:
    suite = [sys.executable, "-m", "unittest", "-q"]
    return subprocess.run(suite, cwd=repository, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("wire", WIRES)
def test_exec_mends_the_sample_repository(
    home: Path, repository: Path, rehearsal: str, wire: str
) -> None:
    settle(home, entry(rehearsal, wire))
    assert not passes(repository)
    done = run("exec", "--auto", "medium", "-o", "json", sample.PROMPT, cwd=repository)
    told = json.loads(done.stdout)
    assert (done.returncode, told["error"]) == (0, None)
    assert passes(repository)
    assert "rehearsal" in told["result"]
    assert told["usage"]["cache_read_input_tokens"] > 0


@pytest.mark.parametrize("wire", ["anthropic", "openai", "generic"])
def test_the_demo_plays_to_its_end_and_says_that_it_is_scripted(wire: str, tmp_path: Path) -> None:
    # Of memory freed in a wrong way, this allocator dies each time; the other one now and then.
    done = run("demo", "--wire", wire, TMPDIR=str(tmp_path), PYTHONMALLOC="debug")
    assert (done.returncode, done.stderr) == (0, "")
    assert "a script plays the model" in done.stdout
    assert "exit code 0" in done.stdout
    assert "cache read" in done.stdout


def test_killed_at_any_moment_a_session_opens_and_holds_what_was_told(
    home: Path, tmp_path: Path, rehearsal: str
) -> None:
    settle(home, entry(rehearsal, "anthropic"))
    for lines in range(1, 16):
        repository = sample.copy(tmp_path / f"shelf-{lines}")
        told = killed_after(lines, repository)
        shown = run("sessions", "show", "last", "--json", cwd=repository)
        assert shown.returncode == 0, shown.stderr
        kept = json.loads(shown.stdout)
        assert kept["skipped"] == []
        results = {message["call"] for message in kept["messages"] if message["role"] == "result"}
        assert {line["id"] for line in told if line["type"] == "tool_result"} <= results


def killed_after(lines: int, repository: Path) -> list[dict[str, Any]]:
    """Run exec, kill it once it has told so many things, and give what it told."""
    process = subprocess.Popen(
        command("exec", "--auto", "medium", "-o", "stream-json", sample.PROMPT),
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        told = [json.loads(line) for line, _ in zip(process.stdout, range(lines), strict=False)]
        process.send_signal(signal.SIGKILL)
    return told
