"""What a command leaves for git to run: the git of this machine is asked afterwards, outside."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ownkey.sandbox import repositories
from tests.sandbox import walls
from tests.tools.desk import Desk

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git here")

GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com")


@pytest.fixture
def desk(tmp_path: Path, home: Path) -> Desk:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    made = Desk(folder, tmp_path / "spool", home / "settings.json")
    made.context.environment |= {"HOME": str(home), "MARK": str(folder / "ran")}
    return made


@pytest.fixture(params=walls.NAMES)
def walled(desk: Desk, request: pytest.FixtureRequest) -> Iterator[Desk]:
    walls.needs(request.param)
    desk.context.confinement = walls.confinement(request.param, desk.folder)
    yield desk
    asyncio.run(desk.context.confinement.aclose())


def git(folder: Path, *words: str) -> str:
    done = subprocess.run((*GIT, *words), cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout


def looked(desk: Desk) -> bool:
    """Whether something ran when the person's prompt looked at the folder and at `sub`."""
    mark = desk.folder / "ran"
    mark.unlink(missing_ok=True)
    for name in ("", "sub", "node_modules", "node_modules/x"):
        folder = desk.folder / name
        if folder.is_dir():
            git(folder, "status")
            git(folder, "log")
    return mark.exists()


EVIL = "git -C {at} config core.fsmonitor \"touch '$MARK'; false\""
NESTED = "git init -q {at} && " + EVIL
LINKED = (
    " && git -C {at} -c user.name=a -c user.email=a@b commit -q --allow-empty -m x"
    " && git update-index --add --cacheinfo 160000,$(git -C {at} rev-parse HEAD),{at}"
)
HOOK = "printf '#!/bin/sh\\ntouch \"'\"$MARK\"'\"' > {at} && chmod +x {at}"

LEFT = {
    "another common folder": (
        "git init -q --bare evil && " + EVIL.format(at="evil") + " && echo ../evil > .git/commondir"
    ),
    "a repository inside": NESTED.format(at="sub"),
    "one that the index names": (NESTED + LINKED).format(at="sub"),
    "one that the index names, where nobody looks": (NESTED + LINKED).format(at="node_modules/x"),
    "a folder that is not looked through": NESTED.format(at="node_modules"),
    "one that says it elsewhere": (
        NESTED + " && mv sub/.git/config c && echo '[include]\npath=../../c' > sub/.git/config"
    ).format(at="sub"),
    "one behind a link": (NESTED + " && mv sub/.git o && ln -s ../o sub/.git").format(at="sub"),
    "one behind a pointer": (
        NESTED + " && mv sub/.git o && echo gitdir: ../o > sub/.git"
    ).format(at="sub"),
    "a hook of one inside": (
        "git init -q sub && mkdir -p sub/.git/hooks && "
        + HOOK.format(at="sub/.git/hooks/post-index-change")
        + " && echo a > sub/a && git -C sub add a && touch -d '1 day ago' sub/a"
    ),
    "the folder itself, made bare": (
        "cp -r .git/refs .git/objects .git/HEAD . ; rm .git/HEAD; cp .git/config config;"
        " git config -f config core.worktree \"$PWD\";"
        " git config -f config core.fsmonitor \"touch '$MARK'; false\""
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", LEFT)
def test_git_runs_it_where_there_are_no_walls(desk: Desk, how: str) -> None:
    """So that the tests below can fail."""
    desk.say("shell", command=LEFT[how])
    assert looked(desk)


@pytest.mark.parametrize("how", LEFT)
def test_git_runs_nothing_that_a_command_left(walled: Desk, how: str) -> None:
    said = walled.say("shell", command=LEFT[how])
    assert not looked(walled)
    assert "was disarmed" in said or "put back" in said


def test_not_either_if_it_was_left_in_two_steps(walled: Desk) -> None:
    walled.say("shell", command=NESTED.format(at="sub") + "; mv sub/.git/HEAD h")
    walled.say("shell", command="mv h sub/.git/HEAD")
    assert not looked(walled)
    walled.say("shell", command="rm -rf sub; git init -q sub")
    assert "put back" in walled.say("shell", command=EVIL.format(at="sub"))
    assert not looked(walled)


def test_a_repository_that_was_there_stays_as_it_is(walled: Desk) -> None:
    git(walled.folder, "init", "-q", "sub")
    config = walled.folder / "sub/.git/config"
    config.write_text(config.read_text() + "[alias]\n\tx = !true\n")
    before = config.read_bytes()
    assert "put back" in walled.say("shell", command=EVIL.format(at="sub"))
    assert config.read_bytes() == before
    assert walled.say("shell", command="git -C sub status -s") == "[no output]"


@pytest.mark.parametrize(
    "command",
    [
        "git init -q sub",
        "git init -q --bare sub.git",
        "git clone -q . sub",
        "git worktree add -q sub",
        "git init -q sub && git -C sub config user.name 'a b'",
    ],
)
def test_a_plain_repository_stays(walled: Desk, command: str) -> None:
    said = walled.say("shell", command=command)
    assert "disarmed" not in said
    assert git(walled.folder, "-C", "sub.git" if "bare" in command else "sub", "rev-parse", "HEAD")


def test_the_pointers_of_other_worktrees_are_closed(walled: Desk, tmp_path: Path) -> None:
    git(walled.folder, "worktree", "add", "-q", str(tmp_path / "other"))
    walled.say("shell", command="git init -q --bare evil; " + EVIL.format(at="evil"))
    walled.say("shell", command='echo "$PWD/evil" > .git/worktrees/other/commondir')
    git(tmp_path / "other", "status")
    assert not (walled.folder / "ran").exists()


@pytest.mark.parametrize("at", [".git", "sub/.git"])
def test_what_is_put_back_is_put_back_through_no_link(
    walled: Desk, tmp_path: Path, at: str
) -> None:
    git(walled.folder, "init", "-q", "sub")
    there = tmp_path / "there"
    there.mkdir()
    (there / "config").write_text("as it was\n")
    walled.say("shell", command=f"mv {at} {at}.moved && ln -s {there} {at}")
    assert [one.name for one in there.iterdir()] == ["config"]
    assert (there / "config").read_text() == "as it was\n"
    assert (walled.folder / at / "config").exists()
    assert not (walled.folder / at).is_symlink()


def test_a_repository_that_was_removed_is_not_missed(walled: Desk) -> None:
    for name in ("a", "b"):
        git(walled.folder, "init", "-q", name)
    assert walled.say("shell", command="rm -rf a b/.git") == "[no output]"
    assert not (walled.folder / "a").exists()
    assert not (walled.folder / "b/.git").exists()


@pytest.mark.parametrize("name", ["index", "config", "commondir"])
def test_a_pipe_in_its_place_holds_nobody_up(walled: Desk, name: str) -> None:
    command = f"git init -q sub && rm -f sub/.git/{name} && mkfifo sub/.git/{name}"
    said = walled.say("shell", command=command)
    assert "disarmed" in said or name == "index"


def test_what_is_too_large_to_look_through_is_said(
    walled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repositories, "MOST", 0)
    assert "nobody looked" in walled.say("shell", command="true")
    assert walled.say("shell", command="true") == "[no output]"
