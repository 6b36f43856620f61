"""A real model on a real server answers on all three formats, and stops when it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from ownkey.core.message import (
    Assistant,
    Chunk,
    Delta,
    Draft,
    End,
    Origin,
    Result,
    Text,
    ToolCall,
    User,
)
from ownkey.core.model import Model, Prompt, Secret, Spec, WireName
from ownkey.wire import history
from ownkey.wire.client import Client
from ownkey.wire.quirks import resolve
from tests.e2e import llama
from tests.e2e.front_door import entry, run, settle

pytestmark = [
    pytest.mark.xdist_group("llama"),
    # A real model on a busy machine is slow, and that is no fault of ours.
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(llama.MISSING), reason=llama.WHY),
]

ORIGIN = Origin(wire="anthropic", host="api.example", model="another")

each_wire = pytest.mark.parametrize("wire", get_args(WireName))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with llama.serving() as address:
        yield address


def model(wire: WireName, address: str, max_output: int) -> Model:
    return Model(
        id="custom:smollm2-0",
        name="smollm2",
        wire=wire,
        base_url=address,
        display_name="smollm2",
        key=Secret("test-key-not-real-1"),
        max_output=max_output,
        quirks=resolve(wire, address, "smollm2", {}),
    )


def prompt(words: str) -> Prompt:
    return Prompt(system="You are a helpful assistant.", messages=(User((Text(words),)),))


async def ask(client: Client, asked: Model, said: Prompt, hear: Callable[[Chunk], None]) -> None:
    async with client.stream(asked, said) as chunks:
        async for chunk in chunks:
            hear(chunk)


def texts(heard: list[Chunk]) -> list[str]:
    return [
        chunk.part.text
        for chunk in heard
        if isinstance(chunk, Delta) and isinstance(chunk.part, Text) and chunk.part.text
    ]


@each_wire
def test_an_answer_streams_in_and_is_counted(wire: WireName, server: str) -> None:
    asked = model(wire, server, max_output=24)
    heard: list[Chunk] = []

    async def turn() -> None:
        client = Client()
        try:
            await ask(client, asked, prompt("Count from one to ten."), heard.append)
        finally:
            await client.aclose()

    asyncio.run(turn())
    draft = Draft(asked.origin)
    for chunk in heard:
        draft.add(chunk)
    answer = draft.message()
    assert len([chunk for chunk in heard if isinstance(chunk, Delta)]) > 1
    assert len(texts(heard)) > 1
    assert answer.text.strip()
    assert answer.stop in ("end", "length")
    assert answer.usage.prompt > 0
    assert 0 < answer.usage.output <= 24


@each_wire
def test_a_cancelled_answer_stops_and_the_server_answers_again(wire: WireName, server: str) -> None:
    """The server does one thing at a time: it can answer again once it was hung up on."""
    first: list[Chunk] = []
    second: list[Chunk] = []

    async def turns() -> None:
        client = Client()
        try:
            await cancelled(client)
            await ask(client, model(wire, server, 8), prompt("Say hello."), second.append)
        finally:
            await client.aclose()

    async def cancelled(client: Client) -> None:
        def hear(chunk: Chunk) -> None:
            first.append(chunk)
            if len(texts(first)) >= 3:
                listening.cancel()

        asked = model(wire, server, 1800)
        story = ask(client, asked, prompt("Tell a very long story."), hear)
        listening = asyncio.create_task(story)
        with pytest.raises(asyncio.CancelledError):
            await listening

    asyncio.run(turns())
    assert not any(isinstance(chunk, End) and chunk.stop for chunk in first)
    assert texts(second)


HISTORY = (
    User((Text("What is here?"),)),
    Assistant((Text("I look."), ToolCall("call_1", "ls", '{"path": "."}')), ORIGIN, "tools"),
    Result("call_1", "ls", (Text("order.py"),)),
    Assistant((Text("One file, order.py."),), ORIGIN),
    User((Text("Say it shorter."),)),
)


@each_wire
def test_it_takes_a_conversation_with_calls_and_results(wire: WireName, server: str) -> None:
    asked = model(wire, server, max_output=8)
    tools = (Spec("ls", "List a folder.", {"type": "object", "properties": {}}),)
    messages = history.mend(HISTORY, asked)
    heard: list[Chunk] = []

    async def turn() -> None:
        client = Client()
        try:
            whole = Prompt(system="Be brief.", messages=messages, tools=tools)
            await ask(client, asked, whole, heard.append)
        finally:
            await client.aclose()

    asyncio.run(turn())
    assert any(isinstance(chunk, End) and chunk.stop for chunk in heard)


@each_wire
def test_exec_asks_it_as_any_other_model(
    home: Path, tmp_path: Path, wire: WireName, server: str
) -> None:
    settle(home, entry(server, wire, maxOutputTokens=16))
    asked = ("exec", "-o", "json", "--only-tools", "", "Say hello.")
    first = json.loads(run(*asked, cwd=tmp_path).stdout)
    again = json.loads(run(*asked, cwd=tmp_path).stdout)
    assert first["result"]
    assert first["stop"] in ("end", "length")
    assert 0 < first["usage"]["output_tokens"] <= 16
    assert again["usage"]["cache_read_input_tokens"] > again["usage"]["input_tokens"]


@each_wire
def test_what_it_had_cached_rises_with_the_conversation_and_is_accounted_for(
    home: Path, tmp_path: Path, wire: WireName, server: str
) -> None:
    settle(home, entry(server, wire, maxOutputTokens=8))
    asked = ("exec", "-o", "json", "--only-tools", "")
    first = run(*asked, f"Say hello in the way of {wire}.", cwd=tmp_path)
    others = [run(*asked, "-s", "last", "And again.", cwd=tmp_path) for _ in range(2)]
    used = [json.loads(done.stdout)["usage"] for done in (first, *others)]
    prompts = [one["input_tokens"] + one["cache_read_input_tokens"] for one in used]
    cached = [one["cache_read_input_tokens"] for one in used]
    # A template may put the newest answer differently than it was made: some tokens of it.
    assert all(now >= before - 16 for now, before in zip(cached[1:], prompts, strict=False))
    total = json.loads(run("cost", "--json", cwd=tmp_path).stdout)["total"]
    assert total["cache_read_input_tokens"] == sum(cached)
    assert total["cost_usd"] == 0


def test_models_add_finds_all_three_formats_and_the_one_model(server: str, home: Path) -> None:
    for wire in get_args(WireName):
        done = run("models", "add", server, "--provider", wire, "--name", wire, "--json")
        assert json.loads(done.stdout)["verified"], done.stderr
    found = run("models", "add", server, "--name", "Found out")
    assert "It speaks Chat Completions at " in found.stdout, found.stderr
    text = (home / ".factory" / "settings.json").read_text()
    assert {one["model"] for one in json.loads(text)["customModels"]} == {"smollm2"}


@each_wire
def test_the_doctor_sees_what_the_server_does(wire: WireName, server: str, home: Path) -> None:
    fields = {"model": "smollm2", "maxOutputTokens": 48}
    settle(home, entry(server, wire, **fields))
    (seen,) = json.loads(run("doctor", "--yes", "--json", cwd=home).stdout)["models"]
    found = {one["check"]: one["verdict"] for one in seen["checks"]}
    assert SEEN.items() <= found.items()
    (window,) = (one for one in seen["checks"] if one["check"] == "window")
    assert window["saw"].startswith(f"it reads only 8192 tokens of context, says {server}/props")
    assert "-c 32768" in window["cure"]
    for one in seen["checks"]:
        assert one["verdict"] != "no" or (one["means"] and one["cure"]), one


SEEN = {
    "name": "ok",
    "connection": "ok",
    "key": "unknown",
    "model": "ok",
    "window": "no",
    "answer": "ok",
    "streaming": "ok",
    "usage": "ok",
    "image": "no",
    "cache": "ok",
    "errors": "no",
}
"""What there is to see of the server. What of a tool so small a model calls is chance."""
