"""What a terminal says of itself, told from what is typed meanwhile."""

from __future__ import annotations

import pytest

from ownkey.faces.tui import terminal
from ownkey.faces.tui.terminal import Answer

DARK = b"\x1b]11;rgb:1616/1616/1e1e\x07"
LIGHT = b"\x1b]11;rgb:ff/fb/fa\x1b\\"
KIND = b"\x1b[?62;22c"


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        (DARK + KIND, Answer(False, "")),
        (LIGHT + KIND, Answer(True, "")),
        (KIND, Answer(None, "")),
        (b"", Answer(None, "")),
        (b"fix" + DARK + b" it" + KIND, Answer(False, "fix it")),
        ("é\r\x1b".encode(), Answer(None, "é")),
    ],
)
def test_the_answer_is_told_from_what_was_typed(heard: bytes, answer: Answer) -> None:
    assert terminal.read(heard) == answer


def test_without_a_terminal_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.asked() as answer:
        assert answer() == Answer(None, "")
    assert capsys.readouterr().out == ""
