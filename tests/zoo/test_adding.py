"""`models add` at a host that behaves as each preset's own: nothing but a name and a key."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ownkey.config.presets import PLACEHOLDER, PRESETS
from ownkey.core.origin import is_near
from ownkey.rehearsal import sample
from tests.e2e.front_door import run
from tests.zoo.far import Authority
from tests.zoo.host import KEY
from tests.zoo.hosts import HOSTS
from tests.zoo.presets import ENTRIES
from tests.zoo.test_presets import opened

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's store and loopback are others"
)

VARIABLE = "ZOO_KEY"


@pytest.mark.parametrize("name", HOSTS)
def test_the_host_s_name_and_a_key_are_enough_for_an_entry_that_is_well_and_works(
    home: Path, tmp_path: Path, authority: Authority, name: str
) -> None:
    """Nobody edits anything between adding the model, examining it and working with it."""
    repository = sample.copy(tmp_path / "shelf")
    with opened(name, authority) as (door, entry, variables):
        parts = urlsplit(entry["baseUrl"])
        where = f"{parts.scheme}://{parts.netloc}"
        keys = {VARIABLE: KEY, **variables}
        line = ("--key-variable", VARIABLE, "--model", entry["model"], "--json")
        done = run("models", "add", where, *line, cwd=repository, **keys)
        assert done.returncode == 0, (door.refused, done.stderr)
        seen = run("doctor", "--yes", "--json", cwd=repository, **keys)
        work = ("exec", "--auto", "medium", "-o", "json", sample.PROMPT)
        said = run(*work, cwd=repository, **keys)
    told = json.loads(done.stdout)
    assert told["verified"]
    assert told["provider"] in door.host.doors.values()
    (report,) = json.loads(seen.stdout)["models"]
    assert report["usable"], report["cause"]
    assert "entry" not in {one["check"] for one in report["checks"]}
    assert (said.returncode, json.loads(said.stdout)["error"]) == (0, None), said.stderr
    assert "to make it permanent" not in said.stderr
    suite = [sys.executable, "-m", "unittest", "-q"]
    assert subprocess.run(suite, cwd=repository, capture_output=True).returncode == 0


@pytest.mark.parametrize("name", [one.name for one in PRESETS if one.name in HOSTS])
def test_a_preset_s_name_is_enough_where_its_key_is_set(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    if PLACEHOLDER in ENTRIES[name]["baseUrl"] or is_near(ENTRIES[name]["baseUrl"]):
        pytest.skip("its address is one's own")
    with opened(name, authority) as (door, entry, variables):
        done = run("models", "add", name.lower(), cwd=work, **variables)
        assert done.returncode == 0, (door.refused, done.stderr)
    (written,) = json.loads((home / ".factory" / "settings.json").read_text())["customModels"]
    assert written["provider"] in door.host.doors.values()
    assert written["apiKey"] == entry["apiKey"]
    assert "It answers." in done.stdout


@pytest.mark.parametrize("name", ["Anthropic", "OpenAI", "Gemini", "Groq"])
def test_a_wrong_key_is_named_and_nothing_is_written(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    with opened(name, authority) as (_, entry, variables):
        wrong = variables | {VARIABLE: "test-key-not-real-2"}
        line = ("models", "add", name, "--key-variable", VARIABLE, "--model", entry["model"])
        done = run(*line, cwd=work, **wrong)
    assert done.returncode == 77, done.stderr
    assert "refused the key" in done.stderr
    assert not (home / ".factory").exists()
