"""A file with a key in it is one's own alone, as it is written and as it is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ownkey.core.errors import KeyMissing
from ownkey.keys import file

KEY = "test-key-not-real-1"


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_what_is_written_is_read_again_and_private(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "keys" / "far"
    before = os.umask(mask)
    try:
        file.write(path, "an older one")
        file.write(path, KEY)
    finally:
        os.umask(before)
    assert file.read(path) == KEY
    assert [one.name for one in path.parent.iterdir()] == ["far"]
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_what_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a key"
    path.write_text(KEY)
    path.chmod(mode)
    with pytest.raises(KeyMissing) as caught:
        file.read(path)
    assert f"mode {mode:04o}" in caught.value.what
    assert caught.value.hint == f"Run `chmod 600 '{path}'`."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes by name")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(KeyMissing, match="is no file"):
        file.read(tmp_path / "pipe")


@pytest.mark.parametrize(("given", "key"), [(f"{KEY}\n", KEY), (f"{KEY}\r\n", KEY), (KEY, KEY)])
def test_one_line_end_is_cut_off(tmp_path: Path, given: str, key: str) -> None:
    path = tmp_path / "far"
    path.write_bytes(given.encode())
    path.chmod(0o600)
    assert file.read(path) == key
