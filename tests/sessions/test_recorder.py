"""What of the agent's events is on record, and when."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ownkey.core.errors import Failure
from ownkey.core.event import (
    Added,
    Event,
    Notice,
    Retrying,
    Streaming,
    ToolOutput,
    ToolStarted,
    TurnEnded,
    TurnStarted,
)
from ownkey.core.message import Result, Text, ToolCall, Usage
from ownkey.sessions.journal import Journal
from ownkey.sessions.recorder import Recorder
from ownkey.sessions.records import Ended, Intent, Payload, Said, Switched, Unknown, decode
from ownkey.sessions.session import read
from tests.sessions.made import assistant, user

CALL = ToolCall("c1", "shell", "{}")
RESULT = Result("c1", "shell", (Text("ok"),))
FAILURE = Failure("overloaded", "The provider is overloaded.")


def ignore(event: Event) -> None:
    pass


@pytest.mark.parametrize(
    ("event", "payload", "durable"),
    [
        (Added(user("hello")), Said(user("hello")), True),
        (Added(assistant("hi")), Said(assistant("hi")), False),
        (Added(RESULT), Said(RESULT), True),
        (ToolStarted(CALL, "runs"), Intent("c1", "shell", "runs"), True),
        (ToolStarted(CALL, "writes"), Intent("c1", "shell", "writes"), True),
        (ToolStarted(CALL, "network"), Intent("c1", "shell", "network"), True),
        (TurnStarted("another"), Switched("another"), False),
        (TurnEnded("failed", Usage(1), 2, FAILURE), Ended("failed", 2, FAILURE), True),
    ],
)
def test_an_event_that_matters_is_on_the_disk_when_it_has_been_heard(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    event: Event,
    payload: Payload,
    durable: bool,
) -> None:
    synced: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (real(fd), synced.append(fd)))
    journal = Journal.create(tmp_path, tmp_path, "model")
    Recorder(journal, ignore)(event)
    assert last(journal) == payload
    assert bool(synced) == durable


@pytest.mark.parametrize(
    "event",
    [
        TurnStarted("model"),
        Streaming(0, Text("h")),
        ToolStarted(CALL, "reads"),
        ToolOutput("c1", "..."),
        Retrying(1.0, FAILURE),
        Notice("by the way"),
    ],
)
def test_an_event_that_passes_leaves_nothing(tmp_path: Path, event: Event) -> None:
    journal = Journal.create(tmp_path, tmp_path, "model")
    Recorder(journal, ignore)(event)
    assert not journal.path.exists()


def test_a_model_switched_to_is_on_record_once(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, tmp_path, "one")
    record = Recorder(journal, ignore)
    for model in ("one", "two", "two", "one"):
        record(TurnStarted(model))
    assert read(journal.path).models == ("one", "two", "one")


def test_a_turn_goes_on_when_it_cannot_be_saved_and_says_so_once(tmp_path: Path) -> None:
    obstacle = tmp_path / "state"
    obstacle.touch()
    told: list[Event] = []
    record = Recorder(Journal.create(obstacle, tmp_path, "model"), told.append)
    record(Added(user("hello")))
    record(Added(assistant("hi")))
    (notice,) = told
    assert isinstance(notice, Notice)
    assert notice.text.startswith("The session is not being saved: Not a directory")


def last(journal: Journal) -> Payload | Unknown:
    return decode(journal.path.read_bytes().splitlines()[-1]).payload
