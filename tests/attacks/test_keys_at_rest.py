"""What is written for the person is theirs alone, whatever their umask lets others do."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.front_door import command, entry, settle
from tests.far import Far, chat, chat_call

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no modes here")


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids=oct)
def test_every_file_and_folder_of_ours_is_closed_to_others(
    home: Path, tmp_path: Path, umask: int
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "AGENTS.md").write_text("Be brief.\n")
    (work / "notes.txt").write_text("old\n")
    wide = "seq 1 30000"  # more than a result holds: the rest goes into a file
    with Far(
        chat_call("read", path="notes.txt"),
        chat_call("edit", path="notes.txt", old="old", new="new"),
        chat_call("shell", command=wide),
        chat("Done."),
    ) as far:
        settings = settle(home, entry(far.url))
        lines = (
            ("exec", "--auto", "high", "--record", str(tmp_path / "record.jsonl"), "Work."),
            ("keys", "move", "custom:Far-One-0", "--to", "file"),
            ("models", "rename", "custom:Far-One-0", "Another"),
            ("trust", "--yes"),
            ("undo", "--yes"),
        )
        for line in lines:
            done = subprocess.run(command(*line), cwd=work, umask=umask, capture_output=True)
            assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    ours = [*below(home), tmp_path / "record.jsonl"]
    names = {path.name for path in ours}
    assert {"settings.json.bak", "trust.json", "record.jsonl"} <= names
    assert any(name.startswith("shell-") for name in names)
    assert any(path.parts[-2] == "keys" for path in ours if path.is_file())
    assert [oct(path.stat().st_mode) + f" {path}" for path in ours if open_to_others(path)] == []


def below(home: Path) -> Iterator[Path]:
    """All that a run made, except for folders that other programs share."""
    shared = {home / name for name in (".local", ".local/state", ".cache", ".factory")}
    yield from (path for path in home.rglob("*") if path not in shared)


def open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
