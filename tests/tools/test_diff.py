from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.tools.diff import compare

TEXT = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d\r\n"]), max_size=40).map("".join)
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def applied(old: str, diff: str) -> str:
    """What patch(1) makes of `old`, and its strictness."""
    lines = old.replace("\r\n", "\n").split("\n")[:-1]
    result: list[str] = []
    done = 0
    for line in diff.split("\n")[2:]:
        if header := HUNK.fullmatch(line):
            first, length = int(header[1]), int(header[2] or 1)
            start = first - 1 if length else first
            assert done <= start <= len(lines)
            result += lines[done:start]
            done = start
        elif line[0] == "+":
            result.append(line[1:])
        else:
            assert lines[done] == line[1:]
            if line[0] == " ":
                result.append(lines[done])
            done += 1
    return "".join(f"{line}\n" for line in [*result, *lines[done:]])


@settings(max_examples=300, deadline=None)
@given(TEXT, TEXT)
def test_a_diff_makes_the_new_of_the_old(old: str, new: str) -> None:
    diff = compare(old, new, "a.txt")
    if old == new:
        assert diff.text == ""
    else:
        assert applied(old, diff.text) == new.replace("\r\n", "\n")
    assert diff.added - diff.removed == new.count("\n") - old.count("\n")


def test_distant_changes_are_two_hunks_with_three_lines_around() -> None:
    old = [f"{n}\n" for n in range(1, 31)]
    new = old.copy()
    new[4], new[24] = "five\n", "x\n"
    diff = compare("".join(old), "".join(new), "a").text
    assert [line for line in diff.split("\n") if line.startswith("@@")] == [
        "@@ -2,7 +2,7 @@",
        "@@ -22,7 +22,7 @@",
    ]


def test_a_missing_final_newline_is_said() -> None:
    assert compare("a\n", "a", "f").text == (
        "--- f\n+++ f\n@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file"
    )


@pytest.mark.timeout(10)
def test_large_texts_with_nothing_in_common_are_compared_at_once() -> None:
    old, new = ("".join(f"{sign}{n % 7}\n" for n in range(50_000)) for sign in "ab")
    diff = compare(old, new, "f")
    assert (diff.added, diff.removed) == (50_000, 50_000)
    assert diff.text.count("@@ ") == 1
    signs = [line[0] for line in diff.text.split("\n")[3:]]
    assert sum(one != other for one, other in pairwise(signs)) == 1
