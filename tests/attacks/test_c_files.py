"""Group C, files: what a model's own tools read and write, whatever lies in the workspace."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ownkey.beneath import Beneath, within
from ownkey.beneath.openat2 import openat2
from ownkey.core.errors import ToolError
from ownkey.tools.files import File
from ownkey.tools.store import store
from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat, chat_call
from tests.proof.figures import note, tried
from tests.tools.desk import TOOLS, Desk

TRIES = tried("races")
"""Of a race; each is one that could be lost."""


@pytest.fixture
def desk(tmp_path: Path, home: Path) -> Desk:
    folder = tmp_path / "work"
    folder.mkdir()
    secret = home / "settings.json"
    secret.write_text('{"apiKey": "test-key-not-real-1"}')
    return Desk(folder, tmp_path / "spool", secret)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of somebody else's, beside the workspace."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "id").write_text("theirs")
    return folder


def picture(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_c01_a_link_in_the_workspace_leads_no_write_out_of_it(desk: Desk, outside: Path) -> None:
    (desk.folder / "keys").symlink_to(outside)
    (desk.folder / "id").symlink_to(outside / "id")
    (desk.folder / "dangling").symlink_to(outside / "new")
    before = picture(outside)
    for path in ("keys/id", "id", "dangling", "keys/new", "keys/deep/new"):
        assert "outside of what you may write" in desk.refuse("write", path=path, content="ours")
        assert "outside" in desk.refuse("edit", path=path, old="theirs", new="ours")
    assert picture(outside) == before


def test_c01_a_link_within_the_workspace_is_followed_and_stays(desk: Desk) -> None:
    target = desk.file("real/a.txt", "one\n")
    (desk.folder / "link").symlink_to("real/a.txt")
    (desk.folder / "folder").symlink_to("real")
    desk.say("read", path="link")
    desk.say("edit", path="link", old="one", new="two")
    desk.say("write", path="folder/b.txt", content="new\n")
    assert target.read_text() == "two\n"
    assert (desk.folder / "link").is_symlink()
    assert (desk.folder / "real" / "b.txt").read_text() == "new\n"


def test_c02_a_link_that_a_command_made_is_no_way_out(desk: Desk, outside: Path) -> None:
    desk.file("a.txt", "ours")
    desk.say("read", path="a.txt")
    desk.say("shell", command=f"rm a.txt; ln -s {outside / 'id'} a.txt")
    assert "outside of what you may write" in desk.refuse("write", path="a.txt", content="x")
    assert (outside / "id").read_text() == "theirs"


@contextmanager
def swapping(swap: Callable[[], None]) -> Iterator[None]:
    """While this is open, somebody swaps as fast as they can."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            swap()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def exchange(folder: Path, one: str, other: str) -> Callable[[], None]:
    """Swaps two names. At every moment the first of them is the one thing, the other, or gone."""

    def swap() -> None:
        with suppress(OSError):
            (folder / one).rename(folder / "spare")
            (folder / other).rename(folder / one)
            (folder / "spare").rename(folder / other)

    return swap


def attempt(desk: Desk, path: str) -> bool:
    try:
        asyncio.run(desk.call("write", path=path, content="ours"))
    except ToolError:
        return False
    return True


