from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ownkey.core.errors import ToolError
from ownkey.tools.store import store

WRITER = """
import sys
from pathlib import Path
from ownkey.tools.store import store
path = Path(sys.argv[1])
while True:
    for sign in b"ab":
        store(path, bytes([sign]) * 300_000, path.stat())
        print(flush=True)
"""
KILLS = 40


def test_a_writer_killed_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 300_000)
    chance = random.Random(1)
    seen = set()
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": "src"},
        ) as writer:
            assert writer.stdout
            writer.stdout.readline()  # it writes by now
            time.sleep(chance.random() / 200)
            writer.kill()
        data = path.read_bytes()
        assert len(data) == 300_000
        assert set(data) in ({ord("a")}, {ord("b")})
        seen |= set(data)
    assert seen == {ord("a"), ord("b")}


def test_a_file_that_came_in_between_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("theirs")
    with pytest.raises(ToolError, match="changed this very moment"):
        store(path, b"ours", None)
    assert path.read_text() == "theirs"
    assert list(tmp_path.glob(".ownkey-*")) == []


def test_a_file_that_changed_or_went_in_between_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    before = path.stat()
    path.write_text("theirs")
    with pytest.raises(ToolError, match="changed this very moment"):
        store(path, b"ours", before)
    assert path.read_text() == "theirs"


def test_a_write_protected_file_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o444)
    try:
        with path.open("a"):
            pytest.skip("root may write everything")
    except PermissionError:
        pass
    with pytest.raises(PermissionError):
        store(path, b"new", path.stat())
