"""A new entry, judged before it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ownkey.config import addition, settings
from ownkey.config.settings import Settings
from ownkey.core.errors import SettingsError
from tests.e2e.front_door import entry, settle

URL = "http://127.0.0.1:9"
KEY = "test-key-not-real-8"


def loaded(home: Path, runtime: Path | None = None) -> Settings:
    return settings.load(home / ".factory", {}, runtime=runtime)


def test_it_is_known_what_the_settings_become_and_nothing_is_written(home: Path) -> None:
    planned = addition.plan(loaded(home), {}, entry(URL, apiKey=KEY), default=True)
    assert (planned.model.id, planned.place) == ("custom:Far-One-0", (3, 5))
    assert planned.loaded.default_model == "custom:Far-One-0"
    assert not (home / ".factory").exists()
    assert KEY not in repr(planned)


def test_it_is_written_at_the_end_with_the_rest_as_it_was(home: Path) -> None:
    file = settle(home, entry(URL), theme="dark")
    revision = addition.save(addition.plan(loaded(home), {}, entry(URL, displayName="Far Two")))
    told = json.loads(file.read_text())
    assert [one["displayName"] for one in told["customModels"]] == ["Far One", "Far Two"]
    assert told["theme"] == "dark"
    assert (revision.id, revision.file) == ("custom:Far-Two-1", file)


def test_a_file_given_for_this_run_is_the_one_that_is_written(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.json"
    mine.write_text("{}")
    settle(home, entry(URL))
    addition.save(addition.plan(loaded(home, mine), {}, entry(URL)))
    assert len(json.loads(mine.read_text())["customModels"]) == 1


def test_a_variable_that_is_not_set_is_told_and_no_fault(home: Path) -> None:
    planned = addition.plan(loaded(home), {}, entry(URL, apiKey="${UNSET_KEY}"))
    assert "UNSET_KEY is not set" in planned.pending[0]


def test_an_entry_that_would_be_wrong_is_refused(home: Path) -> None:
    with pytest.raises(SettingsError, match="provider"):
        addition.plan(loaded(home), {}, entry(URL) | {"provider": "nobody"})


def test_a_file_that_was_changed_meanwhile_is_left_alone(home: Path) -> None:
    planned = addition.plan(loaded(home), {}, entry(URL))
    file = settle(home)
    text = file.read_text()
    with pytest.raises(SettingsError, match="changed by somebody else"):
        addition.save(planned)
    assert file.read_text() == text
