from __future__ import annotations

import pytest

from ownkey.core.errors import ToolError
from ownkey.tools.pattern import matcher
from tests.tools.desk import Desk


def test_ignored_files_are_left_out_and_hidden_ones_are_not(desk: Desk) -> None:
    desk.file(".gitignore", "*.log\nnode_modules/\n/build\n")
    desk.file(".git/info/exclude", "private.txt\n")
    desk.file("sub/.gitignore", "!keep.log\n*.tmp\n")
    for name in (
        "a.txt",
        "b.log",
        "private.txt",
        "build/a.txt",
        "node_modules/a.txt",
        "sub/build/a.txt",
        "sub/keep.log",
        "sub/a.tmp",
        "a.tmp",
        ".env.example",
    ):
        desk.file(name)
    assert desk.say("glob", pattern="*").split("\n") == [
        ".env.example",
        ".gitignore",
        "a.tmp",
        "a.txt",
        "sub/.gitignore",
        "sub/build/a.txt",
        "sub/keep.log",
    ]


def test_ignore_files_above_the_searched_folder_count(desk: Desk) -> None:
    desk.file(".gitignore", "*.log\n")
    desk.file("sub/a.log")
    desk.file("sub/a.txt")
    assert desk.say("glob", pattern="*", path="sub") == "sub/a.txt"


def test_files_are_ordered_part_by_part(desk: Desk) -> None:
    for name in ("b", "a/b", "a-b", "a/a/c", "a.txt", "B"):
        desk.file(name)
    found = desk.say("glob", pattern="**/*").split("\n")
    assert found == ["B", "a/a/c", "a/b", "a-b", "a.txt", "b"]


def test_many_are_cut_and_said_to_be(desk: Desk) -> None:
    for number in range(510):
        desk.file(f"{number:03}.txt")
    lines = desk.say("glob", pattern="*.txt").split("\n")
    assert lines[500:] == ["[500 of 510 files; narrow the pattern]"]


def test_none_is_said_in_words(desk: Desk) -> None:
    assert desk.say("glob", pattern="*.rs") == "No files match."


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("*.py", ["a.py", "src/a.py", ".py"], ["a.pyc", "a.py/b"]),
        ("./*.py", ["a.py"], ["b.pyc"]),
        ("src/*.py", ["src/a.py"], ["a.py", "src/b/a.py", "x/src/a.py"]),
        ("src/**/*.py", ["src/a.py", "src/b/c/a.py"], ["a.py"]),
        ("src/**", ["src/a", "src/b/c"], ["src2/a"]),
        ("**/test_?.py", ["test_1.py", "x/test_1.py"], ["test_12.py", "test_/.py"]),
        ("*.{ts,tsx}", ["a.ts", "b/a.tsx"], ["a.t", "a.ts,tsx"]),
        ("{a,b/{c,d}}.x", ["a.x", "b/d.x"], ["c.x"]),
        ("a,b", ["a,b"], ["a"]),
        ("{a", ["{a"], ["a"]),
        ("[!a-c].x", ["d.x"], ["a.x"]),
        ("[]x]", ["]", "x"], ["["]),
        ("a[/]b", ["a[/]b"], ["a/b"]),
        (r"\*", ["*"], ["a"]),
        ("a.b", ["a.b"], ["axb"]),
        ("(a|b)+", ["(a|b)+"], ["a"]),
        ("naïve*", ["naïve.md"], ["naive.md"]),
        ("**", ["a", "a/b"], []),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/bb", "b", "ab"]),
        ("a/**/b/**/c", ["a/b/c", "a/b/b/c", "a/x/b/y/z/c"], ["a/c", "a/b", "a/xb/c"]),
        ("**/b/*.c", ["b/a.c", "b/b/a.c"], ["a.c", "b/x/a.c"]),
        ("*a*b*", ["ab", "xaxbx", "aab", "x/ab"], ["ba", "a/b"]),
        ("*ab", ["ab", "abab", "xab"], ["aba"]),
        ("src/**.py", ["src/x/a.py", "src/x/y.py"], ["x/src/a.py"]),
        ("{a,b}{c,d}", ["ac", "bd"], ["ab", "a"]),
        ("{a,}b", ["ab", "b"], ["aab"]),
    ],
)
def test_a_pattern_means_what_it_does_elsewhere(
    pattern: str, fits: list[str], fits_not: list[str]
) -> None:
    test = matcher(pattern)
    assert [path for path in fits if not test(path)] == []
    assert [path for path in fits_not if test(path)] == []


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 30 + "b", "a" * 250),
        ("**/" * 30 + "b", "a/" * 100 + "a"),
        ("**/a/" * 30 + "b", "a/" * 100 + "a"),
        ("{*a,*a}" * 7 + "b", "a" * 250),
        ("[ab]*?*" * 20 + "c", "a" * 250),
    ],
)
def test_no_pattern_takes_for_ever(pattern: str, path: str) -> None:
    assert not matcher(pattern)(path)


@pytest.mark.parametrize("pattern", ["{a,b}" * 9, "{a}}{", "a**" * 9])
def test_a_pattern_that_stands_for_too_many_is_refused(pattern: str) -> None:
    with pytest.raises(ToolError, match=r"others|malformed"):
        matcher(pattern)
