"""Front matter is read whatever stands in it, and says where each thing stands."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.config import front

SKILL = """\
---
name: pdf-tools
description: >-
  Take text out of PDF files,
  and put some in.
metadata:
  author: somebody
  version: "1.0"
user-invocable: false
argument-hint: [file] [page]
empty:
---
# The body

---
more
"""


def test_nested_and_folded_values_are_understood() -> None:
    found = front.read(SKILL)
    assert found.found
    assert found.text("name") == "pdf-tools"
    assert found.text("description") == "Take text out of PDF files, and put some in."
    assert found.text("metadata") == 'author: somebody version: "1.0"'
    assert found.text("empty") == ""
    assert found.flag("user-invocable", True) is False
    assert found.flag("disable-model-invocation", False) is False
    assert found.flag("name", True) is None
    assert (found.line("name"), found.line("user-invocable"), found.line("nothing")) == (2, 9, 1)
    assert found.body == "# The body\n\n---\nmore\n"
    assert found.broken_at == 10, "two lists in a row are none, and are taken as they stand"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(end: str) -> None:
    text = "\ufeff" + end.join(["---", "name: a", "about: b", "---", "Body."])
    found = front.read(text)
    assert (found.text("name"), found.text("about"), found.body) == ("a", "b", "Body.")
    assert found.line("about") == 3


@pytest.mark.parametrize("text", ["", "Body.", "--- a\nname: b\n---\n", "---\nname: a\n"])
def test_a_text_without_any_is_its_own_body(text: str) -> None:
    found = front.read(text)
    assert (found.found, found.body, found.text("name")) == (False, text, "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\nname: a\ndescription: Use when: asked\n---\n", 3),
        ("---\nname: a\ndescription: `code` first\n---\n", 3),
        ("---\nname: a\ndescription: x\x07y\n---\n", 3),
        ("---\n" + "[" * 5_000 + "\nname: a\ndescription: x\n---\n", 1),
        ("---\nname: a\ndescription: x\nlong: " + "x" * front.LONGEST + "\n---\n", 1),
    ],
)
def test_lines_count_where_all_of_it_is_no_yaml(text: str, line: int) -> None:
    found = front.read(text)
    assert found.fault
    assert found.broken_at == line
    assert found.text("name") == "a"
    assert found.text("description")


def test_what_names_itself_and_what_grows_by_itself_ends() -> None:
    assert front.read("---\na: &a [*a]\n---\n").text("a") == "&a [*a]"
    bomb = ["---", "a: &a [x, x]"]
    for before, one in itertools.pairwise("abcdefghi"):
        bomb.append(f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]")
    assert front.read("\n".join([*bomb, "---", ""])).text("i").startswith("&i [*h")


@given(st.binary(), st.booleans())
def test_any_bytes_are_taken_apart(data: bytes, fenced: bool) -> None:
    text = data.decode("utf-8", "replace")
    whole = f"---\n{text}\n---\nBody." if fenced else text
    found = front.read(whole)
    for name in ("name", "description"):
        assert "\n" not in found.text(name)
        assert found.line(name) >= 1
        found.flag(name, True)
    assert found.broken_at >= 1
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert fenced or found.found or found.body == plain


YAML = st.text("ab:-\n \"'[]{}&*!|>#%@`\t0~", max_size=60)


@given(YAML)
def test_anything_that_looks_like_yaml_is_read(text: str) -> None:
    found = front.read(f"---\nname: a\n{text}\n---\nBody.")
    assert found.found
    assert found.body.endswith("Body.")
    found.text("a")
