"""A stranger's judgement: `llmock` plays the provider, breaks things, and grades us."""

from __future__ import annotations

import asyncio
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

from ownkey.core.errors import ProviderError
from ownkey.core.message import Draft, Text, User
from ownkey.core.model import Model, Prompt, Secret, WireName
from ownkey.wire import retry
from ownkey.wire.client import Client

LLMOCK = shutil.which("llmock", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(LLMOCK is None, reason="llmock is not installed")

FORMATS: dict[WireName, tuple[str, str]] = {
    "anthropic": ("/anthropic", "claude-sonnet-4-5"),
    "openai": ("/v1", "gpt-4o"),
    "generic-chat-completion-api": ("/v1", "gpt-4o"),
}

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


async def persist(client: Client, model: Model) -> tuple[str, int]:
    """The answer, and how many times it took to get it."""
    prompt = Prompt(system="Be brief.", messages=(User((Text("Hello."),)),))
    attempt = 0
    while True:
        draft = Draft(model.origin)
        try:
            async with client.stream(model, prompt) as chunks:
                async for chunk in chunks:
                    draft.add(chunk)
        except ProviderError as error:
            wait = retry.delay(error, attempt, lambda: 0.5)
            if wait is None:
                raise
            await asyncio.sleep(wait)
            attempt += 1
        else:
            return draft.message().text, attempt + 1


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("wire", FORMATS)
def test_a_fault_is_survived_to_the_judges_liking(
    server: str, wire: WireName, faults: list[dict[str, Any]]
) -> None:
    path, name = FORMATS[wire]
    model = Model(
        id="custom:Mock-0",
        name=name,
        wire=wire,
        base_url=server + path,
        display_name="Mock",
        key=Secret("test-key-not-real-1"),
        max_output=64,
    )
    httpx2.post(f"{server}/_llmock/reset").raise_for_status()
    if faults:
        scenario = {"behaviors": faults}
        httpx2.post(f"{server}/_llmock/scenario", json=scenario).raise_for_status()

    async def run() -> tuple[str, int]:
        client = Client()
        try:
            return await persist(client, model)
        finally:
            await client.aclose()

    text, attempts = asyncio.run(run())
    assert text
    assert attempts == 1 + len(faults)
    report = subprocess.run(
        [str(LLMOCK), "report", "--url", server, "--strict", "--json"],
        capture_output=True,
        text=True,
    )
    verdict = json.loads(report.stdout)
    assert report.returncode == 0, verdict
    assert verdict["findings"] == []
    assert (verdict["calls"], verdict["faults_injected"]) == (1, len(faults))