@pytest.mark.parametrize("racing", ["folder", "file"])
def test_c03_a_link_swapped_while_writing_is_never_followed(
    desk: Desk, outside: Path, racing: str
) -> None:
    """Whoever wins each try, nothing outside is written."""
    (desk.folder / "sub").mkdir()
    if racing == "folder":
        (desk.folder / "evil").symlink_to(outside)
        swap = exchange(desk.folder, "sub", "evil")
    else:
        (desk.folder / "sub" / "evil").symlink_to(outside / "id")
        (desk.folder / "sub" / "good").write_text("ours")
        swap = exchange(desk.folder / "sub", "good", "evil")
    before = picture(outside)
    with swapping(swap):
        for number in range(TRIES // 10):
            name = f"new-{number}" if racing == "folder" else "good"
            attempt(desk, f"sub/{name}")
    assert picture(outside) == before


def test_c03_opening_beneath_a_folder_loses_no_race(tmp_path: Path, outside: Path) -> None:
    """The step between looking and opening, many times: no descriptor leads outside."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "evil").symlink_to(outside)
    theirs = (outside.stat().st_dev, outside.stat().st_ino)
    opened = lost = tries = 0
    with Beneath(root) as beneath, swapping(exchange(root, "sub", "evil")):
        while tries < TRIES or not opened:  # a busy machine may long show one side alone
            tries += 1
            with suppress(OSError), beneath.folder(b"sub") as folder:
                state = os.fstat(folder)
                opened += 1
                lost += (state.st_dev, state.st_ino) == theirs
    assert lost == 0
    note("races", tries=tries, lost=lost)


@pytest.mark.parametrize("kernel", [True, False], ids=["openat2", "part by part"])
@pytest.mark.parametrize(
    "path", [b"link", b"link/deep", b"real/link", b"real/link/deep", b"dangling", b"loop"]
)
def test_c03_no_link_on_the_way_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: bytes, kernel: bool
) -> None:
    if not kernel:
        monkeypatch.setattr("ownkey.beneath.openat2", lambda *_: None)
    elif openat2(os.open("/", os.O_RDONLY), b"usr", os.O_RDONLY) is None:
        pytest.skip("this kernel has no openat2")
    root = tmp_path / "root"
    (root / "real" / "deep").mkdir(parents=True)
    (root / "link").symlink_to("real")
    (root / "real" / "link").symlink_to(root)
    (root / "dangling").symlink_to("nowhere")
    (root / "loop").symlink_to("loop")
    with Beneath(root) as beneath:
        with beneath.folder(b"real/deep"):
            """Without links it is opened."""
        with pytest.raises(OSError, match=r"."), beneath.folder(path):
            pytest.fail("it was opened")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own")
@pytest.mark.parametrize("path", [b"..", b"sub/../..", b"/etc", b"sub/../../outside"])
def test_c03_the_kernel_lets_no_path_out(tmp_path: Path, outside: Path, path: bytes) -> None:
    del outside
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    folder = os.open(root, os.O_RDONLY)
    try:
        if openat2(folder, b"sub", os.O_RDONLY) is None:
            pytest.skip("this kernel has no openat2")
        with pytest.raises(OSError, match=r"."):
            openat2(folder, path, os.O_RDONLY)
    finally:
        os.close(folder)


@pytest.mark.parametrize("tool", ["read", "write", "edit", "grep"])
def test_c04_a_hard_link_to_a_file_with_keys_is_that_file(desk: Desk, tool: str) -> None:
    (secret,) = desk.context.hidden
    (desk.folder / "notes.txt").hardlink_to(secret)
    before = secret.read_bytes()
    more = {"write": {"content": "x"}, "edit": {"old": "a", "new": "b"}, "grep": {"pattern": "a"}}
    refusal = desk.refuse(tool, path="notes.txt", **more.get(tool, {}))
    assert "holds the user's keys" in refusal
    assert secret.read_bytes() == before


def test_c04_grep_of_the_folder_does_not_look_into_it(desk: Desk) -> None:
    (secret,) = desk.context.hidden
    (desk.folder / "notes.txt").hardlink_to(secret)
    desk.file("other.txt", "apiKey here\n")
    assert desk.say("grep", pattern="apiKey") == "other.txt:1:apiKey here"


MAGIC = (
    "/proc/self/environ",
    "/proc/self/cwd/../../proc/1/environ",
    "/proc/thread-self/mem",
    "/proc/1/environ",
    "/proc/self/fd/0",
    "/proc/self/root/proc/self/environ",
    "/dev/fd/../environ",
)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no procfs")
@pytest.mark.parametrize("path", MAGIC)
def test_c05_magic_links_lead_to_no_process(desk: Desk, path: str) -> None:
    desk.context.roots = (Path("/"),)
    for tool in ("read", "grep"):
        desk.refuse(tool, path=path, **({"pattern": "."} if tool == "grep" else {}))
    (desk.folder / "link").symlink_to(path)
    desk.refuse("read", path="link")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no procfs")
def test_c05_the_files_of_a_process_are_not_searched_either(desk: Desk) -> None:
    assert "No matches" in desk.say("grep", pattern="PATH", path=f"/proc/{os.getpid()}/task")


@pytest.mark.skipif(not Path("/proc/self/root").exists(), reason="no procfs")
def test_c05_a_write_through_a_magic_link_stays_outside(desk: Desk, outside: Path) -> None:
    path = f"/proc/self/root{outside}/id"
    assert "outside of what you may write" in desk.refuse("write", path=path, content="x")
    assert (outside / "id").read_text() == "theirs"


def spellings(desk: Desk, outside: Path) -> list[str]:
    twin = desk.folder.parent / "work-evil"
    twin.mkdir()
    return [
        "../outside/new",
        "sub/../../outside/new",
        str(outside / "new"),
        f"{desk.folder}/../outside/new",
        f"//{str(outside).lstrip('/')}/new",
        "~/new",
        "~root/new",
        str(twin / "new"),
        "./././../outside/./new",
        f"{desk.folder}/sub/../../work-evil/new",
    ]


def test_c06_no_spelling_of_a_path_leads_a_write_outside(desk: Desk, outside: Path) -> None:
    (desk.folder / "sub").mkdir()
    around = desk.folder.parent
    for path in spellings(desk, outside):
        desk.refuse("write", path=path, content="x")
    assert [path for path in around.rglob("new") if path.is_file()] == []


@pytest.mark.parametrize(
    "path", ["file:///etc/new", "$HOME/new", "${HOME}/new", "%HOME%/new", "a\\..\\..\\new"]
)
def test_c06_what_only_looks_like_a_path_is_a_name_in_the_workspace(desk: Desk, path: str) -> None:
    before = picture(desk.folder.parent)
    desk.say("write", path=path, content="x")
    made = set(picture(desk.folder.parent)) - set(before)
    assert len(made) == 1
    assert all(Path(one).is_relative_to(desk.folder) for one in made)


@pytest.mark.parametrize("path", ["a\0b", "/etc/passwd\0.txt", "x" * 300, "/".join("x" * 5000)])
@pytest.mark.parametrize("tool", ["read", "write", "ls", "glob", "grep"])
def test_c06_what_is_no_path_is_refused_in_words(desk: Desk, path: str, tool: str) -> None:
    more = {"write": {"content": "x"}, "grep": {"pattern": "x"}, "glob": {"pattern": "*"}}
    desk.refuse(tool, **{"path": path, **more.get(tool, {})})


def test_c06_half_a_character_is_refused_in_words(desk: Desk) -> None:
    for tool in ("read", "ls", "glob", "grep"):
        with pytest.raises(ToolError):
            asyncio.run(TOOLS[tool](desk.context, '{"path": "\\ud800", "pattern": "x"}'))
    with pytest.raises(ToolError):
        asyncio.run(TOOLS["write"](desk.context, '{"path": "\\ud800", "content": "x"}'))


GIT = (
    ".git/hooks/pre-commit",
    ".GIT/hooks/pre-commit",
    ".Git/config",
    "sub/.git/config",
    ".g\u200cit/config",
    ".git\u200d/config",
    ".git./config",
    ".git /config",
    "GIT~1/config",
    ".git",
    unicodedata.normalize("NFD", ".g\u0131t").replace("\u0131", "i") + "/config",
)


@pytest.mark.parametrize("path", GIT, ids=ascii)
def test_c07_git_is_told_by_no_spelling_what_to_run(desk: Desk, path: str) -> None:
    assert "belongs to git" in desk.refuse("write", path=path, content="x")
    assert list(desk.folder.iterdir()) == []


def test_c07_the_files_with_keys_are_known_composed_and_decomposed(desk: Desk, home: Path) -> None:
    desk.context.roots = (Path("/"),)
    hidden = home / unicodedata.normalize("NFC", "schlu\u0308ssel.json")
    desk.context.hidden = (hidden,)
    for form in ("NFC", "NFD"):
        path = str(home / unicodedata.normalize(form, "Schlu\u0308ssel.json"))
        assert "holds the user's keys" in desk.refuse("write", path=path, content="x")


def test_c20_what_lies_in_wait_beside_a_file_is_not_written_into(
    desk: Desk, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the temporary name were known."""
    monkeypatch.setattr("ownkey.tools.store.secrets.token_hex", lambda _: "known")
    path = desk.file("a.txt", "one")
    (desk.folder / ".ownkey-known").symlink_to(outside / "id")
    desk.say("read", path="a.txt")
    desk.refuse("edit", path="a.txt", old="one", new="two")
    assert (outside / "id").read_text() == "theirs"
    assert path.read_text() == "one"


def test_c20_what_grows_beside_a_private_file_is_private(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.file("a.txt", "one")
    path.chmod(0o600)
    modes: list[int] = []
    fsync = os.fsync

    def look(descriptor: int) -> None:
        modes.append(os.fstat(descriptor).st_mode & 0o777)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    before = File(path, b"one", path.stat())
    with within(desk.folder, path) as place:
        store(place, b"two", before, aside=desk.context.spool)
    assert modes[0] == 0o600


def test_c21_a_sparse_file_is_refused_by_its_size(desk: Desk) -> None:
    path = desk.file("huge")
    with path.open("wb") as file:
        try:
            file.truncate(10**12)
        except OSError:
            pytest.skip("this file system has no sparse files of that size")
    assert "1000.0 GB" in desk.refuse("read", path="huge")
    assert desk.say("grep", pattern="x") == "No matches."


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # its whole path may be longer than a socket's may be
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


@pytest.mark.parametrize("make", [fifo, unix_socket, endless, terminal])
@pytest.mark.parametrize("tool", ["read", "write", "edit", "grep"])
def test_c21_what_is_no_file_blocks_nothing(
    desk: Desk, make: Callable[[Path], None], tool: str
) -> None:
    make(desk.folder / "thing")
    more = {"write": {"content": "x"}, "edit": {"old": "a", "new": "b"}, "grep": {"pattern": "a"}}
    desk.refuse(tool, path="thing", **more.get(tool, {}))
    assert "No matches" in desk.say("grep", pattern="a")


def test_c21_a_file_that_becomes_a_fifo_blocks_nothing(desk: Desk) -> None:
    path = desk.file("a.txt", "one")
    looked = Path.stat

    def swapped(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        state = looked(self, follow_symlinks=follow_symlinks)
        if self == path and stat.S_ISREG(state.st_mode):
            path.unlink()
            os.mkfifo(path)
        return state

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "stat", swapped)
        assert "is a FIFO" in desk.refuse("read", path="a.txt")


def test_c21_a_circle_of_links_ends(desk: Desk) -> None:
    (desk.folder / "one").symlink_to("two")
    (desk.folder / "two").symlink_to("one")
    (desk.folder / "self").symlink_to(".")
    for tool, more in (("read", {}), ("write", {"content": "x"}), ("grep", {"pattern": "x"})):
        desk.refuse(tool, path="one", **more)
        desk.refuse(tool, path="one/two", **more)
    assert "self" in desk.say("ls")
    assert desk.say("grep", pattern="x") == "No matches."
    assert (desk.folder / "one").is_symlink()


def test_c21_a_path_of_five_thousand_parts_is_gone_without_breath(tmp_path: Path) -> None:
    """Longer than any one call takes: opened part by part."""
    parts = [b"x"] * 5_000
    with Beneath(tmp_path) as beneath:
        here = os.open(tmp_path, os.O_RDONLY)
        for part in parts:
            os.mkdir(part, dir_fd=here)
            inner = os.open(part, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        state = os.fstat(here)
        os.close(here)
        with beneath.folder(b"/".join(parts)) as folder:
            assert os.fstat(folder).st_ino == state.st_ino
    flatten(tmp_path)


def flatten(folder: Path) -> None:
    """Takes such a path away: what deletes trees goes down one level of Python a folder."""
    top = folder / "x"
    while True:
        try:
            (top / "x").rename(folder / "y")
        except FileNotFoundError:
            top.rmdir()
            return
        top.rmdir()
        (folder / "y").rename(top)


def test_c21_a_folder_of_very_many_names_is_listed_in_part(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ownkey.tools.ls.LOOKED", 600)
    for number in range(700):
        desk.file(f"{number}")
    assert "[500 of 600 or more entries" in desk.say("ls")


STEERING = (
    ".vscode/tasks.json", ".claude/settings.json", "sub/.husky/pre-commit", ".envrc",
    "./x/../.idea/a.xml", "link/a.json", ".Cursor/mcp.json", ".gitmodules",
)  # fmt: skip


@pytest.mark.parametrize("path", STEERING)
def test_c26_what_other_programs_act_on_is_not_written_unasked(home: Path, path: str) -> None:
    """As in the sandbox, where a command cannot write it at any level."""
    work = home / "work"
    (work / ".codex").mkdir(parents=True)
    (work / "link").symlink_to(".codex")
    for level, code in (("medium", 4), ("high", 0)):
        with Far(chat_call("write", path=path, content="x"), chat("Done.")) as far:
            settle(home, entry(far.url))
            done = run("exec", "--auto", level, "Go on.", cwd=work)
        assert done.returncode == code, done.stderr
        assert (work / path).exists() == (code == 0) or ".." in path
    assert "act on by themselves" not in done.stderr
