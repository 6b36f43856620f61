from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ownkey.core.errors import ToolError
from ownkey.tools import grep as module
from tests.tools.desk import Desk


@pytest.fixture(params=["ours", "ours, of many", "ripgrep"], autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Every test here holds with and without ripgrep, of few files and of many: so all find
    the same."""
    if request.param == "ripgrep" and not shutil.which("rg"):
        pytest.skip("ripgrep is not installed")
    if request.param != "ripgrep":
        monkeypatch.setenv("PATH", "/nowhere")
    if request.param == "ours, of many":
        monkeypatch.setattr(module, "SHARE", 2)
    module.ripgrep.cache_clear()
    assert (module.ripgrep() is not None) == (request.param == "ripgrep")
    yield request.param
    module.ripgrep.cache_clear()


@pytest.fixture
def tree(desk: Desk) -> Desk:
    desk.file(".gitignore", "*.log\nnode_modules/\n")
    desk.file(".ignore", "src/\n")
    desk.file("sub/.gitignore", "!keep.log\n")
    desk.file(".git/info/exclude", "private.txt\n")
    desk.file(".git/config", "needle\n")
    for name in ("a.log", "private.txt", "node_modules/a.js", "sub/keep.log", ".github/ci.yml"):
        desk.file(name, f"needle in {name}\n")
    desk.file("src/a.py", "import os\n\ndef needle():\n    pass\n\nneedle()\n# end\n")
    desk.file("src/a/b.py", "x = 1\n")
    desk.file("src/crlf.txt", "one\r\na needle\r\n")
    desk.file("src/wide.txt", "é needle\n".encode("utf-16"))
    desk.file("src/binary", b"needle\0needle\n")
    desk.file("src/late", b"needle\n" + b"x" * 9000 + b"\0\nneedle again\n")
    desk.file("src/bad.txt", b"\xff needle \xe9\n")
    desk.file("Naïve ünïcode.md", "NEEDLE\nthe needle, the needle")
    desk.file(os.fsdecode(b"src/caf\xe9.txt"), "needle in \u00e9\n")
    (desk.folder / "link.txt").symlink_to("src/a.py")
    return desk


TABLE: list[tuple[dict[str, Any], str]] = [
    (
        {"pattern": "needle"},
        ".github/ci.yml:1:needle in .github/ci.yml\n"
        "Naïve ünïcode.md:2:the needle, the needle\n"
        "src/a.py:3:def needle():\n"
        "src/a.py:6:needle()\n"
        "src/bad.txt:1:\ufffd needle \ufffd\n"
        "src/crlf.txt:2:a needle\n"
        "src/late:1:needle\n"
        "src/late:3:needle again\n"
        "src/wide.txt:1:é needle\n"
        "sub/keep.log:1:needle in sub/keep.log",
    ),
    (
        {"pattern": "needle", "files_only": True, "glob": "src/**"},
        "src/a.py\nsrc/bad.txt\nsrc/crlf.txt\nsrc/late\nsrc/wide.txt",
    ),
    (
        {"pattern": "needle", "glob": "*.{yml,md}", "files_only": True},
        ".github/ci.yml\nNaïve ünïcode.md",
    ),
    ({"pattern": "^needle$", "ignore_case": True, "glob": "*.md"}, "Naïve ünïcode.md:1:NEEDLE"),
    ({"pattern": "needle$", "path": "src/crlf.txt"}, "src/crlf.txt:2:a needle"),
    ({"pattern": "a needle$", "glob": "*.txt"}, "src/crlf.txt:2:a needle"),
    (
        {"pattern": "needle", "path": "src/a.py", "context": 1},
        "src/a.py-2-\nsrc/a.py:3:def needle():\nsrc/a.py-4-    pass\n"
        "src/a.py-5-\nsrc/a.py:6:needle()\nsrc/a.py-7-# end",
    ),
    (
        {"pattern": "^import|# end", "path": "src", "context": 1},
        "src/a.py:1:import os\nsrc/a.py-2-\n--\nsrc/a.py-6-needle()\nsrc/a.py:7:# end",
    ),
    ({"pattern": r"needle(?=\()", "path": "src"}, "src/a.py:3:def needle():\nsrc/a.py:6:needle()"),
    (
        {"pattern": r"(\w)\1dle", "path": "src/a.py"},
        "src/a.py:3:def needle():\nsrc/a.py:6:needle()",
    ),
    (
        {"pattern": "needle", "path": "node_modules"},
        "node_modules/a.js:1:needle in node_modules/a.js",
    ),
    ({"pattern": "-needle"}, "No matches."),
    ({"pattern": "--files"}, "No matches."),
    ({"pattern": "^$", "path": "src/a.py"}, "src/a.py:2:\nsrc/a.py:5:"),
    ({"pattern": "é n", "glob": "src/*"}, "src/wide.txt:1:é needle"),
]


@pytest.mark.parametrize(("arguments", "said"), TABLE)
def test_what_is_found(tree: Desk, arguments: dict[str, Any], said: str) -> None:
    assert tree.say("grep", **arguments) == said


def test_a_file_with_keys_is_passed_over(desk: Desk) -> None:
    (secret,) = desk.context.hidden
    desk.context.cwd = secret.parent
    (secret.parent / "copy.txt").hardlink_to(secret)
    (secret.parent / "other.txt").write_text("apiKey\n")
    assert desk.say("grep", pattern="apiKey") == "other.txt:1:apiKey"


def test_what_is_closed_is_passed_over_and_what_only_begins_like_it_is_not(desk: Desk) -> None:
    for name in (".netrc", ".netrc.example", ".ssh/id", ".sshd/config"):
        desk.file(name, "needle\n")
    desk.context.unseen = lambda: (desk.folder / ".netrc", desk.folder / ".ssh")
    said = desk.say("grep", pattern="needle", files_only=True)
    assert said == ".netrc.example\n.sshd/config"


@pytest.mark.parametrize("path", [".ssh", ".ssh/deep"])
def test_a_closed_folder_is_not_searched_either(desk: Desk, path: str) -> None:
    desk.file(".ssh/deep/id", "needle\n")
    desk.context.unseen = lambda: (desk.folder / ".ssh",)
    with pytest.raises(ToolError, match="closed to tools"):
        desk.say("grep", pattern="needle", path=path)


def test_a_fifo_is_passed_over(desk: Desk) -> None:
    os.mkfifo(desk.folder / "fifo")
    desk.file("a", "x\n")
    assert desk.say("grep", pattern="x") == "a:1:x"


def test_many_matches_are_cut_and_said_to_be(desk: Desk) -> None:
    desk.file("a.txt", "needle\n" * 1000)
    lines = desk.say("grep", pattern="needle").split("\n")
    assert lines[299:] == [
        "a.txt:300:needle",
        "[only the first 300 lines; narrow the pattern, path or glob]",
    ]


def test_long_lines_show_the_match(desk: Desk) -> None:
    desk.file("a.min.js", "x" * 50_000 + "needle" + "y" * 50_000)
    said = desk.say("grep", pattern="needle")
    assert said.startswith("a.min.js:1:\u2026x")
    assert said.endswith("y\u2026")
    assert "needle" in said
    assert len(said) < 350


def test_wide_matches_stay_within_the_limit_of_one_answer(desk: Desk) -> None:
    desk.file("a.txt", ("x" * 290 + "\n") * 290)
    said = desk.say("grep", pattern="x")
    assert len(said) < 30_100
    assert said.endswith("lines; narrow the pattern, path or glob]")


@pytest.mark.timeout(20)
def test_a_pattern_that_would_take_for_ever_is_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    desk.file("a.txt", "a" * 60 + "b\n" + "aac\n")
    refusal = desk.refuse("grep", pattern="^(a|aa|a.)+c$")
    assert refusal.startswith("The search took more than 1 seconds and was stopped;")


def test_a_ripgrep_in_the_folder_one_works_in_is_never_run(
    desk: Desk, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = desk.file("bin/rg", f"#!/bin/sh\ntouch {desk.folder}/ran\n")
    planted.chmod(0o755)
    desk.file("a.txt", "needle\n")
    for path in ("bin", "", ".", str(planted.parent)):
        monkeypatch.setenv("PATH", path)
        monkeypatch.chdir(desk.folder)
        module.ripgrep.cache_clear()
        assert desk.say("grep", pattern="needle") == "a.txt:1:needle"
    assert not Path(desk.folder, "ran").exists()
