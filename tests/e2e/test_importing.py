"""`ownkey models import` as a process: what it shows, what it writes, and what it never shows."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests import far
from tests.e2e import front_door

SECRET = "test-key-not-real-2"


def pi(home: Path, url: str = "https://gw.example.com/v1", key: str = SECRET) -> Path:
    file = home / ".pi" / "agent" / "models.json"
    file.parent.mkdir(parents=True)
    models = [{"id": "far-1", "contextWindow": 64000}, {"id": "far-2"}]
    provider = {"baseUrl": url, "api": "openai-completions", "apiKey": key, "models": models}
    file.write_text(json.dumps({"providers": {"gw": provider}}, indent=1))
    return file


def test_nothing_found_says_where_it_looked(home: Path) -> None:
    ran = front_door.run("models", "import")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("No models were found. Looked at: environment variables, Claude")
    assert "ownkey models add" in ran.stdout


def test_what_is_found_is_shown_with_its_line_and_nothing_is_written(home: Path) -> None:
    pi(home)
    ran = front_door.run("models", "import")
    assert (ran.returncode, ran.stderr) == (0, "")
    row = next(line for line in ran.stdout.splitlines() if "far-1" in line)
    assert "pi ~/.pi/agent/models.json:8" in row
    assert "in ~/.pi/agent/models.json:6" in row
    assert "ownkey models import --all" in ran.stdout
    assert SECRET not in ran.stdout
    assert not (home / ".factory").exists()


def test_the_chosen_is_added_and_answers_and_is_there_the_next_time(home: Path) -> None:
    with far.Far(far.chat("Hello.")) as server:
        pi(home, server.url + "/v1", "PI_KEY")
        front_door.settle_text(home, '{\n  // mine\n  "customModels": []\n}\n')
        ran = front_door.run("models", "import", "far-1", PI_KEY=SECRET)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "Added 1 model to" in ran.stdout
        assert "ownkey doctor" in ran.stdout
        text = (home / ".factory" / "settings.json").read_text()
        assert "// mine" in text
        assert "${PI_KEY}" in text
        said = front_door.run("exec", "-m", "far-1", "Say hello.", PI_KEY=SECRET)
        assert said.stdout == "Hello.\n"
    again = json.loads(front_door.run("models", "import", "--json", PI_KEY=SECRET).stdout)
    assert [one["state"] for one in again["models"]] == ["already there", "new"]


def test_all_of_one_program_are_added_but_not_their_keys(home: Path) -> None:
    pi(home)
    ran = front_door.run("models", "import", "--from", "pi", "--all", "--json")
    told = json.loads(ran.stdout)
    assert told["added"]["names"] == ["far-1", "far-2"]
    assert "GW_API_KEY is not set" in " ".join(told["added"]["notes"])
    written = json.loads((home / ".factory" / "settings.json").read_text())
    assert [one["apiKey"] for one in written["customModels"]] == ["${GW_API_KEY}"] * 2
    assert SECRET not in ran.stdout


def test_keys_are_copied_only_when_that_is_asked_for_and_never_shown(home: Path) -> None:
    pi(home)
    ran = front_door.run("models", "import", "--all", "--with-keys")
    assert SECRET not in ran.stdout + ran.stderr
    file = home / ".factory" / "settings.json"
    assert json.loads(file.read_text())["customModels"][0]["apiKey"] == SECRET
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_secret_in_an_address_is_not_shown(home: Path) -> None:
    file = pi(home, f"https://me:{SECRET}@gw.example.com/v1")
    ran = front_door.run("models", "import")
    assert "its address carries a user name or password" in ran.stdout
    file.write_text(file.read_text().replace(f"me:{SECRET}@gw.example.com/v1", f"gw/v1?k={SECRET}"))
    assert "far-1" in front_door.run("models", "import", "--json").stdout
    for more in ((), ("--json",)):
        assert SECRET not in front_door.run("models", "import", *more).stdout


def test_a_dry_run_says_what_it_would_do_and_does_not(home: Path) -> None:
    pi(home)
    ran = front_door.run("models", "import", "--all", "--dry-run")
    assert "Would add 2 models to" in ran.stdout
    assert not (home / ".factory").exists()


def test_a_broken_file_is_told_beside_the_others(home: Path) -> None:
    pi(home).with_name("settings.json").write_text("{")
    ran = front_door.run("models", "import")
    assert "pi: ~/.pi/agent/settings.json: line 1, column 2: expected a name" in ran.stdout
    assert "far-1" in ran.stdout


def test_settings_of_the_project_folder_are_not_looked_at(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".claude").mkdir(parents=True)
    hostile = {"env": {"ANTHROPIC_BASE_URL": "https://evil.example", "ANTHROPIC_MODEL": "evil"}}
    (project / ".claude" / "settings.json").write_text(json.dumps(hostile))
    (project / "opencode.json").write_text('{"provider": {"a": {"models": {"evil": {}}}}}')
    assert "evil" not in front_door.run("models", "import", cwd=project).stdout


def test_a_source_or_a_name_that_is_none_is_refused(home: Path) -> None:
    refused = front_door.run("models", "import", "--from", "opencod")
    assert "There is no source 'opencod'. Did you mean 'opencode'?" in refused.stderr.replace(
        "\n ", ""
    )
    refused = front_door.run("models", "import", "nobody")
    assert "No model 'nobody' was found on this machine." in refused.stderr
    assert refused.returncode != 0


@pytest.mark.parametrize(
    ("typed", "names"),
    [("2\n", ["far-2"]), ("nobody\nfar-1, 2\n", ["far-1", "far-2"]), ("all\n", ["far-1", "far-2"])],
)
def test_in_a_terminal_it_asks_which_to_add(home: Path, typed: str, names: list[str]) -> None:
    pi(home)
    ours, theirs = os.openpty()
    try:
        os.write(ours, typed.encode())
        ran = subprocess.Popen(
            front_door.command("models", "import"), stdin=theirs, stdout=theirs, stderr=theirs
        )
        assert ran.wait(30) == 0
        shown = os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "Which to add?" in shown
    assert SECRET not in shown
    written = json.loads((home / ".factory" / "settings.json").read_text())
    assert [one["model"] for one in written["customModels"]] == names
