"""Every check that may say no says what that means and what to change."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ownkey.core.model import Model, Secret
from ownkey.doctor.finding import Finding
from ownkey.doctor.meanings import MEANINGS, explained
from ownkey.doctor.probes import PROBES, whole_window
from ownkey.rehearsal.conversation import Conversation, Told, Turn
from ownkey.rehearsal.server import Rehearsal
from tests.doctor.examinee import examinee
from tests.e2e.front_door import entry, run, settle
from tests.zoo.far import Stand, Street
from tests.zoo.variant import MODEL, door, never

FREE = ("name", "connection", "reach", "key", "model", "window", "format", "entry")
"""Checks beside the probes: they cost nothing."""

OWN = Model(
    id="custom:own-0",
    name="own",
    wire="generic-chat-completion-api",
    base_url="http://127.0.0.1:9/v1",
    display_name="own",
    key=Secret(""),
    source="settings.json:3:5",
)


def test_no_check_is_without_a_meaning_and_none_is_without_its_check() -> None:
    probes = [probe.name for probe in (*PROBES, whole_window(9000))]
    assert MEANINGS.keys() == {*probes, *FREE}


@pytest.mark.parametrize("check", MEANINGS)
def test_a_no_has_what_it_means_and_what_to_change_with_the_place(check: str) -> None:
    bare = Finding(check=check, verdict="no", saw="seen")
    told = explained(bare, OWN)
    assert told.means.endswith(".")
    assert told.cure.endswith(".")
    assert "{entry}" not in told.cure
    assert "settings.json:3:5" in told.cure or check in WITHOUT_A_LINE


WITHOUT_A_LINE = ("streaming", "tool call", "tool result")
"""No line of the settings mends these: the cure is elsewhere."""


def test_words_of_its_own_stay() -> None:
    told = explained(Finding(check="image", verdict="no", saw="no", cure="Write that."), OWN)
    assert (told.cure, told.mild) == ("Write that.", False)


def test_what_is_not_a_no_needs_no_cure() -> None:
    fine = Finding(check="usage", verdict="ok", saw="seen")
    assert explained(fine, OWN) == fine


def one_at_a_time(conversation: Conversation) -> Turn:
    turn = examinee(conversation)
    return Turn(thinking=turn.thinking, text=turn.text, calls=turn.calls[:1])


def words_alone(conversation: Conversation) -> Turn:
    last = conversation.items[-1]
    counts = isinstance(last, Told) and "from 1 to 60" in last.text
    return examinee(conversation) if counts else Turn(text="Of course.")


def seen_at(home: Path, far: Rehearsal, **fields: Any) -> dict[str, dict[str, Any]]:
    async def both() -> str:
        async with far:
            settle(home, entry(far.url, model="rehearsal", **fields))
            return (await asyncio.to_thread(run, "doctor", "--yes", "--json", cwd=home)).stdout

    (model,) = json.loads(asyncio.run(both()))["models"]
    return {one["check"]: one for one in model["checks"]}


@pytest.mark.parametrize(
    ("check", "plays"),
    [
        ("parallel calls", one_at_a_time),
        ("tool call", words_alone),
        ("image", examinee),
        ("errors", examinee),
    ],
)
def test_a_no_that_was_seen_has_both(
    home: Path, check: str, plays: Callable[[Conversation], Turn]
) -> None:
    found = seen_at(home, Rehearsal(plays))
    assert found[check]["verdict"] == "no"
    for one in found.values():
        if one["verdict"] == "no":
            assert one["means"], one
            assert one["cure"], one


def test_what_ownkey_does_as_well_without_is_no_finding(home: Path) -> None:
    async def both() -> tuple[int, str]:
        far = Rehearsal(one_at_a_time, ["unknown-model@12"])
        async with far:
            settle(home, entry(far.url, "anthropic", model="rehearsal"))
            done = await asyncio.to_thread(run, "doctor", "--yes", cwd=home)
            return done.returncode, done.stdout

    code, told = asyncio.run(both())
    assert "no  parallel calls  one at a time. Work takes a few turns more." in told
    assert "all is well." in told
    assert code == 0


@pytest.mark.parametrize(
    ("fields", "cure"),
    [
        ({}, "always_include_stream_usage"),
        ({"quirks": {"stream_usage": False}}, 'Write "quirks": {"stream_usage": true} into'),
    ],
)
def test_usage_that_is_missing_has_a_cure(home: Path, fields: dict[str, Any], cure: str) -> None:
    with Street({}, lambda _: None, Stand(door(accents=(never,)))) as street:
        url = f"http://{street.addresses[1]}"
        settle(home, entry(url, model=MODEL, **fields))
        done = run("doctor", "--yes", "--json", cwd=home)
    (model,) = json.loads(done.stdout)["models"]
    (found,) = (one for one in model["checks"] if one["check"] == "usage")
    assert (found["verdict"], found["means"]) == ("no", "Cost and context are estimates.")
    assert cure in found["cure"]
    assert "settings.json:3:5" in found["cure"]
