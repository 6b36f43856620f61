"""Markdown in pieces, whatever the fragments it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.faces.tui.pieces import LONG, TOO_LONG, Splitter


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
        "```py\nx\n\ny\n```\n",
        "- one\n\n- two\n",
        "- one\n\n  more\n",
        "> a\n\n> b\n",
        "~~~\n\n```\n\n~~~\n",
    ],
)
def test_what_goes_on_after_a_blank_line_stays_one_piece(block: str) -> None:
    assert cut(f"{block}\nAfter.\n") == [f"{block}\n"]


def test_three_backticks_within_a_line_open_no_fence() -> None:
    assert cut("``` a ``` b\n\nnext\n\nmore\n") == ["``` a ``` b\n\n", "next\n\n"]


def test_long_code_is_cut_where_something_begins_in_it() -> None:
    text = code(100)
    pieces = list(Splitter().add(text))
    assert "".join(piece.text for piece in pieces) + "After.\n" == text
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
