"""What a terminal shows of markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ownkey.faces.tui import markdown
from ownkey.faces.tui.paint import Paint
from ownkey.faces.tui.themes import CONTRAST, DARK, LIGHT

if TYPE_CHECKING:
    from textual.theme import Theme


def shown(text: str, width: int = 60) -> list[str]:
    paint = Paint(DARK, width)
    return [strip.text.rstrip() for strip in paint.lines([markdown.render(text, paint)])]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[words](https://example.com/a)", "words (example.com)"),
        ("[example.com](https://example.com/a)", "example.com"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("[bank.com](https://evil.example/x)", "bank.com (evil.example)"),
        ("[https://bank.com](https://evil.example)", "https://bank.com (evil.example)"),
        ("[words][1]\n\n[1]: https://example.com", "words (example.com)"),
        ("[a file](src/a.py)", "a file"),
        ("`[code](https://example.com)`", "[code](https://example.com)"),
        ("[no](javascript:alert(1))", "[no](javascript:alert(1))"),
        ("[open](vscode://file/etc/passwd)", "open (vscode://file/etc/passwd)"),
        ("[call](tel:+1900)", "call (tel:+1900)"),
        (
            "[https://bank.com@evil.example](https://bank.com@evil.example)",
            "https://bank.com@evil.example (evil.example)",
        ),
        ("[b](https://b\u0430nk.com)", "b (xn--bnk-6cd.com)"),
        ("![a chart](https://evil.example/?q=secret)", "[image: a chart (evil.example)]"),
        ("![](x.png)", "[image: x.png]"),
    ],
)
def test_a_link_names_the_host_it_leads_to(text: str, line: str) -> None:
    assert shown(text)[0] == line


@pytest.mark.parametrize(
    "href",
    ["vscode://file/x", "ssh://host", "tel:1", "x-man-page://ls", "file:///etc", "//evil.example"],
)
def test_what_is_not_of_the_web_cannot_be_followed(href: str) -> None:
    paint = Paint(DARK, 60)
    lines = paint.lines([markdown.render(f"[words](<{href}>) ![words](<{href}>)", paint)])
    assert not any(segment.style and segment.style.link for line in lines for segment in line)


def test_a_link_can_be_followed() -> None:
    paint = Paint(DARK, 60)
    (line,) = paint.lines([markdown.render("[words](https://example.com/a)", paint)])
    links = {segment.text: segment.style.link for segment in line if segment.style}
    assert links["words"] == "https://example.com/a"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("run foo <file>", ["run foo <file>"]),
        ("List<int> x", ["List<int> x"]),
        ("<div>\nhi\n</div>", ["<div>", "hi", "</div>"]),
        ("a<br>b", ["a", "b"]),
        ("# Title", ["Title"]),
        ("1. a\n2. b", [" 1. a", " 2. b"]),
        ("```py\nx = 1\n```", ["x = 1"]),
        ("| a | bcd |\n|---|---:|\n| 1 | 2 |", ["a  bcd", "──────", "1    2"]),
    ],
)
def test_it_is_shown_as_text(text: str, lines: list[str]) -> None:
    assert [line.lstrip("\n") for line in shown(text) if line] == lines


@pytest.mark.parametrize("number", ["13", "x202e", "x1b", "x200b", "x9b", "8", "12"])
def test_a_character_named_by_its_number_moves_no_cursor(number: str) -> None:
    line = "".join(shown(f"a&#{number};b `&#{number};`"))
    assert line.replace("�", "").startswith("ab")
    assert all(character.isprintable() for character in line)


@pytest.mark.parametrize("theme", [DARK, LIGHT, CONTRAST])
@pytest.mark.parametrize("width", [1, 2, 5, 40, 200])
def test_every_line_is_as_wide_as_it_shall_be(theme: Theme, width: int) -> None:
    paint = Paint(theme, width)
    text = "# T\n\n- 日本語のテキスト\n\n| a | b |\n|-|-|\n| 🙂 | 2 |\n\n"
    text += "```py\n\tx = 1\n```\n> q\n\n---\n"
    assert {line.cell_length for line in paint.lines([markdown.render(text, paint)])} == {width}
