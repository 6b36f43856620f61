"""`ownkey doctor` on endpoints that are well, and on some that are not."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import pytest

from ownkey.core.model import WireName
from ownkey.rehearsal.conversation import Conversation, Turn, playing
from ownkey.rehearsal.faults import Fault
from ownkey.rehearsal.server import Rehearsal
from ownkey.wire import memory
from tests.doctor.examinee import examinee
from tests.e2e.front_door import KEY, entry, run, settle
from tests.far import Far, refusal

WIRES: tuple[WireName, ...] = ("anthropic", "openai", "generic-chat-completion-api")


def examined(far: Rehearsal, home: Path, *arguments: str, **fields: Any) -> CompletedProcess[str]:
    """What the doctor says of a model at `far`, that stands on a loop in another thread."""

    async def both() -> CompletedProcess[str]:
        async with far:
            wire = fields.pop("provider", "anthropic")
            settle(home, entry(far.url, wire, **{"model": "rehearsal", **fields}))
            return await asyncio.to_thread(run, "doctor", *arguments, cwd=home)

    return asyncio.run(both())


def verdicts(done: CompletedProcess[str]) -> dict[str, str]:
    (model,) = json.loads(done.stdout)["models"]
    return {one["check"]: one["verdict"] for one in model["checks"]}


@pytest.mark.parametrize("wire", WIRES)
def test_a_model_that_can_do_everything_is_well(home: Path, wire: WireName) -> None:
    done = examined(Rehearsal(examinee), home, "--yes", "--json", provider=wire)
    found = verdicts(done)
    for check in ("key", "model", "answer", "streaming", "usage", "tool call", "tool result"):
        assert found[check] == "ok", check
    for check in ("parallel calls", "forced choice", "reasoning", "reasoning off", "cache"):
        assert found[check] == "ok", check


def test_nobody_is_asked_anything_without_leave(home: Path) -> None:
    far = Rehearsal(examinee)
    done = examined(far, home)
    assert far.requests == []
    assert "with --yes" in done.stdout
    assert "custom:Far-One-0: nothing is wrong so far; no question was asked." in done.stdout
    assert done.returncode == 0


def test_the_price_is_told_before(home: Path) -> None:
    pricing = {"input": 3, "output": 15}
    done = examined(Rehearsal(examinee), home, pricing=pricing)
    assert "custom:Far-One-0 is asked some 12 questions: about $0.0" in done.stdout


def test_offline_the_settings_alone_are_looked_at(home: Path) -> None:
    far = Rehearsal(examinee)
    done = examined(far, home, "--offline", maxOutputTokens="many")
    assert far.requests == []
    assert done.returncode == 78
    assert "settings.json:9:26: maxOutputTokens must be" in done.stdout


class Ill(NamedTuple):
    fault: str
    says: str
    exit: int


ILL = (
    Ill("refuse-key", "refused the key", 77),
    Ill("out-of-credit", "credit", 77),
    Ill("no-access", "does not let this key use rehearsal", 77),
    Ill("unknown-model", "has no model rehearsal", 78),
    Ill("wrong-path", "no model API", 69),
    Ill("html", "There is no model API", 69),
    Ill("reset", "hung up without an answer", 69),
    Ill("cut", "without its end marker", 69),
    Ill("server-error", "server", 69),
    Ill("no-tools", "tools", 1),
    Ill("rate-limit", "Rate limit", 75),
    Ill("quota", "out of credit or quota", 77),
    Ill("overloaded", "Overloaded", 69),
    Ill("malformed", "cannot be read", 69),
    Ill("drop", "hung up", 69),
    Ill("too-long", "too long", 1),
    Ill("out-of-credit@2", "out of credit", 77),
)


@pytest.mark.parametrize("ill", ILL, ids=lambda ill: ill.fault)
def test_the_first_line_names_the_cause(home: Path, ill: Ill) -> None:
    done = examined(Rehearsal(examinee, [ill.fault]), home, "--yes")
    assert ill.says in headline(done)
    assert done.returncode == ill.exit


def test_words_instead_of_calls_are_no_use(home: Path) -> None:
    done = examined(Rehearsal(playing(Turn(text="Of course! I looked it up."))), home, "--yes")
    assert headline(done).startswith("tool call: words instead of a call.")
    assert done.returncode == 1


def test_a_call_that_comes_the_second_time_is_a_call(home: Path) -> None:
    asked = 0

    def forgetful(conversation: Conversation) -> Turn:
        nonlocal asked
        asked += bool(conversation.tools)
        return Turn(text="Hm.") if asked == 1 and conversation.tools else examinee(conversation)

    assert verdicts(examined(Rehearsal(forgetful), home, "--yes", "--json"))["tool call"] == "ok"


def test_without_leave_the_output_for_programs_is_json_all_the_same(home: Path) -> None:
    done = examined(Rehearsal(examinee), home, "--json")
    assert set(verdicts(done)) == {"name", "connection", "key", "model"}
    assert "is asked some 12 questions" in done.stderr


def test_a_server_that_is_not_running_is_found_for_free_and_without_a_key(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    settle(home, entry(url, apiKey=""))
    done = run("doctor", cwd=home)
    assert headline(done).startswith("Nothing listens at 127.0.0.1")
    assert done.returncode == 69


@pytest.mark.parametrize("fault", ["out-of-credit@2-4", "rate-limit@2-4", "refuse-key@2-4"])
def test_what_is_refused_to_the_account_says_nothing_of_the_model(home: Path, fault: str) -> None:
    done = examined(Rehearsal(examinee, [fault]), home, "--yes", "--json")
    assert verdicts(done)["tool call"] == "unknown"
    shown = json.loads(run("models", "show", "--offline", "--json", cwd=home).stdout)
    assert shown["supportsTools"] is None


def test_what_was_seen_once_outlives_a_day_on_which_nothing_is(home: Path) -> None:
    async def twice() -> None:
        far = Rehearsal(examinee)
        async with far:
            settle(home, entry(far.url, "anthropic", model="rehearsal"))
            await asyncio.to_thread(run, "doctor", "--yes", cwd=home)
            far.faults = [Fault.parse("overloaded")]
            await asyncio.to_thread(run, "doctor", "--yes", cwd=home)

    asyncio.run(twice())
    shown = json.loads(run("models", "show", "--offline", "--json", cwd=home).stdout)
    assert shown["supportsTools"]["value"] is True


def test_a_name_that_no_list_has_is_fine_where_others_are_refused(home: Path) -> None:
    """The twelfth question is for a model that is not there."""
    far = Rehearsal(examinee, ["unknown-model@12"])
    done = examined(far, home, "--yes", "--json", model="rehearsal-latest")
    assert len(far.requests) == 12
    (model,) = json.loads(done.stdout)["models"]
    assert model["cause"] is None
    assert verdicts(done)["model"] == "ok"
    assert done.returncode == 0


def test_what_was_seen_is_gone_by_afterwards(home: Path) -> None:
    far = Rehearsal(playing(Turn(text="I see nothing.")))
    examined(far, home, "--yes")
    shown = json.loads(run("models", "show", "--offline", "--json", cwd=home).stdout)
    assert shown["supportsTools"]["value"] is False
    assert shown["supportsTools"]["source"].startswith("ownkey doctor")


def test_what_was_seen_is_credited_with_its_day_whatever_is_listed(home: Path) -> None:
    """The list says that it sees images and has no tools; the doctor saw it the other way."""
    today = datetime.now(UTC).date().isoformat()
    examined(Rehearsal(examinee), home, "--yes")
    (file,) = home.rglob("dialects.json")
    ((name, known),) = json.loads(file.read_text()).items()
    listed = {"source": "a list", "images": True, "tools": False, "window": 64000}
    file.write_text(json.dumps({name: known | {"claims": listed, "claimed": today}}))
    shown = run("models", "show", "--why", "--offline", cwd=home).stdout
    rows = [re.split("  +", line) for line in shown.splitlines()]
    assert ["images", "no", f"ownkey doctor, {today}"] in rows
    assert ["tools", "yes", f"ownkey doctor, {today}"] in rows
    assert ["context", "64,000 tokens", "a list"] in rows


@pytest.mark.parametrize(("days", "tools"), [(30, True), (31, None)])
def test_what_was_seen_too_long_ago_is_not_gone_by(
    home: Path, days: int, tools: bool | None
) -> None:
    examined(Rehearsal(examinee), home, "--yes")
    (file,) = home.rglob("dialects.json")
    day = (datetime.now(UTC).date() - timedelta(days)).isoformat()
    file.write_text(re.sub(r'"day":\s*"[^"]+"', f'"day": "{day}"', file.read_text()))
    shown = json.loads(run("models", "show", "--offline", "--json", cwd=home).stdout)
    assert (shown["supportsTools"] or {}).get("value") is tools


def test_a_server_nearby_that_says_its_window_takes_nothing_of_what_was_seen(home: Path) -> None:
    facts = {"/props": refusal(200, {"default_generation_settings": {"n_ctx": 64000}})}
    with Far(facts=facts) as far:
        settle(home, entry(far.url))
        run("models", "show", cwd=home)
        place = memory.place(dict(os.environ))
        place.parent.mkdir(parents=True, exist_ok=True)
        name = f"generic-chat-completion-api {far.address} far-1"
        day = datetime.now(UTC).date().isoformat()
        place.write_text(json.dumps({name: {"proofs": {"tools": {"able": True, "day": day}}}}))
        shown = json.loads(run("models", "show", "--json", cwd=home).stdout)
    assert shown["supportsTools"] == {
        "value": True,
        "source": f"ownkey doctor, {day}",
        "guess": False,
    }
    assert shown["contextWindow"]["source"] == f"{far.url}/props"


def test_the_key_is_nowhere_in_the_report(home: Path) -> None:
    for form in ((), ("--json",)):
        done = examined(Rehearsal(examinee), home, "--yes", *form)
        assert KEY not in done.stdout + done.stderr


def headline(done: CompletedProcess[str]) -> str:
    """The first words of the report on the model, without its name."""
    _, _, report = done.stdout.partition("custom:Far-One-0: ")
    return " ".join(report.partition("\n\n")[0].split())


@pytest.mark.parametrize("leave", [(), ("--yes",)])
@pytest.mark.parametrize("wire", WIRES)
def test_a_wrong_provider_type_is_named_with_the_right_one(
    home: Path, wire: WireName, leave: tuple[str, ...]
) -> None:
    """The endpoint speaks Chat Completions alone, and has no list of models."""

    async def both() -> CompletedProcess[str]:
        async with await asyncio.start_server(chat_alone, "127.0.0.1", 0) as far:
            url = f"http://127.0.0.1:{far.sockets[0].getsockname()[1]}/v1"
            settle(home, {**entry(url, "generic-chat-completion-api"), "provider": wire})
            return await asyncio.to_thread(run, "doctor", *leave, cwd=home)

    done = asyncio.run(both())
    wrong = "speaks Chat Completions, not"
    if wire == "generic-chat-completion-api":
        assert wrong not in done.stdout
        return
    assert headline(done).startswith(f"This endpoint {wrong}")
    assert 'Write "provider": "generic-chat-completion-api"' in headline(done)
    assert done.returncode == 69


async def chat_alone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
    await reader.readexactly(int(length[1]) if length else 0)
    here = head.startswith("POST /v1/chat/completions ")
    status, said = ("400 Bad Request", "messages: not a list") if here else NOT_FOUND
    body = json.dumps({"error": {"message": said, "type": "invalid_request_error"}})
    writer.write(
        f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode()
    )
    await writer.drain()
    writer.close()


NOT_FOUND = "404 Not Found", "Not Found"


def test_a_path_that_is_no_api_is_told_with_the_one_that_is(home: Path) -> None:
    async def both() -> CompletedProcess[str]:
        async with Rehearsal(examinee) as far:
            lost = entry(f"{far.url}/somewhere", "openai", model="rehearsal")
            settle(home, lost)
            return await asyncio.to_thread(run, "doctor", "--yes", cwd=home)

    done = asyncio.run(both())
    assert headline(done).startswith("This endpoint speaks Responses at http://127.0.0.1")
    assert '/v1" into' in headline(done)
    assert done.returncode == 69
