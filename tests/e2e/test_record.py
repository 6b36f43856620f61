"""A recorded run plays again without network, and holds no key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ownkey.core.model import WireName
from ownkey.rehearsal import sample
from tests.e2e.front_door import KEY, entry, run, settle
from tests.far import Act, Far, Reply, chat, event, refusal, stream

WIRES: tuple[WireName, ...] = ("anthropic", "openai", "generic-chat-completion-api")


@pytest.mark.parametrize("wire", WIRES)
def test_a_run_plays_again_without_its_server(
    home: Path, tmp_path: Path, rehearsal: str, wire: WireName
) -> None:
    settle(home, entry(rehearsal, wire))
    tape = tmp_path / "run.jsonl"
    task = ("exec", "--auto", "medium", "-o", "json", sample.PROMPT)
    first = sample.copy(tmp_path / "first")
    recorded = run(*task, "--record", str(tape), cwd=first)
    with Far() as gone:
        closed = gone.url
    settle(home, entry(closed, wire))
    second = sample.copy(tmp_path / "second")
    replayed = run(*task, "--replay", str(tape), cwd=second)
    assert (recorded.returncode, replayed.returncode) == (0, 0), replayed.stderr
    assert json.loads(replayed.stdout)["result"] == json.loads(recorded.stdout)["result"]
    assert (second / "shelf/order.py").read_text() == (first / "shelf/order.py").read_text()
    assert replayed.stderr == ""
    assert tape.stat().st_mode & 0o777 == 0o600


def test_no_key_is_in_a_recording(home: Path, tmp_path: Path) -> None:
    header = "test-header-secret-not-real"
    split = [event({"choices": [{"delta": {"content": half}}]}) for half in (KEY[:8], KEY[8:])]
    whole = event({"choices": [{"delta": {"content": KEY}, "finish_reason": "stop"}]})
    refused = refusal(
        429, {"error": {"message": f"Slow down, {KEY}."}}, x_echo=KEY, retry_after="0"
    )
    with Far(refused, stream(whole[:60], whole[60:], *split)) as far:
        settle(
            home, entry(far.url + f"/{header}", extraHeaders={"X-Mine": header, "X-Api-Key": KEY})
        )
        run("exec", f"say {KEY}", "--record", "run.jsonl", cwd=tmp_path)
    written = (tmp_path / "run.jsonl").read_text()
    assert len(written.splitlines()) == 2
    assert KEY not in written
    assert header not in written
    assert "[redacted]" in written


BROKEN = stream(event({"choices": [{"delta": {"content": "Half an"}}]}), Act.RESET)


@pytest.mark.parametrize(
    "reply",
    [refusal(401, {"error": {"message": "No."}}), refusal(400, "what?"), BROKEN],
    ids=["refused key", "bad request", "reset"],
)
def test_what_broke_breaks_again_in_the_same_way(home: Path, tmp_path: Path, reply: Reply) -> None:
    with Far(*[reply] * 9) as far:
        settle(home, entry(far.url))
        first = run("exec", "-o", "json", "hi", "--record", "run.jsonl", cwd=tmp_path)
    second = run("exec", "-o", "json", "hi", "--replay", "run.jsonl", cwd=tmp_path)
    assert first.returncode == second.returncode != 0
    assert json.loads(first.stdout)["error"] == json.loads(second.stdout)["error"]


def test_a_recording_that_was_cut_off_plays_as_far_as_it_goes(home: Path, tmp_path: Path) -> None:
    with Far(chat("One.")) as far:
        settle(home, entry(far.url))
        run("exec", "hi", "--record", "run.jsonl", cwd=tmp_path)
    with (tmp_path / "run.jsonl").open("a") as file:
        file.write('{"v": 1, "requ')
    assert run("exec", "hi", "--replay", "run.jsonl", cwd=tmp_path).stdout == "One.\n"
    again = run("exec", "-s", "last", "hi", "--replay", "run.jsonl", cwd=tmp_path)
    assert "3 messages where 2 were recorded" not in again.stdout
    assert "Replay: a request has" in again.stderr


def test_a_tape_at_its_end_says_so(home: Path, tmp_path: Path) -> None:
    settle(home, entry("http://127.0.0.1:9"))
    (tmp_path / "empty.jsonl").touch()
    done = run("exec", "hi", "--replay", "empty.jsonl", cwd=tmp_path)
    assert done.returncode == 69
    assert "The recording has no answer left" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--record", "there.jsonl"), 2, "Name a file that is not there yet."),
        (("--replay", "absent.jsonl"), 78, "Cannot replay"),
        (("--replay", "there.jsonl"), 78, "there.jsonl:1: this is no recording"),
        (("--record", "a", "--replay", "b"), 2, "not allowed with"),
    ],
)
def test_a_tape_that_cannot_be_says_why(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    settle(home, entry("http://127.0.0.1:9"))
    (tmp_path / "there.jsonl").write_text("mine\nand yours\n")
    done = run("exec", "hi", *arguments, cwd=tmp_path)
    assert done.returncode == code
    assert told in done.stderr
    assert (tmp_path / "there.jsonl").read_text() == "mine\nand yours\n"
