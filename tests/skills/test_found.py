"""Which skills there are: where they are looked for, whose go first, and what is left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ownkey.core.errors import ToolError
from ownkey.skills import found
from ownkey.skills.found import Skills, own_folders
from ownkey.trust import brought, folder
from tests.skills.made import skill


class Desk:
    """A person with a home folder, in a folder of a repository."""

    def __init__(self, home: Path, tmp_path: Path) -> None:
        self.home = home
        self.environ = {"HOME": str(home)}
        self.root = tmp_path / "work"
        self.cwd = self.root / "inner"
        (self.root / ".git").mkdir(parents=True)
        self.cwd.mkdir()

    def find(self, *disabled: str, trusts: bool = True) -> Skills:
        own = own_folders(self.environ)
        settings = own[0].parent
        state = self.home / "state"
        standing = folder.look(state, self.cwd, settings, own, anyway=trusts)
        return found.find(own, standing, disabled)


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Desk:
    return Desk(home, tmp_path)


def names(skills: Skills) -> list[str]:
    return [one.name for one in skills.usable]


def test_they_are_found_in_all_places(desk: Desk) -> None:
    for number, place in enumerate((".factory", ".agents", ".claude")):
        skill(desk.home / place / "skills" / f"own-{number}")
    for number, place in enumerate((".factory", ".agents", ".agent", ".claude")):
        skill(desk.root / place / "skills" / f"root-{number}")
        skill(desk.cwd / place / "skills" / f"inner-{number}")
    found = desk.find()
    assert names(found) == [
        *(f"inner-{number}" for number in range(4)),
        *(f"own-{number}" for number in range(3)),
        *(f"root-{number}" for number in range(4)),
    ]
    assert {one.whose for one in found.usable if one.name.startswith("own")} == {"your own"}


def test_without_any_there_are_none_and_nothing_is_wrong(desk: Desk) -> None:
    assert desk.find() == Skills()


def test_the_persons_own_go_first_then_the_nearest(desk: Desk) -> None:
    mine = skill(desk.home / ".claude" / "skills" / "fix", body="Mine.")
    theirs = skill(desk.root / ".agents" / "skills" / "fix", body="Theirs.")
    skill(desk.root / ".agents" / "skills" / "test", body="Outer.")
    skill(desk.cwd / ".agents" / "skills" / "test", body="Inner.")
    found = desk.find()
    assert [one.body.strip() for one in found.usable] == ["Mine.", "Inner."]
    assert found.notes[0] == f"{theirs} is left out: {mine} has the name fix."
    assert len(found.notes) == 2
    assert found.faults == ()


def test_settings_that_were_moved_take_their_skills_along(desk: Desk, tmp_path: Path) -> None:
    desk.environ["OWNKEY_CONFIG_DIR"] = str(tmp_path / "moved")
    skill(tmp_path / "moved" / "skills" / "moved")
    skill(desk.home / ".factory" / "skills" / "stayed")
    skill(desk.home / ".agents" / "skills" / "other")
    assert names(desk.find()) == ["moved", "other"]


def test_a_projects_wait_for_trust(desk: Desk) -> None:
    file = skill(desk.root / ".claude" / "skills" / "fix")
    found = desk.find(trusts=False)
    assert (found.usable, found.waiting) == ((), (file,))


def test_the_persons_own_are_no_projects(desk: Desk) -> None:
    """Also where their home folder is a repository, and they are in it."""
    (desk.home / ".git").mkdir()
    for place in (".factory", ".agents", ".claude"):
        skill(desk.home / place / "skills" / place[1:])
    desk.cwd = desk.home
    found = desk.find(trusts=False)
    assert (names(found), found.waiting) == (["agents", "claude", "factory"], ())


def test_disabled_ones_are_not_there_for_anybody(desk: Desk) -> None:
    skill(desk.home / ".claude" / "skills" / "one")
    skill(desk.root / ".claude" / "skills" / "one")
    skill(desk.home / ".claude" / "skills" / "two")
    found = desk.find("one")
    assert names(found) == ["two"]
    assert [one.name for one in found.disabled] == ["one"]
    with pytest.raises(ToolError, match="There are: two"):
        found.load("one")


def test_links_are_the_persons_alone(desk: Desk, tmp_path: Path) -> None:
    skill(tmp_path / "elsewhere" / "fix")
    for place in (desk.home / ".claude" / "skills", desk.root / ".claude" / "skills"):
        place.mkdir(parents=True)
    (desk.home / ".claude" / "skills" / "mine").symlink_to(tmp_path / "elsewhere" / "fix")
    (desk.root / ".claude" / "skills" / "theirs").symlink_to(tmp_path / "elsewhere" / "fix")
    (desk.root / ".agents").mkdir()
    (desk.root / ".agents" / "skills").symlink_to(tmp_path / "elsewhere")
    (desk.root / ".agent").symlink_to(tmp_path / "elsewhere")
    found = desk.find()
    assert names(found) == ["mine"]
    assert [note.removeprefix(f"{desk.root}/").partition(":")[0] for note in found.notes] == [
        ".agents/skills is a link",
        ".claude/skills/theirs/SKILL.md is behind a link",
    ]


def test_one_that_is_linked_into_another_place_is_there_once(desk: Desk) -> None:
    """As `npx skills` leaves them, for each agent."""
    skill(desk.home / ".agents" / "skills" / "fix", about="")
    skill(desk.root / ".agents" / "skills" / "test")
    for place in (desk.home, desk.root):
        (place / ".claude" / "skills").mkdir(parents=True)
    (desk.home / ".claude/skills/fix").symlink_to(desk.home / ".agents/skills/fix")
    (desk.root / ".claude/skills/test").symlink_to(desk.root / ".agents/skills/test")
    found = desk.find()
    assert (names(found), found.notes, found.faults) == (["fix", "test"], (), ())


def test_what_is_left_out_is_told_with_its_cure(desk: Desk) -> None:
    for place in (desk.home / ".claude" / "skills", desk.root / ".claude" / "skills"):
        skill(place / "long", body="x" * brought.LARGEST_SKILL)
        skill(place / "small").rename(place / "small" / "skill.md")
        (place / "folder" / "SKILL.md").mkdir(parents=True)
        (place / "none").mkdir()
        (place / "file.md").touch()
    found = desk.find()
    assert found.usable == ()
    said = sorted(str(one).partition(".claude/skills/")[2] for one in found.faults)
    assert said == sorted(
        [
            "folder/SKILL.md: This skill cannot be read: Is a directory. Make it a file that is"
            " readable to you.",
            "folder/SKILL.md: This skill is left out: it is no plain file. Put a file there.",
            *2
            * [
                "long/SKILL.md: This skill is left out: it is larger than 100,000 bytes. Put what"
                " is not always needed into files beside it.",
                "small/skill.md: This skill is left out: it is not named SKILL.md. Call it"
                " SKILL.md.",
            ],
        ]
    )


def test_factorys_other_name_counts_too(desk: Desk) -> None:
    file = skill(desk.home / ".factory" / "skills" / "fix")
    file.rename(file.with_name("skill.mdx"))
    file = skill(desk.root / ".factory" / "skills" / "test")
    file.rename(file.with_name("skill.mdx"))
    assert names(desk.find()) == ["fix", "test"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
def test_a_pipe_holds_nobody_up(desk: Desk) -> None:
    for place in (desk.home, desk.root):
        file = skill(place / ".claude" / "skills" / "fix")
        file.unlink()
        os.mkfifo(file)
    found = desk.find()
    assert (found.usable, len(found.faults)) == ((), 2)


def test_a_folder_of_a_million_is_looked_at_in_part_and_that_is_told(desk: Desk) -> None:
    for number in range(brought.MOST + 5):
        skill(desk.home / ".claude" / "skills" / f"mine-{number}")
        skill(desk.root / ".claude" / "skills" / f"outer-{number}")
    skill(desk.cwd / ".claude" / "skills" / "nearest")
    found = desk.find()
    assert len(found.usable) == 2 * brought.MOST
    assert "nearest" in names(found)
    assert [one.what.rpartition(": ")[2] for one in found.faults] == [
        "it is beyond the 200 skills that are looked at"
    ] * 2
