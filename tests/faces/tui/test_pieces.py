"""Markdown in pieces, whatever the fragments it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.faces.tui.pieces import LONG, ROWS, TOO_LONG, Splitter


def cut(text: str) -> list[str]:
    return [piece.text for piece in Splitter().add(text)]


def code(count: int, line: str = "def f():\n    return 1\n\n") -> str:
    return "```py\n" + line * count + "```\n\nAfter.\n"


@given(st.text(alphabet="ab `~#-*>|1.\n\t", max_size=200), st.integers(1, 7))
@settings(deadline=None)
def test_the_pieces_are_the_text_and_do_not_depend_on_its_fragments(text: str, step: int) -> None:
    whole, streamed = Splitter(), Splitter()
    pieces = list(whole.add(text))
    parts = [text[at : at + step] for at in range(0, len(text), step)]
    assert [piece for part in parts for piece in streamed.add(part)] == pieces
    assert "".join(piece.text for piece in pieces) + whole.tail.text == text
    assert streamed.tail == whole.tail


@pytest.mark.parametrize(
    "block",
    [
        "- one\n\n  more\n",
        "- one\n  ```\n\n  x\n  ```\n",
        "1. one\n1. two\n\n   more\n",
        "text\n2. no list\n",
        "- one\nlazy\n- two\n",
        "| a |\n| no divider |\n" * ROWS,
        "    code\n\n    more\n",
    ],
)
def test_what_belongs_together_stays_one_piece(block: str) -> None:
    assert cut(f"{block}\nAfter.\n") == [f"{block}\n"]


@pytest.mark.parametrize(
    "pieces",
    [
        ["```py\nx\n\ny\n```\n"],
        ["~~~\n\n```\n\n~~~\n"],
        ["text\n", "```\nx\n```\n"],
        ["- one\n", "```\nx\n```\n"],
        ["> a\n\n", "> b\n\n"],
        ["text\n", "- one\n", "- two\n\n", "- three\n\n"],
        ["text\n", "1. one\n   - two\n", "2. three\n\n"],
        ["- one\n", "* two\n\n", "1. three\n\n"],
        ["| a |\n|---|\n| b |\n", "- one\n\n"],
    ],
)
def test_what_ends_for_certain_is_cut(pieces: list[str]) -> None:
    assert cut("".join([*pieces, "After.\n"])) == pieces


def test_the_items_of_a_list_are_pieces_without_a_gap() -> None:
    pieces = list(Splitter().add("9. a\n\n10. b\n\n    more\n11. c\n\nAfter.\n"))
    assert [piece.goes_on for piece in pieces] == [True, True, False]


def test_a_long_table_is_cut_and_goes_on_with_its_head() -> None:
    head, row = "| a | b |\n|:--|--:|\n", "| 1 | 2 |\n"
    pieces = list(Splitter().add(head + row * 3 * ROWS + "\nAfter.\n"))
    assert [piece.opening for piece in pieces] == ["", head, head, head]
    assert [piece.goes_on for piece in pieces] == [True, True, True, False]


def test_three_backticks_within_a_line_open_no_fence() -> None:
    assert cut("``` a ``` b\n\nnext\n\nmore\n") == ["``` a ``` b\n\n", "next\n\n"]


def test_long_code_is_cut_where_something_begins_in_it() -> None:
    text = code(100)
    pieces = list(Splitter().add(text))
    assert "".join(piece.text for piece in pieces) + "\nAfter.\n" == text
    assert len(pieces) == 300 // (LONG + 2) + 1
    assert [piece.opening for piece in pieces] == ["", *["```py\n"] * (len(pieces) - 1)]
    assert [piece.goes_on for piece in pieces] == [*[True] * (len(pieces) - 1), False]
    assert all(piece.text.lstrip().startswith(("```py", "def")) for piece in pieces)


def test_code_is_not_cut_within_a_string_or_a_comment() -> None:
    docs = '"""\n' + "words\n\n" * 200 + '"""\n'
    assert len(cut(f"```py\n{docs}```\n\nAfter.\n")) == 1
    assert len(cut(f"```c\n/*\n{'words' * 9}\n\n{'words' * 500}\n*/\n```\n\nAfter.\n")) == 1


def test_code_without_an_end_or_a_gap_is_cut_all_the_same() -> None:
    pieces = cut("```json\n" + '  "a": 1,\n' * 3 * TOO_LONG)
    assert len(pieces) == 3
