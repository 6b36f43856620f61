"""Failures, in the words the model reads."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

import pytest

from ownkey.tools.files import LARGEST
from tests.tools.desk import Desk

Arrange = Callable[[Desk], object]


def nothing(desk: Desk) -> None:
    """An empty folder."""


def text(content: str | bytes = "one\ntwo\n", name: str = "a.txt") -> Arrange:
    return lambda desk: desk.file(name, content)


def known(content: str | bytes = "one\ntwo\n") -> Arrange:
    def arrange(desk: Desk) -> None:
        desk.file("a.txt", content)
        desk.output("read", path="a.txt")

    return arrange


def changed(desk: Desk) -> None:
    known()(desk)
    desk.file("a.txt", "one\n2\n")


def sparse(desk: Desk) -> None:
    with (desk.folder / "a.txt").open("wb") as file:
        file.truncate(LARGEST + 1)


def bound_socket(desk: Desk) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(desk.folder)  # the path of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("a.txt")
    finally:
        os.fchdir(here)
        os.close(here)


READ: list[tuple[Arrange, dict[str, Any], str]] = [
    (nothing, {}, "Bad arguments for read: Object missing required field `path`"),
    (nothing, {"path": 5}, "Bad arguments for read: Expected `str`, got `int` - at `$.path`"),
    (
        nothing,
        {"path": "a", "lines": 2},
        "Bad arguments for read: Object contains unknown field `lines`",
    ),
    (nothing, {"path": "a.txt"}, "There is no a.txt here."),
    (text(name="b.txt"), {"path": "a.txt"}, "There is no a.txt here. Did you mean b.txt?"),
    (
        text(name="src/Main.py"),
        {"path": "src/main.py"},
        "There is no main.py in src. Did you mean Main.py?",
    ),
    (text(name="src/a.py"), {"path": "scr/a.py"}, "There is no scr here. Did you mean src?"),
    (text(name="src/a.py"), {"path": "src"}, "src is a folder; use ls."),
    (text(name="src"), {"path": "src/a.py"}, "Cannot read src/a.py: Not a directory."),
    (text(), {"path": "a.txt", "offset": 3}, "a.txt has only 2 lines."),
    (text(), {"path": "a.txt", "offset": 0}, "offset and limit count lines from 1."),
    (text(), {"path": "a.txt", "limit": -1}, "offset and limit count lines from 1."),
    (text(b"\x7fELF\0\1"), {"path": "a.txt"}, "a.txt is binary (6 B); look at it with shell."),
    (
        sparse,
        {"path": "a.txt"},
        "a.txt is 64.0 MB, too large to read whole; use grep, or shell with head, tail or sed -n.",
    ),
    (
        text(b"\x89PNG\r\n\x1a\n" + bytes(4_000_000)),
        {"path": "a.txt"},
        "a.txt is an image of 4.0 MB; at most 3.8 MB can be viewed. Scale it down first.",
    ),
    (
        lambda desk: os.mkfifo(desk.folder / "a.txt"),
        {"path": "a.txt"},
        "a.txt is a FIFO, not a file.",
    ),
    (bound_socket, {"path": "a.txt"}, "a.txt is a socket, not a file."),
    (nothing, {"path": "/dev/zero"}, "/dev/zero is a device, not a file."),
    (nothing, {"path": "a\0b"}, r"a\x00b is not a path: embedded null byte."),
    (nothing, {"path": "x" * 300}, f"Cannot read {'x' * 300}: File name too long."),
]

WRITE: list[tuple[Arrange, dict[str, Any], str]] = [
    (text(), {"path": "a.txt"}, "a.txt exists and you have not read it yet; read it first."),
    (text(name="src/b"), {"path": "src"}, "src is a folder; use ls."),
    (text(), {"path": "a.txt/b"}, "a.txt is a file, not a folder."),
    (text(), {"path": "a.txt/b/c"}, "A part of a.txt/b is a file, not a folder."),
    (
        nothing,
        {"path": ".git/hooks/pre-commit"},
        ".git/hooks/pre-commit belongs to git; change it with git commands.",
    ),
    (text(b"\0\1"), {"path": "a.txt"}, "a.txt exists and you have not read it yet; read it first."),
    (
        changed,
        {"path": "a.txt"},
        "a.txt changed since you read it, not by you. Nothing was written. This changed; "
        "repeat your call, adapted to it:\n"
        "--- a.txt\n+++ a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2",
    ),
]

EDIT: list[tuple[Arrange, dict[str, Any], str]] = [
    (nothing, {"old": "a"}, "There is no a.txt here."),
    (text(), {"old": "one"}, "a.txt exists and you have not read it yet; read it first."),
    (known(), {"old": ""}, "old is empty. Give the text to replace; create files with write."),
    (known(), {"old": "one", "new": "one"}, "old and new are the same; nothing to change."),
    (
        known("a\nb\na\n"),
        {"old": "a"},
        "old is in a.txt 2 times, at lines 1, 3. "
        "Add lines around it until it is unique, or set all=true.",
    ),
    (
        known("\tif x:\n\t\treturn\n"),
        {"old": "    if x:\n        return"},
        "old is not in a.txt. Only its white space differs; copy it from here exactly:\n"
        "1\t\tif x:\n2\t\t\treturn",
    ),
    (
        known("def load(path):\n    return 1\n"),
        {"old": "def load(file):"},
        "old is not in a.txt. The nearest place is:\n1\tdef load(path):",
    ),
    (
        known(),
        {"old": "2\ttwo"},
        "old is not in a.txt. Leave out the line numbers that read puts before each line.",
    ),
    (
        known(),
        {"old": "nowhere"},
        "old is not in a.txt. Nothing there resembles it; read the file again.",
    ),
    (
        known("na\u00efve caf\u00e9\n".encode("latin-1")),
        {"old": "caf\u00e9", "new": "\u2603"},
        "The file's encoding, windows-1252, has no '\u2603'; "
        "do without it, or convert the file first.",
    ),
    (
        changed,
        {"old": "two"},
        "a.txt changed since you read it, not by you. Nothing was written. This changed; "
        "repeat your call, adapted to it:\n"
        "--- a.txt\n+++ a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2",
    ),
]

OTHERS: list[tuple[Arrange, str, dict[str, Any], str]] = [
    (nothing, "ls", {"path": "src"}, "There is no src here."),
    (text(), "ls", {"path": "a.txt"}, "a.txt is a file; use read."),
    (nothing, "glob", {"pattern": "*", "path": "src"}, "There is no src here."),
    (
        text(),
        "glob",
        {"pattern": "*", "path": "a.txt"},
        "a.txt is a file; path names the folder to look in.",
    ),
    (
        nothing,
        "glob",
        {"pattern": "../*"},
        "The pattern '../*' leads elsewhere; put the folder into path.",
    ),
    (
        nothing,
        "glob",
        {"pattern": "[z-a]"},
        "The pattern '[z-a]' is malformed: bad character range z-a.",
    ),
    (
        nothing,
        "grep",
        {"pattern": "a("},
        "The pattern is not a regular expression: "
        "missing ), unterminated subpattern at position 1. "
        "Put a backslash before signs that stand for themselves.",
    ),
    (nothing, "grep", {"pattern": "a", "path": "src"}, "There is no src here."),
    (
        nothing,
        "shell",
        {"command": "true", "timeout": 601},
        "timeout is in seconds, more than 0 and at most 600.",
    ),
    (nothing, "shell", {"command": "true\0"}, "The command cannot be started: embedded null byte."),
    (
        nothing,
        "shell",
        {"command": f"true {'x' * 3_000_000}"},
        "The command is too long; write it into a file and run that.",
    ),
    (
        nothing,
        "todo",
        {"items": [{"text": "a", "status": "open"}]},
        "Bad arguments for todo: Invalid enum value 'open' - at `$.items[0].status`",
    ),
]

TABLE = (
    [(arrange, "read", arguments, message) for arrange, arguments, message in READ]
    + [(arrange, "write", {"content": "", **given}, message) for arrange, given, message in WRITE]
    + [
        (arrange, "edit", {"path": "a.txt", "new": "x", **given}, message)
        for arrange, given, message in EDIT
    ]
    + OTHERS
)


@pytest.mark.parametrize(("arrange", "tool", "arguments", "message"), TABLE)
def test_a_failure_tells_the_model_what_to_do(
    desk: Desk, arrange: Arrange, tool: str, arguments: dict[str, Any], message: str
) -> None:
    arrange(desk)
    assert desk.refuse(tool, **arguments) == message


def test_a_command_in_a_folder_that_is_gone_says_so(desk: Desk) -> None:
    desk.folder.rmdir()
    assert desk.refuse("shell", command="true") == f"The working directory {desk.folder} is gone."
