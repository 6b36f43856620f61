"""What every face may ask for before there is a conversation."""

from __future__ import annotations

import os
from pathlib import Path

from ownkey.app import choose_model, load_settings, make_default
from ownkey.options import Options
from ownkey.words import of_revision
from tests.e2e.front_door import entry, settle

URL = "http://127.0.0.1:9"


def test_a_face_can_make_a_model_the_default(home: Path, tmp_path: Path) -> None:
    options = Options(cwd=tmp_path, environ=dict(os.environ))
    file = settle(home, entry(URL), entry(URL, model="far-2", displayName="Far Two"))
    done = make_default(options, "Far Two")
    assert choose_model(load_settings(options), None).name == "far-2"
    assert of_revision(done) == [
        f"Written: {done.where}",
        f"Take it back: cp {file}.bak {file}",
    ]
    assert of_revision(make_default(options, "far-2")) == [
        f"{done.where} says so already: nothing was written."
    ]


def test_what_made_a_file_is_taken_back_by_removing_it(home: Path, tmp_path: Path) -> None:
    options = Options(cwd=tmp_path, environ={**os.environ, "XAI_API_KEY": "test-key-not-real-1"})
    done = make_default(options, load_settings(options).builtin[0].id)
    assert of_revision(done)[1] == f"Take it back: rm {home / '.factory' / 'settings.json'}"
