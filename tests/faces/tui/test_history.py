from __future__ import annotations

from pathlib import Path

from ownkey.faces.tui.history import KEPT, History


def test_what_was_sent_is_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state" / "prompts"
    History(file).add("one\ntwo")
    assert file.stat().st_mode & 0o077 == 0
    assert History(file).older("") == "one\ntwo"


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "prompts"
    file.write_bytes(b'"a"\n"to\n"b"\n')
    history = History(file)
    assert [history.older(""), history.older(""), history.older("")] == ["b", "a", None]


def test_a_file_that_grew_is_cut_to_the_newest(tmp_path: Path) -> None:
    file = tmp_path / "prompts"
    file.write_text("".join(f'"{number}"\n' for number in range(2 * KEPT + 1)))
    assert History(file).older("") == str(2 * KEPT)
    assert len(file.read_bytes().splitlines()) == KEPT


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    history = History(tmp_path / "file" / "prompts")
    history.add("a")
    assert history.older("") == "a"
