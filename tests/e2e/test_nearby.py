"""Servers on this machine: their models are there without any entry."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from ownkey.wire.published import nearby, window
from ownkey.wire.transport import Transport
from tests.e2e.front_door import entry, run, settle
from tests.far import Far, Reply, chat, refusal, reply


def document(body: bytes) -> Reply:
    return reply(200, body, headers={"content-type": "application/json"})


LISTED = json.dumps({"data": [{"id": "qwen3-coder:30b"}, {"id": "nomic-embed-text"}]}).encode()


FACTS = {"/v1/models": document(LISTED)}


def test_a_server_that_runs_is_enough(home: Path) -> None:
    with Far(chat("From next door."), facts=FACTS) as far:
        done = run("exec", "Hi.", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
    assert done.stdout == "From next door.\n"
    assert far.requests[0].json["model"] == "qwen3-coder:30b"
    assert "authorization" not in far.requests[0].headers
    assert "it runs on this machine" in done.stderr


def test_one_that_is_named_is_given_more_time_than_one_that_may_be_there() -> None:
    async def found(environ: dict[str, str]) -> tuple[set[float], int, int]:
        """How long each is waited for, and how many models are found with and without that."""
        servers = [one for one in await nearby.listening(environ) if one.address in far.url]
        transport = Transport()
        in_time = await nearby.found(transport, servers)
        too_late = await nearby.found(transport, [one._replace(patience=0) for one in servers])
        await transport.aclose()
        return {one.patience for one in servers}, len(in_time), len(too_late)

    with Far(facts=FACTS) as far:
        for name in (nearby.VARIABLE, "OLLAMA_HOST"):
            assert asyncio.run(found({name: far.address})) == ({nearby.NAMED}, 1, 0)
    assert {one.patience for one in nearby.SERVERS} == {nearby.PATIENCE}


def test_a_model_of_it_can_be_named_beside_entries(home: Path) -> None:
    settle(home, entry("http://127.0.0.1:9"))
    with Far(chat("Yes?"), facts=FACTS) as far:
        done = run("exec", "-m", "qwen3-coder:30b", "Hi.", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
    assert done.stdout == "Yes?\n"


def test_who_has_a_model_asks_nobody_around(home: Path) -> None:
    with Far(chat("Mine.")) as mine, Far(facts=FACTS) as other:
        settle(home, entry(mine.url))
        done = run("exec", "Hi.", cwd=home, OWNKEY_LOCAL_SERVERS=other.url)
    assert done.stdout == "Mine.\n"
    assert other.looks == []


def test_they_are_listed(home: Path) -> None:
    with Far(facts=FACTS) as far:
        done = run("models", "list", "--json", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
    (model,) = json.loads(done.stdout)["models"]
    assert model["id"] == "qwen3-coder:30b"
    assert model["builtin"]
    quiet = run("models", "list", "--offline", "--json", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
    assert json.loads(quiet.stdout)["models"] == []


def test_the_doctor_examines_one_that_is_named_and_no_other_unasked(home: Path) -> None:
    with Far(facts=FACTS) as far:
        named = run("doctor", "qwen3-coder:30b", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
        alone = run("doctor", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
        settle(home, entry("http://127.0.0.1:9"))
        others = run("doctor", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
        offline = run("doctor", "--offline", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
    assert "qwen3-coder:30b: nothing is wrong so far" in named.stdout
    assert "qwen3-coder:30b: nothing is wrong so far" in alone.stdout
    assert "qwen3-coder" not in others.stdout + offline.stdout
    assert far.requests == []


def test_the_page_says_where_they_are_looked_for_and_how_to_raise_a_window() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text("utf-8")
    for server in nearby.SERVERS:
        assert f"| {server.name} | `{server.address}`" in page
        assert server.variable in page
    assert nearby.VARIABLE in page
    for one in window.SERVERS:
        assert one.cure.format(model="MODEL") in page
        assert f"`{one.path or '/v1/models'}`" in page


@pytest.mark.parametrize("answer", [document(b"<html>"), document(b"[1, null]"), refusal(500)])
def test_whatever_else_answers_there_is_no_server(home: Path, answer: Reply) -> None:
    with Far(facts={"/v1/models": answer}) as far:
        done = run("exec", "Hi.", cwd=home, OWNKEY_LOCAL_SERVERS=far.url)
    assert done.returncode == 78
    assert "customModels" in done.stderr


def test_the_servers_own_variable_says_where_it_is(home: Path) -> None:
    async def found(address: str) -> list[str]:
        transport = Transport()
        servers = await nearby.listening({"OLLAMA_HOST": address})
        models = await nearby.found(transport, servers)
        await transport.aclose()
        return [model.display_name for model in models if model.name.startswith("qwen3")]

    with Far(facts=FACTS) as far:
        address = far.url.removeprefix("http://").replace("127.0.0.1", "0.0.0.0")
        assert asyncio.run(found(address)) == ["Ollama qwen3-coder:30b"]
