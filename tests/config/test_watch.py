"""Saved settings are noticed, however an editor saves them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ownkey.config.watch import Watch


def in_place(file: Path) -> None:
    file.write_text("{ }\n")


def by_rename(file: Path) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text("{  }\n")
    fresh.replace(file)


def with_backup(file: Path) -> None:
    file.rename(file.with_suffix(".bak"))
    file.write_text("{   }\n")


def in_a_folder_made_anew(file: Path) -> None:
    file.unlink()
    file.parent.rmdir()
    file.parent.mkdir()
    file.write_text("{    }\n")


def through_a_link(file: Path) -> None:
    real = file.parent.parent / "real.json"
    real.write_text("{     }\n")
    file.unlink()
    file.symlink_to(real)


def of_the_same_size_and_time(file: Path) -> None:
    before = file.stat()
    by_rename_of = file.with_suffix(".new")
    by_rename_of.write_text("[]")
    os.utime(by_rename_of, ns=(before.st_atime_ns, before.st_mtime_ns))
    by_rename_of.replace(file)


def removed(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize(
    "save",
    [
        in_place,
        by_rename,
        with_backup,
        in_a_folder_made_anew,
        through_a_link,
        of_the_same_size_and_time,
        removed,
    ],
)
def test_every_way_of_saving_is_noticed_once(tmp_path: Path, save: Callable[[Path], None]) -> None:
    file = tmp_path / ".factory" / "settings.json"
    file.parent.mkdir()
    file.write_text("{}")
    watch = Watch([file, tmp_path / "never.json"])
    assert not watch.changed()
    save(file)
    assert [watch.changed() for _ in range(4)] == [False, True, False, False]


def test_a_file_that_comes_to_be_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / ".factory" / "settings.json"
    watch = Watch([file])
    file.parent.mkdir()
    file.write_text("{}")
    assert [watch.changed() for _ in range(3)] == [False, True, False]


def test_one_looks_again_until_it_keeps_still(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text("{}")
    watch = Watch([file])
    for size in range(3, 9):
        file.write_text("{" + " " * size)
        assert not watch.changed()
    assert watch.changed()
