"""A stranger's judgement: `llmock` plays the provider, breaks things, and grades us."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

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


class Fault(NamedTuple):
    behaviors: list[dict[str, Any]]
    retries: int = 1
    idle: float = 60.0
    """Seconds of silence after which we give an answer up."""


# The judge calls the first tool it is offered, so each run is two calls.
FAULTS = {
    "none": Fault([], retries=0),
    "rate limit": Fault([{"type": "fail", "status": 429, "retry_after": 1}]),
    "unavailable": Fault([{"type": "fail", "status": 503}]),
    "overloaded": Fault([{"type": "fail", "status": 529}]),
    "cut": Fault([{"type": "stream_fault", "kind": "disconnect", "after_chunks": 1}]),
    "ended early": Fault([{"type": "stream_fault", "kind": "truncate", "after_chunks": 1}]),
    "malformed": Fault([{"type": "stream_fault", "kind": "malformed", "after_chunks": 1}]),
    "stalled": Fault([{"type": "stream_fault", "kind": "stall", "after_chunks": 1}], idle=1.0),
    "slow to begin": Fault([{"type": "slow_first_token", "seconds": 0.5}], retries=0),
    "arguments that are no JSON": Fault(
        [{"type": "tool_fault", "kind": "malformed_arguments"}], retries=0
    ),
    "a tool that is not there": Fault([{"type": "tool_fault", "kind": "unknown_tool"}], retries=0),
}

CHANCE = {"malformed_chunk_ignored"}
"""Whether we hung up at the bad chunk or read over it, and so whether what comes next is a
second attempt, the judge can only tell if it was still writing."""


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


SEEN = {
    "name": "ok",
    "connection": "ok",
    "key": "unknown",
    "answer": "ok",
    "streaming": "ok",
    "usage": "ok",
    "tool call": "ok",
    "tool result": "unknown",
    "parallel calls": "no",
    "forced choice": "ok",
    "image": "no",
    "reasoning": "unknown",
    "reasoning off": "ok",
    "cache": "no",
    "errors": "no",
}
"""What there is to see of it: it takes any key, has a list that anybody may read, calls the first
tool once with words of its own, looks at no image, keeps no cache, and answers for any model."""


def examined(
    home: Path, server: str, wire: WireName, *behaviors: dict[str, Any]
) -> subprocess.CompletedProcess[str]:
    path, model = FORMATS[wire]
    settle(home, entry(server, wire, baseUrl=server + path, model=model))
    httpx2.post(f"{server}/_llmock/reset").raise_for_status()
    if behaviors:
        scenario = {"behaviors": behaviors}
        httpx2.post(f"{server}/_llmock/scenario", json=scenario).raise_for_status()
    return run("doctor", "--yes", "--json", cwd=home)


@pytest.mark.parametrize("wire", FORMATS)
def test_the_doctor_sees_what_the_judge_does(home: Path, server: str, wire: WireName) -> None:
    done = examined(home, server, wire)
    (seen,) = json.loads(done.stdout)["models"]
    found = {one["check"]: one["verdict"] for one in seen["checks"]}
    assert found.pop("model") == ("no" if wire == "anthropic" else "ok")
    assert found == SEEN
    assert seen["usable"]
    assert done.returncode == 1


class Ill(NamedTuple):
    behavior: dict[str, Any]
    kind: str
    exit: int


ILL = {
    "401": Ill({"type": "fail", "status": 401}, "key-refused", 77),
    "403": Ill({"type": "fail", "status": 403}, "no-access", 77),
    "429": Ill({"type": "fail", "status": 429, "retry_after": 90}, "rate-limited", 75),
    "503": Ill({"type": "fail", "status": 503}, "overloaded", 69),
    "cut": Ill(
        {"type": "stream_fault", "kind": "truncate", "after_chunks": 1}, "broken-stream", 69
    ),
    "malformed": Ill(
        {"type": "stream_fault", "kind": "malformed", "after_chunks": 1}, "broken-stream", 69
    ),
}


@pytest.mark.parametrize("ill", ILL.values(), ids=ILL)
@pytest.mark.parametrize("wire", FORMATS)
def test_the_doctor_names_what_the_judge_breaks(
    home: Path, server: str, wire: WireName, ill: Ill
) -> None:
    done = examined(home, server, wire, ill.behavior | {"times": 20})
    (seen,) = json.loads(done.stdout)["models"]
    assert (seen["usable"], seen["cause"]["kind"]) == (False, ill.kind)
    assert done.returncode == ill.exit


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("wire", FORMATS)
def test_exec_survives_a_fault_to_the_judges_liking(
    home: Path, tmp_path: Path, server: str, wire: WireName, fault: Fault
) -> None:
    path, model = FORMATS[wire]
    # A window that is known need not be asked for: the judge counts calls.
    facts = {"model": model, "maxOutputTokens": 64, "contextWindow": 200_000}
    settle(home, entry(server, wire, baseUrl=server + path, idleTimeout=fault.idle, **facts))
    httpx2.post(f"{server}/_llmock/reset").raise_for_status()
    if fault.behaviors:
        scenario = {"behaviors": fault.behaviors}
        httpx2.post(f"{server}/_llmock/scenario", json=scenario).raise_for_status()
    done = run("exec", "--only-tools", "ls", "Hello.", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert done.stderr.count("Asking again") == fault.retries
    report = subprocess.run(
        [str(LLMOCK), "report", "--url", server, "--strict", "--json"],
        capture_output=True,
        text=True,
    )
    verdict = json.loads(report.stdout)
    findings = [one for one in verdict["findings"] if one["code"] not in CHANCE]
    assert findings == []
    assert report.returncode == (1 if verdict["findings"] else 0)
    if fault is not FAULTS["malformed"]:
        assert verdict["calls"] == 2
