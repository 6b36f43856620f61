"""What commands over models and keys tell programs is what docs/json.md says, to the field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import pytest

from tests.e2e.front_door import KEY, entry, run, settle
from tests.far import Far, chat, refusal

PAGE = Path(__file__).resolve().parents[2] / "docs" / "json.md"
ROW = re.compile(r"^\| (`[a-z][^|]*) \| ([^|]+) \|$", re.MULTILINE)
QUOTED = re.compile(r"`([^`]+)`")

LIST = {"/v1/models": refusal(200, {"data": [{"id": "far-1"}]})}


def documented() -> dict[str, set[str]]:
    """The fields of each command, as the first table of the page has them."""
    table = PAGE.read_text("utf-8").partition("What is in them:")[0]
    return {
        command: set(QUOTED.findall(fields))
        for commands, fields in ROW.findall(table)
        for command in QUOTED.findall(commands)
        if command != "command"
    }


class Command(NamedTuple):
    documented: str
    line: str
    stdin: str = ""


COMMANDS = (
    Command("models list", "models list"),
    Command("models list", "models"),
    Command("models show", "models show far-1"),
    Command("models default", "models default"),
    Command("models default MODEL", "models default far-1"),
    Command("models rename", "models rename far-1 Near"),
    Command("models set", "models set far-1 contextWindow 9000"),
    Command("models remove", "models remove far-1"),
    Command(
        "models add",
        "models add {url}/v1 --provider generic-chat-completion-api --model far-2",
    ),
    Command("models import", "models import"),
    Command("models test", "models test"),
    Command("doctor", "doctor"),
    Command("keys list", "keys list"),
    Command("keys list", "keys"),
    Command("keys set", "keys set far --to file", KEY),
    Command("keys test", "keys test far-1"),
    Command("keys test", "keys test far-1 --free"),
    Command("keys move", "keys move far-1 --to file"),
    Command("keys remove", "keys remove kept --from file"),
)


def called(command: Command, home: Path) -> CompletedProcess[str]:
    """With a model, a key that is kept, and a far side that answers."""
    run("keys", "set", "kept", "--to", "file", stdin=KEY)
    with Far(chat("OK"), facts=LIST) as far:
        settle(home, entry(far.url))
        line = command.line.format(url=far.url).split()
        return run(*line, "--json", cwd=home, stdin=command.stdin, OWNKEY_LOCAL_SERVERS="")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.line)
def test_a_command_tells_the_fields_that_are_documented_and_no_other(
    home: Path, command: Command
) -> None:
    done = called(command, home)
    told = json.loads(done.stdout)
    assert told.pop("schema") == 1
    assert set(told) == documented()[command.documented], done.stderr
    assert done.stdout.isascii()
    assert KEY not in done.stdout + done.stderr


def test_every_command_of_the_page_is_tried() -> None:
    assert {command.documented for command in COMMANDS} == documented().keys()


def test_every_command_over_models_and_keys_is_on_the_page() -> None:
    from ownkey.cli import COMMANDS as KNOWN

    there = {one.words for one in KNOWN if one.words.startswith(("models ", "keys "))}
    assert there <= documented().keys()


FAILING = (
    ("models remove nobody", 78),
    ("models rename nobody Somebody", 78),
    ("models add nobody", 2),
    ("models show nobody", 78),
    ("keys move nobody", 2),
    ("keys remove nobody --from file", 2),
    ("keys test nobody", 78),
    ("keys set ../nobody", 2),
)


@pytest.mark.parametrize(("line", "code"), FAILING)
def test_a_command_that_fails_tells_programs_nothing_but_its_code(
    home: Path, line: str, code: int
) -> None:
    settle(home, entry("http://127.0.0.1:9"))
    done = run(*line.split(), "--json", cwd=home, OWNKEY_LOCAL_SERVERS="")
    assert (done.stdout, done.returncode) == ("", code)
    assert done.stderr.startswith("ownkey: ")


def facts(told: Any) -> Iterator[str]:
    """Every name in a document."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield name
            yield from facts(value)
    elif isinstance(told, list):
        for one in told:
            yield from facts(one)


@pytest.mark.parametrize("line", ["models list", "keys list", "keys test far-1", "models import"])
def test_what_is_in_the_fields_is_on_the_page_too(home: Path, line: str) -> None:
    words = set(re.findall(r"\w+", PAGE.read_text("utf-8")))
    told = json.loads(called(Command("", line), home).stdout)
    assert set(facts(told)) <= words


@pytest.mark.parametrize(
    ("fields", "free", "told"),
    [
        ({"apiKey": ""}, False, {"source": "", "taken": None, "free": True}),
        ({}, True, {"taken": None, "free": True}),
        ({}, False, {"taken": True, "free": False}),
    ],
)
def test_a_key_that_is_tested_is_taken_or_nobody_knows(
    home: Path, fields: dict[str, Any], free: bool, told: dict[str, Any]
) -> None:
    with Far(chat("OK"), facts=LIST) as far:
        settle(home, entry(far.url, **fields))
        done = run("keys", "test", "--json", *(("--free",) if free else ()))
    seen = json.loads(done.stdout)
    assert {name: seen[name] for name in told} == told
    assert done.returncode == (1 if free else 0)


def test_a_key_that_is_refused_is_a_failure(home: Path) -> None:
    with Far(refusal(401), refusal(401), facts=LIST) as far:
        settle(home, entry(far.url))
        done = run("keys", "test", "--json")
    assert (done.stdout, done.returncode) == ("", 77)
