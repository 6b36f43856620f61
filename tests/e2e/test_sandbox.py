"""The sandbox, through the front door."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat, chat_call
from tests.sandbox import walls


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def heard(home: Path, work: Path, command: str, *flags: str) -> tuple[str, str]:
    """What the model reads of a command's result, and what the person reads on stderr."""
    with Far(chat_call("shell", command=command), chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "--auto", "medium", *flags, "Work.", cwd=work)
    assert done.returncode == 0, done.stderr
    return json.dumps(far.requests[-1].json["messages"][-1]), done.stderr


def test_a_command_of_a_model_runs_in_the_sandbox(home: Path, work: Path) -> None:
    walls.needs("bwrap")
    command = "touch inside; touch ~/outside /etc/outside; cat ~/.factory/settings.json"
    said, told = heard(home, work, command)
    assert "Read-only file system" in said
    assert "test-key" not in said
    assert "sandbox" not in told.lower()
    assert (work / "inside").exists()
    assert not (home / "outside").exists()
    assert [one.name for one in work.iterdir()] == ["inside"]


def test_without_it_that_is_said(home: Path, work: Path) -> None:
    said, told = heard(home, work, "touch ~/outside", "--no-sandbox")
    assert "sandbox" not in said
    assert told.count("No sandbox: it is switched off.") == 1
    assert (home / "outside").exists()


def test_the_users_settings_switch_it_off(home: Path, work: Path) -> None:
    with Far(chat_call("shell", command="touch ~/outside"), chat("Done.")) as far:
        settle(home, entry(far.url))
        path = home / ".factory" / "settings.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"sandbox": {"enabled": False}}))
        run("exec", "--auto", "medium", "Work.", cwd=work)
    assert (home / "outside").exists()


def test_a_projects_settings_do_not(home: Path, work: Path) -> None:
    walls.needs("bwrap")
    (work / ".factory").mkdir()
    (work / ".factory" / "settings.json").write_text('{"sandbox": {"enabled": false}}')
    heard(home, work, "touch ~/outside")
    assert not (home / "outside").exists()


def test_the_way_outside_is_refused_where_nobody_can_be_asked(home: Path, work: Path) -> None:
    walls.needs("bwrap")
    with Far(chat_call("shell", command="touch ~/outside", unsandboxed=True), chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "--auto", "medium", "Work.", cwd=work)
    assert done.returncode == 4
    assert not (home / "outside").exists()


def test_the_sandbox_is_not_imported_before_a_command_needs_it(home: Path) -> None:
    program = (
        "import sys, ownkey.conversation, ownkey.faces.headless, ownkey.faces.tui.app\n"
        "print([one for one in sys.modules if one.startswith('ownkey.sandbox')])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
