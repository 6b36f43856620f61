"""How the person stands to a folder: what it brings, what was decided, what has changed since."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ownkey.core.errors import UsageError
from ownkey.trust import brought, folder, telling
from ownkey.trust.folder import Moved, Standing

ORDER = "Use tabs.\n"


class Desk:
    """A person with a home folder, at a project."""

    def __init__(self, tmp_path: Path) -> None:
        self.state = tmp_path / "state"
        self.home = tmp_path / "home" / ".factory"
        self.cwd = tmp_path / "home" / "work"
        self.home.mkdir(parents=True)
        self.cwd.mkdir()

    def file(self, name: str, text: str = ORDER) -> Path:
        path = self.cwd / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def look(self, *, anyway: bool = False) -> Standing:
        return folder.look(self.state, self.cwd, self.home, anyway=anyway)

    def trust(self) -> Standing:
        return folder.keep(self.state, self.look(), "trusted", self.home)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def names(standing: Standing) -> list[str]:
    return [standing.name(one.path) for one in standing.items]


def test_a_folder_that_brings_nothing_is_not_asked_about(desk: Desk) -> None:
    desk.file("README.md")
    assert not desk.look().asks
    assert telling.left_out(desk.look(), asked=True) == ""


def test_what_counts_is_found_from_the_root_of_the_repository_on(desk: Desk) -> None:
    desk.file("AGENTS.md")
    (desk.cwd / ".git").mkdir()
    desk.file(".factory/settings.json", "{}")
    desk.file(".factory/commands/fix.md")
    desk.cwd = desk.cwd / "a" / "b"
    desk.file("CLAUDE.md")
    (desk.home.parent / "AGENTS.md").write_text("above the repository")
    assert names(desk.look()) == [
        "../../AGENTS.md",
        "CLAUDE.md",
        "../../.factory/settings.json",
        "../../.factory/commands/fix.md",
    ]


def test_the_users_own_folder_is_no_project(desk: Desk) -> None:
    (desk.home / "settings.json").write_text("{}")
    (desk.home / "commands").mkdir()
    (desk.home / "commands" / "mine.md").write_text("x")
    desk.cwd = desk.home.parent
    assert names(desk.look()) == []


def test_files_are_read_only_once_they_are_trusted(desk: Desk) -> None:
    path = desk.file("AGENTS.md")
    assert desk.look().contents == {}
    assert desk.look().asks
    assert desk.trust().contents == {path: ORDER.encode()}
    assert desk.look().contents == {path: ORDER.encode()}
    assert not desk.look().asks


def test_what_is_trusted_is_what_was_judged(desk: Desk) -> None:
    """The bytes that were hashed are those that count: nothing is read a second time."""
    path = desk.file("AGENTS.md")
    standing = desk.trust()
    path.write_text("Other orders.\n")
    assert standing.contents[path] == ORDER.encode()


@pytest.mark.parametrize("decision", ["trusted", "declined"])
def test_what_changes_is_asked_about_by_name(desk: Desk, decision: folder.Decision) -> None:
    path = desk.file("AGENTS.md")
    folder.keep(desk.state, desk.look(), decision, desk.home)
    assert desk.look().word == decision
    path.write_text("Other orders.\n")
    new = desk.file(".factory/commands/new.md")
    assert desk.look().word == "unasked"
    assert dict(desk.look().changed) == {path: "changed", new: "new"}
    path.write_text(ORDER)
    new.unlink()
    assert desk.look().word == decision


def test_files_that_go_away_take_no_trust_with_them(desk: Desk) -> None:
    desk.file("AGENTS.md")
    gone = desk.file(".factory/commands/x.md")
    desk.trust()
    gone.unlink()
    assert desk.look().trusted


def test_what_changed_between_showing_and_answering_is_not_trusted(desk: Desk) -> None:
    path = desk.file("AGENTS.md")
    shown = desk.look()
    os.utime(path)
    path.write_text("Other orders.\n")
    with pytest.raises(Moved):
        folder.keep(desk.state, shown, "trusted", desk.home)
    assert desk.look().word == "unasked"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"folders": 7}',
        '{"folders": [{"path": 7}]}',
        "\xff",
        "null",
        '{"version":"x"}',
    ],
)
def test_a_list_that_cannot_be_read_trusts_nobody(desk: Desk, text: str) -> None:
    desk.file("AGENTS.md")
    desk.trust()
    (desk.state / folder.FILE).write_text(text)
    assert desk.look().word == "unasked"
    assert desk.trust().trusted


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_a_list_that_others_may_write_trusts_nobody(desk: Desk) -> None:
    desk.file("AGENTS.md")
    desk.trust()
    file = desk.state / folder.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o666)
    assert desk.look().word == "unasked"
    file.chmod(0o600)
    moved = file.rename(desk.state / "elsewhere")
    file.symlink_to(moved)
    assert desk.look().word == "unasked"


def test_forgetting_asks_again(desk: Desk) -> None:
    desk.file("AGENTS.md")
    desk.trust()
    assert [one.path for one in folder.entries(desk.state)] == [str(desk.cwd)]
    assert folder.forget(desk.state, desk.cwd)
    assert desk.look().asks
    assert not folder.forget(desk.state, desk.cwd)


def test_where_it_cannot_be_kept_that_is_said(desk: Desk, tmp_path: Path) -> None:
    desk.file("AGENTS.md")
    desk.state = tmp_path / "file" / "state"
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be kept"):
        desk.trust()


def test_links_count_for_nothing_whatever_is_answered(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.md").write_text("x")
    (desk.cwd / "AGENTS.md").symlink_to(tmp_path / "elsewhere.md")
    (tmp_path / "folder" / "commands").mkdir(parents=True)
    (tmp_path / "folder" / "commands" / "x.md").write_text("x")
    (tmp_path / "folder" / "settings.json").write_text("{}")
    (desk.cwd / ".factory").symlink_to(tmp_path / "folder")
    standing = desk.look(anyway=True)
    assert standing.contents == {}
    assert not standing.usable
    assert {one.fault for one in standing.items} == {"a link", "behind a link"}


def test_a_folder_of_a_million_commands_is_looked_at_in_part(desk: Desk) -> None:
    for number in range(brought.MOST + 50):
        desk.file(f".factory/commands/{number}.md", "x")
    assert len(desk.look().items) == brought.MOST


def test_the_question_names_each_file_its_size_and_what_it_may_do(desk: Desk) -> None:
    desk.file("AGENTS.md")
    desk.file(".factory/settings.json", "{}")
    lines = list(telling.lines(desk.look()))
    assert lines == [
        "AGENTS.md               10 B  tells the model how to work here",
        ".factory/settings.json   2 B  chooses among your models, forbids commands,"
        " changes how things look",
    ]
    desk.trust()
    desk.file("AGENTS.md", "Other.\n")
    assert next(telling.lines(desk.look())).endswith(
        "changed since you decided: tells the model how to work here"
    )
