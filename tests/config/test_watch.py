"""Saved settings are noticed, however an editor saves them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.config import writing
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


# Saving, as editors and people do it, told from the watching side: whatever is looked at in
# between, what was saved last is what is known in the end.

Save = Callable[[Path, str], None]


def writes_in_place(file: Path, text: str) -> None:
    file.write_text(text)


def writes_in_pieces(file: Path, text: str) -> None:
    with file.open("w") as stream:
        for letter in text:
            stream.write(letter)
            stream.flush()


def replaces(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(file)


def moves_away_and_writes_anew(file: Path, text: str) -> None:
    backup = file.with_suffix(".json~")
    file.replace(backup)
    file.write_text(text)
    backup.unlink()


def replaces_the_target_of_the_link(file: Path, text: str) -> None:
    if not file.is_symlink():
        leads_the_link_elsewhere(file, "{}")
    replaces(file.resolve(), text)


def leads_the_link_elsewhere(file: Path, text: str) -> None:
    target = file.parent.parent / f"{len(text)}.json"
    target.write_text(text)
    file.unlink()
    file.symlink_to(target)


def makes_the_folder_anew(file: Path, text: str) -> None:
    shutil.rmtree(file.parent)
    file.parent.mkdir()
    file.write_text(text)


def saves_as_we_do(file: Path, text: str) -> None:
    writing.save(file, writing.read(file), text)


SAVES: tuple[Save, ...] = (
    writes_in_place,
    writes_in_pieces,
    replaces,
    moves_away_and_writes_anew,
    replaces_the_target_of_the_link,
    leads_the_link_elsewhere,
    makes_the_folder_anew,
    saves_as_we_do,
)


def said(number: int) -> str:
    return json.dumps({"theme": "x" * number})


class Reader:
    """Reads the file when the watch says so, as the app does."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.watch = Watch([file, file.parent / "settings.local.json"])
        self.text = file.read_text()

    def look(self) -> None:
        if self.watch.changed():
            self.text = self.file.read_text() if self.file.exists() else ""


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    file = tmp_path / ".factory" / "settings.json"
    file.parent.mkdir()
    file.write_text(said(0))
    return Reader(file)


@pytest.mark.parametrize("save", SAVES)
@pytest.mark.parametrize("looks", [0, 1, 2, 3])
def test_what_was_saved_last_is_what_is_known(reader: Reader, save: Save, looks: int) -> None:
    for number in range(1, 6):
        save(reader.file, said(number))
        for _ in range(looks):
            reader.look()
    for _ in range(2):
        reader.look()
    assert reader.text == said(5)


def test_a_folder_that_is_gone_is_known_and_so_is_its_return(reader: Reader) -> None:
    shutil.rmtree(reader.file.parent)
    for _ in range(2):
        reader.look()
    assert reader.text == ""
    reader.file.parent.mkdir()
    reader.file.write_text(said(0))
    for _ in range(2):
        reader.look()
    assert reader.text == said(0)


@pytest.mark.parametrize("save", SAVES)
def test_a_hundred_saves_at_once_end_with_the_last(reader: Reader, save: Save) -> None:
    """Looks fall between the saves, and into them, wherever they happen to."""
    saving = Thread(target=lambda: [save(reader.file, said(number)) for number in range(1, 101)])
    saving.start()
    while saving.is_alive():
        with suppress(FileNotFoundError):  # moved away between the look and the reading
            reader.look()
    saving.join()
    for _ in range(2):
        reader.look()
    assert reader.text == said(100)


@given(st.lists(st.tuples(st.sampled_from(SAVES), st.integers(0, 2)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_ways_of_saving_may_take_turns(steps: list[tuple[Save, int]]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / ".factory" / "settings.json"
        file.parent.mkdir()
        file.write_text(said(0))
        reader = Reader(file)
        for number, (save, looks) in enumerate(steps, 1):
            save(file, said(number))
            for _ in range(looks):
                reader.look()
        for _ in range(2):
            reader.look()
        assert reader.text == said(len(steps))
