"""`ownkey models default|rename|set|remove`: through the front door, with the way back."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

from ownkey.favourites import Favourites
from tests.e2e.front_door import KEY, entry, run, settle, settle_text
from tests.far import Far, chat, chat_call

URL = "http://127.0.0.1:9"

TEXT = f"""\
{{
  // mine
  "customModels": [
    {{
      "model": "far-1", // small
      "displayName": "Far One",
      "baseUrl": "{URL}/v1",
      "provider": "openai"
    }}
  ]
}}
"""


def test_what_was_written_is_said_with_the_way_back(home: Path) -> None:
    file = settle_text(home, TEXT)
    done = run("models", "rename", "far-1", "Near One")
    assert (done.stderr, done.returncode) == ("", 0)
    assert file.read_text() == TEXT.replace("Far One", "Near One")
    first, where, back = done.stdout.splitlines()
    assert first == "Renamed to Near One (custom:Near-One-0)."
    assert where == f"  Written: {file}:6:22"
    command = back.removeprefix("  Take it back: ")
    subprocess.run(shlex.split(command), check=True)
    assert file.read_text() == TEXT


def test_each_of_the_four_tells_scripts_what_it_did(home: Path) -> None:
    file = settle(home, entry(URL), entry(URL, displayName="Far Two", model="far-2"))
    lines = [
        ("default", "far-2"),
        ("set", "far-2", "contextWindow", "9000"),
        ("rename", "far-2", "Second"),
        ("remove", "far-1"),
    ]
    told = [json.loads(run("models", *line, "--json").stdout) for line in lines]
    assert [one["id"] for one in told] == [
        "custom:Far-Two-1",
        "custom:Far-Two-1",
        "custom:Second-1",
        "custom:Far-One-0",
    ]
    assert {one["file"] for one in told} == {str(file)}
    left = json.loads(file.read_text())
    assert [one["contextWindow"] for one in left["customModels"]] == [9000]
    shown = json.loads(run("models", "default", "--json").stdout)
    assert (shown["id"], shown["said"]) == ("custom:Second-0", "custom:Second-1")


def test_the_default_is_shown_with_who_says_so(home: Path) -> None:
    settle(home, entry(URL))
    assert run("models", "default").stdout == (
        "custom:Far-One-0\n  no default is set: this is the first one\n"
    )
    file = settle(home, entry(URL), model="far-1")
    assert run("models", "default").stdout.splitlines()[1].startswith(f"  {file}:")


def test_the_list_marks_who_answers_where_none_is_named(home: Path) -> None:
    second = entry(URL, displayName="Second")
    settle(home, entry(URL), second, model="custom:Second-1")
    rows = run("models", "list").stdout.splitlines()
    assert [row.endswith("  default") for row in rows] == [False, False, True]
    told = json.loads(run("models", "list", "--json").stdout)["models"]
    assert [one["default"] for one in told] == [False, True]
    settle(home, entry(URL), second, model="custom:Gone")
    told = json.loads(run("models", "list", "--json").stdout)["models"]
    assert [one["default"] for one in told] == [False, False]


def test_a_broken_file_stays_as_it_is_and_one_is_told_where(home: Path) -> None:
    file = settle_text(home, TEXT.replace('"far-1",', '"far-1"'))
    before = file.read_bytes()
    for wanted in ("far-1", "gpt-5.5"):
        done = run("models", "default", wanted, OPENAI_API_KEY="test-key-not-real-1")
        assert done.returncode == 78
        assert f"{file}:6:7: Expected ',' or '}}' but found a string" in done.stderr
        assert file.read_bytes() == before


def test_a_key_is_not_taken_from_the_command_line(home: Path) -> None:
    file = settle(home, entry(URL))
    before = file.read_bytes()
    done = run("models", "set", "far-1", "apiKey", "test-key-not-real-9")
    assert done.returncode == 2
    assert "not-real" not in done.stdout + done.stderr
    assert file.read_bytes() == before


def test_tools_may_not_open_what_the_file_said_before(home: Path) -> None:
    with Far(chat_call("read", path="settings.json.bak"), chat("ok")) as far:
        file = settle(home, entry(far.url))
        run("models", "default", "far-1")
        assert KEY in Path(f"{file}.bak").read_text()
        run("exec", "go", cwd=file.parent)
    told = str(far.requests[1].json["messages"])
    assert "holds the user's keys" in told
    assert KEY not in told


def test_a_rename_takes_along_all_that_names_the_model(home: Path) -> None:
    with Far(chat("I go on.")) as far:
        first = entry(URL, fallback=["Far Two"], priceLike="Far Two")
        second = entry(far.url, displayName="Far Two", model="far-2")
        file = settle(home, first, second | {"pricing": {"input": 1, "output": 2}})
        done = run("models", "rename", "far-2", "Near Two")
        assert f"  {file}:10:9: a fallback of Far One is Near Two now." in done.stdout.splitlines()
        shown = json.loads(run("models", "show", "far-1", "--offline", "--json").stdout)
        assert shown["pricing"]["input"] == 1
        assert run("exec", "-m", "far-1", "Hi.", cwd=home).stdout == "I go on.\n"
    left = run("models", "remove", "far-2").stdout
    assert "says 'Near Two' still, a fallback of Far One: it means nobody now." in left
    assert "says 'Near Two' still, the price of Far One: it means nobody now." in left


def favourites(home: Path) -> list[str]:
    (file,) = home.rglob("favourites.json")
    return list(json.loads(file.read_text()))


def test_favourites_are_the_same_models_as_before(home: Path) -> None:
    """Their ids hold a position and a name."""
    listed = [entry(URL, displayName=name, model=name) for name in ("A", "B", "C")]
    settle(home, *listed)
    marked = Favourites(os.environ)
    for one in ("custom:C-2", "custom:A-0", "qwen3-coder:30b"):
        marked.toggle(one)
    run("models", "rename", "A", "First One")
    assert favourites(home) == ["custom:C-2", "custom:First-One-0", "qwen3-coder:30b"]
    done = run("models", "remove", "B")
    assert favourites(home) == ["custom:C-1", "custom:First-One-0", "qwen3-coder:30b"]
    assert "was a favourite" not in done.stdout
    done = run("models", "remove", "A")
    assert "  custom:First-One-0 was a favourite." in done.stdout.splitlines()
    assert favourites(home) == ["custom:C-0", "qwen3-coder:30b"]
