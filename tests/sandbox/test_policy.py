from __future__ import annotations

from pathlib import Path

import pytest

from ownkey.sandbox import bubblewrap, landlock, seatbelt
from ownkey.sandbox.guard import Kept, Placeholders
from ownkey.sandbox.policy import Policy, Wishes, policy, protected, wishes


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / ".git" / "objects").mkdir(parents=True)
    (folder / ".git" / "config").write_text("[core]\n")
    return folder


def planned(cwd: Path, home: Path, wished: Wishes | None = None) -> Policy:
    private = home.parent / "private" / "tmp"
    private.mkdir(parents=True, exist_ok=True)
    return policy(cwd, {"HOME": str(home)}, private, wished=wished or Wishes())


def test_the_documented_settings_are_understood() -> None:
    said = {
        "sandbox": {
            "enabled": False,
            "mode": "per-command",
            "filesystem": {"allowWrite": ["~/x"], "denyWrite": ["dist"], "denyRead": ["~/y"]},
            "network": {"allowedDomains": ["a.org"]},
        },
        "ownkey": {"sandbox": {"network": {"allowedDomains": ["*.b.org"]}}},
    }
    assert wishes(said) == Wishes(
        enabled=False,
        allow_write=("~/x",),
        deny_write=("dist",),
        deny_read=("~/y",),
        domains=("a.org", "*.b.org"),
    )
    assert wishes({"sandbox": "x", "ownkey": 3}) == Wishes()


def test_settings_move_what_may_be_written_and_seen(work: Path, home: Path) -> None:
    wished = Wishes(allow_write=("~/x",), deny_write=("dist",), deny_read=("~/y", "/etc/shadow"))
    found = planned(work, home, wished)
    assert home / "x" in found.roots
    assert work / "dist" in found.fixed
    assert {home / "y", Path("/etc/shadow")} <= set(found.masked)
    assert home / ".ssh" in found.masked


def test_what_holds_the_workspace_is_not_masked(home: Path) -> None:
    work = home / ".ssh" / "project"
    work.mkdir(parents=True)
    assert home / ".ssh" not in planned(work, home).masked


def test_commits_of_a_folder_go_to_its_repository(work: Path, home: Path) -> None:
    inner = work / "a" / "b"
    inner.mkdir(parents=True)
    assert planned(inner, home).repositories == (work / ".git",)


def test_a_repository_that_holds_the_home_folder_is_not_the_projects(home: Path) -> None:
    (home / ".git").mkdir()
    inner = home / "project"
    inner.mkdir()
    assert planned(inner, home).repositories == ()


def worktree(tmp_path: Path, work: Path, back: str) -> Path:
    tree = tmp_path / "tree"
    own = work / ".git" / "worktrees" / "tree"
    tree.mkdir()
    own.mkdir(parents=True)
    (tree / ".git").write_text(f"gitdir: {own}\n")
    (own / "gitdir").write_text(f"{back}\n")
    (own / "commondir").write_text("../..\n")
    return tree


def test_a_worktrees_commits_go_to_its_repository(tmp_path: Path, work: Path, home: Path) -> None:
    tree = worktree(tmp_path, work, str(tmp_path / "tree" / ".git"))
    assert planned(tree, home).repositories == (work / ".git",)


def test_a_git_file_that_is_not_named_back_opens_nothing(
    tmp_path: Path, work: Path, home: Path
) -> None:
    tree = worktree(tmp_path, work, str(tmp_path / "another" / ".git"))
    found = planned(tree, home)
    assert found.repositories == ()
    assert found.roots == (tree,)


def test_what_makes_git_run_something_is_protected(work: Path, home: Path) -> None:
    found = dict(protected(planned(work, home)))
    for name in ("hooks", "modules", "info"):
        assert found[work / ".git" / name] is True
    assert found[work / ".git" / "config"] is False
    assert found[work / ".envrc"] is False


def test_every_folder_above_a_protected_path_is_a_mount_of_its_own(work: Path, home: Path) -> None:
    """Else it is moved away together with what it protects."""
    deep = work / "a" / "b" / "secret"
    deep.mkdir(parents=True)
    found = planned(work, home, Wishes(deny_read=(str(deep),)))
    line = bubblewrap.arguments(found, work, work, [])
    mounts = [line[at + 2] for at, word in enumerate(line) if word in ("--bind", "--ro-bind")]
    order = [str(one) for one in (work, work / "a", work / "a" / "b", deep)]
    assert [one for one in mounts if one in order] == order


def test_the_line_gives_up_every_capability(work: Path, home: Path) -> None:
    line = bubblewrap.arguments(planned(work, home), work, work, [])
    assert line[line.index("--cap-drop") + 1] == "ALL"
    assert {"--unshare-user", "--unshare-net", "--unshare-pid", "--new-session"} <= set(line)
    assert line.index("/run") < line.index(str(work))


def test_landlock_grants_nothing_that_is_masked(work: Path, home: Path) -> None:
    (home / ".ssh").mkdir()
    (home / "notes").mkdir()
    found = planned(work, home, Wishes(deny_read=(str(work / ".git" / "objects"),)))
    granted = landlock.grants(found)
    assert str(home / ".ssh") not in granted["read"]
    assert "/" not in granted["read"]
    assert not {"/tmp", "/run", "/dev"} & {*granted["read"], *granted["write"]}
    assert str(work / ".git" / "config") in granted["write"]
    assert str(work / ".git" / "objects") not in granted["write"]


def test_the_profile_of_seatbelt_says_what_may_be_written(work: Path, home: Path) -> None:
    text = seatbelt.profile(planned(work, home))
    assert text.startswith("(version 1)\n(deny default)\n")
    assert f'(allow file-write* (subpath "{work}")' in text
    assert f'(subpath "{work}/.git/hooks")' in text
    assert f'(literal "{work}/.git")' in text
    assert f'(subpath "{home}/.ssh")' in text
    assert "network" not in text
    assert text.count("(") == text.count(")")


def test_a_path_cannot_end_its_quotes_in_a_profile(home: Path, tmp_path: Path) -> None:
    odd = tmp_path / 'a") (allow default) ("'
    odd.mkdir()
    assert '\\") (allow default) (\\"' in seatbelt.profile(planned(odd, home))


def test_placeholders_go_as_they_came(work: Path) -> None:
    places = Placeholders(work, [work / ".ownkey", work / ".git"])
    assert places.paths == [work / ".ownkey"]
    places.lift()
    assert not (work / ".ownkey").exists()
    assert (work / ".git" / "config").exists()


def test_placeholders_stay_while_another_command_needs_them(work: Path) -> None:
    first = Placeholders(work, [work / ".ownkey"])
    second = Placeholders(work, [work / ".ownkey"])
    first.lift()
    assert (work / ".ownkey").is_dir()
    second.lift()


def test_what_is_remembered_is_put_back(work: Path) -> None:
    kept = Kept(work / ".git")
    (work / ".git" / "config").write_text("[core]\nfsmonitor=x\n")
    (work / ".git" / "hooks").mkdir()
    (work / ".git" / "hooks" / "x").write_text("broken")
    assert kept.restore()
    assert (work / ".git" / "config").read_text() == "[core]\n"
    assert not (work / ".git" / "hooks").exists()
    assert not kept.restore()
