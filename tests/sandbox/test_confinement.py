"""The work of a day, inside the walls."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ownkey.sandbox.policy import Policy, Wishes, policy
from ownkey.tools.confinement import Confinement
from tests.sandbox import walls
from tests.tools.desk import Desk


@pytest.fixture(params=walls.NAMES)
def desk(tmp_path: Path, home: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    walls.needs(request.param)
    folder = tmp_path / "work"
    folder.mkdir()
    made = Desk(folder, tmp_path / "spool", home / "settings.json")
    made.context.environment["HOME"] = str(home)
    made.context.confinement = walls.confinement(request.param, folder)
    yield made
    asyncio.run(made.context.confinement.aclose())


GIT = "git -c user.name=a -c user.email=a@example.com"


def test_a_commit_is_made_and_nothing_of_the_walls_is_in_it(desk: Desk) -> None:
    for line in ("git init -q -b main", "rm -rf .git/hooks"):
        asyncio.run(_outside(desk, line))
    desk.file("a.txt", "one\n")
    said = desk.say("shell", command=f"git add -A && {GIT} commit -qm first && git status --short")
    assert said == "[no output]"
    assert desk.say("shell", command="git ls-tree -r --name-only HEAD") == "a.txt"
    assert sorted(one.name for one in desk.folder.iterdir()) == [".git", "a.txt"]
    assert not (desk.folder / ".git" / "hooks").exists()


async def _outside(desk: Desk, line: str) -> None:
    process = await asyncio.create_subprocess_shell(line, cwd=desk.folder)
    assert await process.wait() == 0


def test_what_one_command_leaves_in_tmp_the_next_one_finds(desk: Desk) -> None:
    desk.say("shell", command='echo kept > "$TMPDIR/x"; mkdir -p "$XDG_CACHE_HOME/y"')
    assert desk.say("shell", command='cat "$TMPDIR/x"; ls "$XDG_CACHE_HOME"') == "kept\ny"


def test_the_private_folder_goes_with_the_conversation(desk: Desk) -> None:
    desk.say("shell", command="true")
    folder = desk.context.confinement._folder
    assert folder is not None
    assert folder.stat().st_mode & 0o777 == 0o700
    asyncio.run(desk.context.confinement.aclose())
    assert not folder.exists()


def test_programs_of_many_processes_run(desk: Desk) -> None:
    program = "import asyncio, subprocess; asyncio.run(asyncio.sleep(0)); subprocess.run(['true'])"
    assert desk.say("shell", command=f'python3 -c "{program}" | cat') == "[no output]"


def test_pytest_runs(desk: Desk, tmp_path: Path) -> None:
    """With the libraries of these tests, which may be in /tmp, and so hidden."""
    shown = (Path(sys.prefix), *map(Path, filter(None, sys.path)))

    def plan(private: Path) -> Policy:
        environ = {"HOME": desk.context.environment["HOME"]}
        return policy(desk.folder, environ, private, wished=Wishes(), shown=shown)

    confinement = Confinement(plan)
    confinement.only = desk.context.confinement.only
    desk.context.confinement = confinement
    desk.file("test_a.py", "def test_a(tmp_path):\n    (tmp_path / 'x').write_text('y')\n")
    command = f"{shlex.quote(sys.executable)} -m pytest -q -p no:cacheprovider test_a.py"
    assert "1 passed" in desk.say("shell", command=command)
    asyncio.run(confinement.aclose())


@pytest.mark.parametrize(
    "command",
    [
        "echo x > /etc/ownkey-test",
        "python3 -c 'import urllib.request as r; r.urlopen(\"http://example.com\", timeout=3)'",
        "git ls-remote https://example.com/x",
    ],
)
def test_a_command_that_the_walls_stopped_is_told_so(desk: Desk, command: str) -> None:
    said = desk.say("shell", command=command)
    assert "[this ran in a sandbox: no network, and only the workspace and /tmp" in said
    assert "unsandboxed: true" in said


def test_a_command_that_fails_by_itself_is_not(desk: Desk) -> None:
    assert "sandbox" not in desk.say("shell", command="echo nothing is wrong; false")


def test_outside_on_request(desk: Desk, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere"
    assert "[exit code 1]" in desk.say("shell", command=f"touch {there}/x")
    there.mkdir()
    desk.say("shell", command=f"touch {there}/x")
    assert not (there / "x").exists()
    desk.say("shell", command=f"touch {there}/x", unsandboxed=True)
    assert (there / "x").exists()


def test_without_walls_that_is_said_once() -> None:
    walls_off = Confinement(None)

    async def words() -> tuple[str, str]:
        return await walls_off.word(), await walls_off.word()

    first, second = asyncio.run(words())
    assert first == "No sandbox: it is switched off. Commands run with all your rights."
    assert second == ""
    assert walls_off.name == "off"
