from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.tools.terminal import HEAD, TAIL, Capture, Plain

COLOURFUL = (
    "\x1b[1;38;5;196mred\x1b[m "
    "\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x07 "
    "\x1b(B\x1b7\x1b8\x1bM\x1bP1$r\x1b\\naïve\r\n\x9b1mend\x07"
).encode()
PLAIN = "red link naïve\n1mend"


def plain(*pieces: bytes) -> str:
    terminal = Plain()
    return "".join(terminal.feed(piece) for piece in pieces) + terminal.feed(b"", last=True)


@settings(deadline=None)
@given(st.lists(st.integers(0, len(COLOURFUL)), max_size=5))
def test_sequences_are_taken_out_wherever_the_pieces_are_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(COLOURFUL)]
    pieces = [COLOURFUL[a:b] for a, b in pairwise(edges)]
    assert plain(*pieces) == PLAIN


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=8))
def test_no_control_character_comes_through_and_nothing_breaks(pieces: list[bytes]) -> None:
    text = plain(*pieces)
    assert [
        sign for sign in text if not (sign.isprintable() or sign in "\n\t\r" or sign > "\x9f")
    ] == []
    text.encode()


def test_an_endless_sequence_is_not_held_back_for_ever() -> None:
    terminal = Plain()
    shown = terminal.feed(b"\x1b]" + b"x" * 10_000)
    assert len(shown) >= 5_000


@pytest.mark.parametrize("length", [HEAD - 1, HEAD + 5, HEAD + TAIL])
def test_what_fits_is_kept_whole(tmp_path: Path, length: int) -> None:
    text = "".join(chr(97 + n % 26) for n in range(length))
    for step in (1000, length):
        capture = Capture(tmp_path / "out.txt")
        for at in range(0, length, step):
            capture.add(text[at : at + step])
        capture.close()
        assert capture.text() == text
        assert capture.saved is None


@pytest.mark.parametrize("step", [7, 5_000, 200_000])
def test_what_does_not_fit_is_saved_whole(tmp_path: Path, step: int) -> None:
    text = "".join(f"line {n}\n" for n in range(8_000))
    capture = Capture(tmp_path / f"{step}.txt")
    for at in range(0, len(text), step):
        capture.add(text[at : at + step])
    capture.close()
    assert capture.saved is not None
    assert capture.saved.read_text() == text
    assert capture.text().startswith("line 0\nline 1\n")
    assert capture.text().endswith("\nline 7999")
    assert all(line.startswith(("line ", "[")) for line in capture.text().split("\n"))
