"""Markdown in pieces, whatever the fragments it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.faces.tui.pieces import Splitter


@given(st.text(alphabet="ab `~#-*>|1.\n\t", max_size=200), st.integers(1, 7))
@settings(deadline=None)
def test_the_pieces_are_the_text_and_do_not_depend_on_its_fragments(text: str, step: int) -> None:
    whole, streamed = Splitter(), Splitter()
    pieces = list(whole.add(text))
    parts = [text[at : at + step] for at in range(0, len(text), step)]
    assert [piece for part in parts for piece in streamed.add(part)] == pieces
    assert "".join(pieces) + whole.tail == text
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
    assert list(Splitter().add(f"{block}\nAfter.\n")) == [f"{block}\n"]


def test_three_backticks_within_a_line_open_no_fence() -> None:
    assert list(Splitter().add("``` a ``` b\n\nnext\n\nmore\n")) == [
        "``` a ``` b\n\n",
        "next\n\n",
    ]
