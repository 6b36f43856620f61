"""A diff with its numbers, in one column or two."""

from __future__ import annotations

from ownkey.faces.tui import difference
from ownkey.faces.tui.difference import Row, rows
from ownkey.faces.tui.paint import Paint
from ownkey.faces.tui.themes import DARK

DIFF = """\
--- a/a.py
+++ b/a.py
@@ -1,3 +1,3 @@
 one
-two
+    zwei
 three
"""


def drawn(diff: str, width: int) -> list[str]:
    return [strip.text.rstrip() for strip in difference.lines(rows(diff), 2, Paint(DARK, width))]


def test_lines_are_numbered_as_in_their_file() -> None:
    assert drawn(DIFF, 60) == ["  1  one", "  2 -two", "  2 +    zwei", "  3  three"]


def test_old_and_new_stand_side_by_side_where_there_is_room() -> None:
    half = (116 - 2 - 1) // 2
    assert drawn(DIFF, 116) == [
        f"  {'1  one':{half}} 1  one",
        f"  {'2 -two':{half}} 2 +    zwei",
        f"  {'3  three':{half}} 3  three",
    ]


def test_a_line_that_looks_like_a_head_is_a_line() -> None:
    diff = "--- a\n+++ b\n@@ -1,2 +1,2 @@\n--- a comment\n+++ x\n same\n"
    assert rows(diff) == [
        Row("-", "-- a comment", old=1),
        Row("+", "++ x", new=1),
        Row(" ", "same", 2, 2),
    ]


def test_gaps_between_hunks_show() -> None:
    two = DIFF + "@@ -9 +9 @@\n-nine\n+neun\n\\ No newline at end of file\n"
    assert [row.sign for row in rows(two)] == [" ", "-", "+", " ", "@", "-", "+"]


def test_of_several_files_each_is_named() -> None:
    gone = "--- a/b.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n"
    assert [row.text for row in rows(DIFF + gone) if row.sign == "@"] == ["a.py", "b.py"]


def test_a_diff_that_ends_too_soon_is_shown_as_far_as_it_goes() -> None:
    assert [row.text for row in rows("@@ -1,9 +1,9 @@\n one")] == ["one"]


def test_a_line_too_long_goes_on_below_itself() -> None:
    diff = "@@ -0,0 +1 @@\n+" + "日本語" * 4
    assert drawn(diff, 15) == ["  1 +日本語日本", "     語日本語日", "     本語"]
