from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ownkey.tools.files import sized
from tests.tools.desk import Desk


def plain(desk: Desk, secret: Path) -> str:
    return str(secret)


def home(desk: Desk, secret: Path) -> str:
    return "~/settings.json"


def dots(desk: Desk, secret: Path) -> str:
    return f"{secret.parent}/../{secret.parent.name}/./settings.json"


def relative(desk: Desk, secret: Path) -> str:
    return os.path.relpath(secret, desk.folder)


def through_root(desk: Desk, secret: Path) -> str:
    return f"/proc/self/root{secret}"


def through_cwd(desk: Desk, secret: Path) -> str:
    return f"/proc/self/cwd/{os.path.relpath(secret)}"


def symlink(desk: Desk, secret: Path) -> str:
    (desk.folder / "link").symlink_to(secret)
    return "link"


def folder_symlink(desk: Desk, secret: Path) -> str:
    (desk.folder / "link").symlink_to(secret.parent)
    return "link/settings.json"


def chain(desk: Desk, secret: Path) -> str:
    (desk.folder / "one").symlink_to(secret)
    (desk.folder / "two").symlink_to("one")
    return "two"


def hardlink(desk: Desk, secret: Path) -> str:
    (desk.folder / "copy").hardlink_to(secret)
    return "copy"


def linked_hardlink(desk: Desk, secret: Path) -> str:
    hardlink(desk, secret)
    (desk.folder / "link").symlink_to("copy")
    return "link"


def other_case(desk: Desk, secret: Path) -> str:
    return str(secret).replace("settings", "SETTINGS")


SPELLINGS = (
    plain,
    home,
    dots,
    relative,
    through_root,
    through_cwd,
    symlink,
    folder_symlink,
    chain,
    hardlink,
    linked_hardlink,
    other_case,
)
CALLS: dict[str, dict[str, str]] = {
    "read": {},
    "write": {"content": "x"},
    "edit": {"old": "a", "new": "b"},
    "grep": {"pattern": "apiKey"},
}


@pytest.mark.parametrize("tool", CALLS)
@pytest.mark.parametrize("spell", SPELLINGS)
def test_a_file_with_keys_is_out_of_reach_in_every_spelling(
    desk: Desk, spell: Callable[[Desk, Path], str], tool: str
) -> None:
    (secret,) = desk.context.hidden
    desk.context.roots = (Path("/"),)
    before = secret.read_bytes()
    refusal = desk.refuse(tool, path=spell(desk, secret), **CALLS[tool])
    assert refusal.endswith("holds the user's keys; no tool may touch it.")
    assert secret.read_bytes() == before


def test_a_file_with_keys_cannot_be_created_either(desk: Desk, home: Path) -> None:
    later = home / "settings.local.json"
    desk.context.hidden = (*desk.context.hidden, later)
    desk.context.roots = (Path("/"),)
    assert "holds the user's keys" in desk.refuse("write", path=str(later), content="{}")
    assert not later.exists()


@pytest.mark.parametrize("name", ["self/environ", "self/mem", "thread-self/environ", "1/environ"])
def test_the_memory_and_environment_of_processes_cannot_be_read(desk: Desk, name: str) -> None:
    if not Path("/proc", name).exists():
        pytest.skip("no procfs")
    assert desk.refuse("read", path=f"/proc/{name}").endswith("is no file on disk; use shell.")


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (5 * 10**12, "5000.0 GB")]
)
def test_sizes_are_short(count: int, text: str) -> None:
    assert sized(count) == text
