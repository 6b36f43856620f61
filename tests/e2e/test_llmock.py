"""A stranger's judgement: `llmock` plays the provider, breaks things, and grades us."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from ownkey.core.model import WireName
from tests.e2e.front_door import entry, run, settle

LLMOCK = shutil.which("llmock", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(LLMOCK is None, reason="llmock is not installed")

FORMATS: dict[WireName, tuple[str, str]] = {
    "anthropic": ("/anthropic", "claude-sonnet-4-5"),
    "openai": ("/v1", "gpt-4o"),
    "generic-chat-completion-api": ("/v1", "gpt-4o"),
}

# The judge calls the first tool it is offered, so each run is two calls.
FAULTS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "rate limit": [{"type": "fail", "status": 429, "retry_after": 1}],
    "overload": [{"type": "fail", "status": 503}],
    "cut": [{"type": "stream_fault", "kind": "disconnect", "after_chunks": 1}],
    "ended early": [{"type": "stream_fault", "kind": "truncate", "after_chunks": 1}],
}
"""Not `malformed`: whether we hung up at the bad chunk or read over it, the judge can
only tell if it was still writing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    command = [str(LLMOCK), "serve", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        started = (re.search(r"running on (http://\S+)", line) for line in process.stderr)
        yield next(found[1] for found in started if found)
        process.terminate()
        process.communicate()


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("wire", FORMATS)
def test_exec_survives_a_fault_to_the_judges_liking(
    home: Path, tmp_path: Path, server: str, wire: WireName, faults: list[dict[str, Any]]
) -> None:
    path, model = FORMATS[wire]
    # A window that is known need not be asked for: the judge counts calls.
    facts = {"model": model, "maxOutputTokens": 64, "contextWindow": 200_000}
    settle(home, entry(server, wire, baseUrl=server + path, **facts))
    httpx2.post(f"{server}/_llmock/reset").raise_for_status()
    if faults:
        scenario = {"behaviors": faults}
        httpx2.post(f"{server}/_llmock/scenario", json=scenario).raise_for_status()
    done = run("exec", "--only-tools", "ls", "Hello.", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert done.stderr.count("Asking again") == len(faults)
    report = subprocess.run(
        [str(LLMOCK), "report", "--url", server, "--strict", "--json"],
        capture_output=True,
        text=True,
    )
    verdict = json.loads(report.stdout)
    assert report.returncode == 0, verdict
    assert verdict["findings"] == []
    assert (verdict["calls"], verdict["faults_injected"]) == (2, len(faults))
