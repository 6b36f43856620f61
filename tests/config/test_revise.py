"""Owners change their entries by name; the default goes on to mean the same model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ownkey.config import jsonc, models, revise
from ownkey.config.settings import Settings, load
from ownkey.core.errors import SettingsError, UsageError
from tests.config.conftest import Write

Entry = Callable[..., dict[str, Any]]

ENVIRON = {"SOME_KEY": "test-key-not-real-2"}


def now(folder: Path, **more: Any) -> Settings:
    return load(folder, ENVIRON, **more)


def said(path: Path) -> Any:
    return jsonc.parse(path.read_text()).value


def names(path: Path) -> list[str]:
    return [one["displayName"] for one in said(path)["customModels"]]


@pytest.fixture
def three(write: Write, entry: Entry) -> Path:
    """A, B and B again."""
    listed = [entry(displayName="A"), entry(displayName="B"), entry(displayName="B", model="b2")]
    return write({"customModels": listed})


@pytest.mark.parametrize("name", ["custom:B-1", "B-1"])
def test_an_entry_is_removed_under_any_of_its_names(folder: Path, three: Path, name: str) -> None:
    before = three.read_text()
    done = revise.remove(now(folder), ENVIRON, name)
    assert names(three) == ["A", "B"]
    assert (done.id, done.file, done.line) == ("custom:B-1", three, 1)
    assert done.backup is not None
    assert done.backup.read_text() == before


def test_a_name_that_several_have_removes_none(folder: Path, three: Path) -> None:
    with pytest.raises(SettingsError, match="may mean several models"):
        revise.remove(now(folder), ENVIRON, "B")
    assert names(three) == ["A", "B", "B"]


def test_an_entry_that_cannot_be_used_can_be_removed(
    folder: Path, write: Write, entry: Entry
) -> None:
    path = write({"customModels": [entry(), entry(displayName="Bad", provider="nobody")]})
    revise.remove(now(folder), ENVIRON, "Bad")
    assert names(path) == ["Kimi K2 [Groq]"]


def test_the_default_still_means_its_model_when_others_go(folder: Path, three: Path) -> None:
    revise.make_default(now(folder), ENVIRON, "b2")
    assert said(three)["sessionDefaultSettings"] == {"model": "custom:B-2"}
    done = revise.remove(now(folder), ENVIRON, "A")
    assert said(three)["sessionDefaultSettings"] == {"model": "custom:B-1"}
    assert done.notes == ("It is the default, as custom:B-1.",)
    assert models.find(now(folder), None).name == "b2"


def test_a_default_that_is_removed_is_none_any_more(folder: Path, three: Path) -> None:
    revise.make_default(now(folder), ENVIRON, "b2")
    done = revise.remove(now(folder), ENVIRON, "b2")
    assert said(three)["sessionDefaultSettings"] == {}
    assert done.notes == ("It was the default: now custom:A-0 is.",)


def test_renaming_changes_the_name_and_the_default_with_it(folder: Path, three: Path) -> None:
    revise.make_default(now(folder), ENVIRON, "A")
    done = revise.rename(now(folder), ENVIRON, "A", "New One")
    assert (done.id, done.name) == ("custom:New-One-0", "New One")
    assert names(three) == ["New One", "B", "B"]
    assert models.find(now(folder), None).id == "custom:New-One-0"


@pytest.mark.parametrize("name", ["B", " B ", "", " "])
def test_a_name_is_not_taken_and_not_empty(folder: Path, three: Path, name: str) -> None:
    with pytest.raises(UsageError):
        revise.rename(now(folder), ENVIRON, "A", name)
    assert names(three) == ["A", "B", "B"]


def test_a_field_is_changed_and_taken_out(folder: Path, three: Path) -> None:
    done = revise.set_field(now(folder), ENVIRON, "A", "contextWindow", 9000)
    assert said(three)["customModels"][0]["contextWindow"] == 9000
    line = json.dumps(said(three)["customModels"][0]).index("9000")
    assert (done.line, done.column) == (1, line + len('{"customModels": [') + 1)
    assert revise.set_field(now(folder), ENVIRON, "A", "contextWindow", 9000).written is False
    revise.set_field(now(folder), ENVIRON, "A", "contextWindow", None)
    assert "contextWindow" not in said(three)["customModels"][0]


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("contextWindow", "big", "contextWindow must be a positive whole number, not a string"),
        ("provider", "opnai", "Invalid provider 'opnai': did you mean 'openai'?"),
        ("baseUrl", "ftp://example.com", "baseUrl starts with ftp://"),
        ("model", None, "model is missing"),
    ],
)
def test_what_would_break_an_entry_is_not_written(
    folder: Path, three: Path, field: str, value: Any, what: str
) -> None:
    before = three.read_bytes()
    with pytest.raises(SettingsError) as caught:
        revise.set_field(now(folder), ENVIRON, "A", field, value)
    assert caught.value.what.startswith(what)
    assert caught.value.hint.startswith("Nothing was written.")
    assert three.read_bytes() == before


def test_a_variable_need_not_be_set_yet(folder: Path, three: Path) -> None:
    done = revise.set_field(now(folder), ENVIRON, "A", "apiKey", "${NOT_YET}")
    assert said(three)["customModels"][0]["apiKey"] == "${NOT_YET}"
    assert [note.split(".")[0] for note in done.notes] == [
        "The environment variable NOT_YET is not set"
    ]
    assert revise.set_field(now(folder), ENVIRON, "b2", "apiKey", "${SOME_KEY}").notes == ()


def test_a_legacy_entry_is_changed_where_it_is(folder: Path, write: Write) -> None:
    old = {
        "model": "m",
        "model_display_name": "Old",
        "base_url": "http://127.0.0.1:9",
        "api_key": "test-key-not-real-1",
        "provider": "openai",
    }
    path = write({"custom_models": [old]}, "config.json")
    done = revise.rename(now(folder), ENVIRON, "Old", "Older")
    assert said(path)["custom_models"] == [old | {"model_display_name": "Older"}]
    assert done.backup == folder / "config.json.bak"
    revise.make_default(now(folder), ENVIRON, "m")
    assert said(folder / "settings.json") == {"sessionDefaultSettings": {"model": done.id}}
    revise.remove(now(folder), ENVIRON, "m")
    assert said(path) == {"custom_models": []}


def test_the_default_is_changed_in_the_file_that_says_it(folder: Path, three: Path) -> None:
    local = folder / "settings.local.json"
    local.write_text('{"model": "A"} // here')
    assert revise.make_default(now(folder), ENVIRON, "b2").file == local
    assert local.read_text() == '{"model": "custom:B-2"} // here'
    assert "sessionDefaultSettings" not in said(three)


def test_a_project_that_says_another_default_is_told(
    folder: Path, three: Path, write: Write, tmp_path: Path
) -> None:
    theirs = write({"model": "A"}, into=tmp_path / "project" / ".factory")
    loaded = now(folder, project=tmp_path / "project")
    done = revise.make_default(loaded, ENVIRON, "b2")
    assert done.file == three
    assert done.notes == (f"{theirs}:1:11 goes before it, and sets 'A'.",)


def test_a_file_given_for_this_run_is_the_one_that_is_written(
    folder: Path, three: Path, write: Write, entry: Entry, tmp_path: Path
) -> None:
    given = write({"customModels": [entry(displayName="G")]}, "given.json", into=tmp_path)
    assert revise.make_default(now(folder, runtime=given), ENVIRON, "A").file == given
    assert revise.remove(now(folder, runtime=given), ENVIRON, "G").file == given
    assert said(given) == {"customModels": [], "sessionDefaultSettings": {"model": "custom:A-0"}}
    assert names(three) == ["A", "B", "B"]


def test_a_model_that_is_built_in_has_no_entry(folder: Path) -> None:
    environ = {"ANTHROPIC_API_KEY": "test-key-not-real-1"}
    loaded = load(folder, environ)
    with pytest.raises(SettingsError, match="is built in"):
        revise.remove(loaded, environ, loaded.builtin[0].id)
    done = revise.make_default(loaded, environ, loaded.builtin[0].id)
    assert (done.backup, done.written) == (None, True)
    assert models.find(load(folder, environ), None).id == loaded.builtin[0].id


def test_a_file_saved_since_it_was_loaded_is_left_alone(folder: Path, three: Path) -> None:
    loaded = now(folder)
    three.write_text(three.read_text() + "\n")
    with pytest.raises(SettingsError, match="was changed by somebody else"):
        revise.remove(loaded, ENVIRON, "A")
    assert names(three) == ["A", "B", "B"]
