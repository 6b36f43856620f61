"""What is said and done, each as its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.faces.tui import markdown
from ownkey.faces.tui.blocks import KEPT, Answer, Block, Call, Note, Said, Thought
from ownkey.faces.tui.paint import Paint
from ownkey.faces.tui.pieces import ROWS
from ownkey.faces.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from textual.strip import Strip
    from textual.theme import Theme

MARKDOWN = """\
# A title

Some words with `code`, a [link](https://example.com/a/b) and **weight**.

- one
- two

  still two

1. first

```python
def f(x):

    return x
```

| a | b |
|---|---|
| 1 | 2 |

> quoted \x1b[31mred\x1b[0m

The end.
"""

DIFF = "--- a\n+++ b\n@@ -0,0 +1,12 @@\n" + "".join(f"+{number}\n" for number in range(12))


def text_of(block: Block, width: int = 60) -> list[str]:
    return [strip.text.rstrip() for strip in block.lines(Paint(DARK, width))]


def ended(
    whole: str = "", *, about: str = "make", seconds: float | None = 2.0, diff: str = ""
) -> Call:
    call = Call("shell", about)
    call.finish(ok=True, seconds=seconds, preview="ok", whole=whole, diff=diff)
    return call


@given(st.lists(st.integers(1, 40), max_size=30))
@settings(max_examples=60, deadline=None)
def test_fragments_come_to_the_same_lines_as_the_whole(cuts: list[int]) -> None:
    streamed = Answer()
    paint = Paint(DARK, 60)
    rest = MARKDOWN
    for cut in cuts:
        streamed.add(rest[:cut])
        streamed.lines(paint)
        rest = rest[cut:]
    streamed.add(rest)
    assert text_of(streamed) == text_of(Answer(MARKDOWN))


BLOCKS = [
    "one two\nthree\n",
    "# A title\n",
    "- one\n- two\n",
    "- one\n\n- two\n",
    "- one\nlazy\n- two\n",
    "* other\n",
    "1. one\n   - inner\n2. two\n",
    "1. one\n\n   ```sh\n   ls\n   ```\n2. two\n",
    "1. one\n1. two\n3. three\n",
    "2. two\n",
    "".join(f"{number}. item\n" for number in range(1, 13)),
    '```py\nx = 1\n\ny = """\n"""\n```\n',
    "~~~\n```\n~~~\n",
    "    indented\n",
    "  - inset\n- not\n",
    "> quoted\n> more\n",
    "| a | b |\n|---|--:|\n| 1 | 2 |\n",
    "| a | b |\n|---|--:|\n" + "| some words, quite a few | words |\n" * 30,
    "| no table\n",
    "**bold** words\n",
]


@given(st.lists(st.tuples(st.sampled_from(BLOCKS), st.sampled_from(["", "\n"])), max_size=5))
@settings(max_examples=150, deadline=None)
def test_what_is_cut_is_shown_as_if_it_were_not(blocks: list[tuple[str, str]]) -> None:
    paint = Paint(DARK, 60)
    text = "".join(block + gap for block, gap in blocks)
    whole = [strip.text.rstrip() for strip in paint.lines([markdown.render(text, paint)])]
    assert "\n".join(text_of(Answer(text))).strip("\n") == "\n".join(whole).strip("\n")


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("width", [30, 80])
@pytest.mark.parametrize("language", ["py", "text", "", "no-such-language"])
def test_code_looks_the_same_by_itself_and_in_a_list(
    theme: Theme, width: int, language: str
) -> None:
    code = 'def f(x: str) -> str:\n\n    return f"{x} and more words, 日本語"  # and so on\n'
    within = "".join(f"  {line}\n" for line in code.split("\n"))
    listed = Answer(f"- a\n\n  ```{language}\n{within}  ```\n").lines(Paint(theme, width + 3))
    shown = Answer(f"```{language}\n{code}```\n").lines(Paint(theme, width))
    assert looks(shown[:-1]) == looks([strip.crop(3) for strip in listed[1:-1]])


def looks(strips: list[Strip]) -> list[list[tuple[str, object]]]:
    """Every cell; blank ones have no colour but that behind them."""
    return [
        [
            (one, style.bgcolor if style and one == " " else style)
            for text, style, _ in strip
            for one in text
        ]
        for strip in strips
    ]


def test_a_long_table_keeps_the_columns_it_has() -> None:
    rows = "| some | words |\n" * ROWS
    shown = text_of(Answer(f"| a | b |\n|---|---|\n{rows}| s | words and more of them |\n"))
    assert shown[0] == "a     b"
    assert shown[ROWS : ROWS + 5] == ["some  words"] * 2 + [
        "s     words",
        "      and",
        "      more",
    ]


def test_the_numbers_of_a_list_stand_where_they_stood_when_more_come() -> None:
    answer = Answer("1. one\n")
    first = text_of(answer)[0]
    answer.add("".join(f"{number}. more\n" for number in range(2, 12)))
    assert text_of(answer)[0] == first == " 1. one"
    assert text_of(answer)[10] == "11. more"


def test_code_that_is_cut_is_shown_without_a_seam() -> None:
    lines = [
        line for number in range(100) for line in (f"def f{number}():", "    return 1", "", "")
    ]
    shown = text_of(Answer("```py\n" + "\n".join(lines) + "\n```\n"))
    assert shown[: len(lines) - 2] == lines[:-2]
    assert not any(shown[len(lines) - 2 :])


def test_an_escape_sequence_cut_in_two_is_gone_like_a_whole_one() -> None:
    answer = Answer()
    for fragment in ("a\x1b", "[3", "1mb", "\x1b", "[0mc"):
        answer.add(fragment)
    assert text_of(answer)[0] == "abc"


def test_finished_pieces_are_rendered_once() -> None:
    class Counting(Paint):
        count = 0

        def lines(self, renderables):  # type: ignore[no-untyped-def]
            given = list(renderables)
            Counting.count += bool(given)
            return super().lines(given)

    paint, answer = Counting(DARK, 60), Answer()
    for _ in range(100):
        answer.add("A paragraph.\n\n")
        answer.lines(paint)
    assert Counting.count < 250


@given(st.text(max_size=300), st.integers(1, 130))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_lines_or_reaches_the_terminal_as_it_is(text: str, width: int) -> None:
    paint = Paint(DARK, width)
    call = ended(text, about=text, diff=f"@@ -1,2 +1,2 @@\n-{text}\n+{text}")
    code = Answer(f"```html\n{text}\n")
    for block in (Answer(text), code, Said(text, 1), Thought(text), Note(text), ended(text), call):
        for _ in range(2):
            lines = block.lines(paint)
            assert {line.cell_length for line in lines} <= {width}
            assert not set("\x1b\r\n\t\x07\x9b\u202e\u200b") & set(
                "".join(one.text for one in lines)
            )
            block.toggle()


@pytest.mark.parametrize(
    "text",
    [
        "日本語のテキスト" * 20,
        "🙂👩\u200d👩\u200d👧🇩🇪" * 20,
        "e\u0301" * 90,
        "שלום " * 40,
        "\t\tx\n" * 3,
    ],
)
def test_wide_characters_and_marks_keep_the_lines_at_their_width(text: str) -> None:
    assert {strip.cell_length for strip in Answer(text).lines(Paint(DARK, 40))} == {40}


def test_emoji_that_are_joined_are_shown_side_by_side() -> None:
    assert text_of(Answer("👩\u200d💻"))[0] == "👩💻"


def test_a_line_that_nobody_reads_is_cut() -> None:
    lines = text_of(Answer("x" * 1_000_000))
    assert lines[-2].endswith("… 992 kB more")
    assert len(lines) < 200


def test_an_opened_call_gives_all_of_a_long_line() -> None:
    call = ended("y" * 300_000)
    call.toggle()
    assert "".join(text_of(call)).count("y") == 300_000


def test_an_output_too_big_to_keep_says_so() -> None:
    call = ended("y" * (KEPT + 1_234) + "\nthe end")
    call.toggle()
    lines = text_of(call)
    assert lines[1] == "    … 1,242 characters before this are not kept"
    assert lines[-1] == "    the end"


def test_progress_is_shown_as_it_stands_in_the_end() -> None:
    call = Call("shell", "make")
    for fragment in ("10%\r50", "%\r99%", "\r\nnext\n"):
        call.add(fragment)
    assert text_of(call)[1:] == ["    99%", "    next"]


def test_the_last_lines_of_a_running_command_are_in_sight() -> None:
    call = Call("shell", "make")
    call.add("".join(f"line {number} {'x' * 100}\n" for number in range(20)))
    assert [line.split()[1] for line in text_of(call)[1:]] == ["15", "16", "17", "18", "19"]


@pytest.mark.parametrize(
    ("seconds", "line"),
    [
        (None, "✓ shell make  ok"),
        (0.01, "✓ shell make  ok"),
        (1.25, "✓ shell make  1.2 s  ok"),
        (125.0, "✓ shell make  2 min 5 s  ok"),
    ],
)
def test_a_call_says_how_long_it_took(seconds: float | None, line: str) -> None:
    assert text_of(ended(seconds=seconds)) == [line]


def test_what_came_of_a_call_is_in_sight_however_long_the_command() -> None:
    call = ended(about="x" * 500)
    assert text_of(call) == ["✓ shell " + "x" * 40 + "…  2.0 s  ok"]
    call.toggle()
    assert "".join(text_of(call)).count("x") == 500


def test_a_long_change_is_folded() -> None:
    call = ended(diff=DIFF)
    assert text_of(call)[-1] == "  … 2 more lines, Enter opens"
    assert len(text_of(call)) == 12
    call.toggle()
    assert len(text_of(call)) == 13


def test_what_was_pasted_is_folded() -> None:
    said = Said("line\n" * 500)
    assert said.can_open
    assert len(text_of(said)) == 42
    assert text_of(said)[40] == "  … all of it: Enter opens"
    said.toggle()
    assert len(text_of(said)) == 501
    assert not Said("short").can_open


def test_reasoning_says_how_long_it_took() -> None:
    ticks = iter([1.0, 13.2])
    thought = Thought("one two", clock=lambda: next(ticks))
    assert text_of(thought)[0] == "▸ Thinking · 2 words"
    thought.settle()
    assert text_of(thought)[0] == "▸ Thought 12 s · 2 words"


@pytest.mark.parametrize("opened", [False, True])
def test_the_estimate_of_a_height_is_near(opened: bool) -> None:
    text = "some words that go on\n" * 30
    for block in (Said(text), Thought(text), Note(text), ended(text), ended(diff=DIFF)):
        block.opened = opened
        assert abs(block.estimate(60) - len(text_of(block))) <= 3
