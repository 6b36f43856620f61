"""Comments and trailing commas are read, positions are right, faults are told in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.config.document import Node, Pointer, dotted, position
from ownkey.config.jsonc import MAX_DEPTH, Broken, is_blank, parse

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
BLANKS = st.sampled_from(["", " ", "\n", "\r\n", "\t", '// note ] } "\n', "/* { [ , */", "/**/"])


@st.composite
def commented(draw: st.DrawFn, value: Any) -> str:
    """The value as a person may write it: comments anywhere, commas at ends."""

    def write(value: Any) -> str:
        before, after = draw(BLANKS), draw(BLANKS)
        if isinstance(value, dict):
            members = [
                f"{draw(BLANKS)}{json.dumps(k)}{draw(BLANKS)}:{write(v)}" for k, v in value.items()
            ]
            return f"{before}{{{listed(members)}{draw(BLANKS)}}}{after}"
        if isinstance(value, list):
            return f"{before}[{listed([write(one) for one in value])}{draw(BLANKS)}]{after}"
        return f"{before}{json.dumps(value, ensure_ascii=draw(st.booleans()))}{after}"

    def listed(members: list[str]) -> str:
        return ",".join(members) + ("," if members and draw(st.booleans()) else "")

    return write(value)


def nodes(node: Node, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Node]]:
    yield pointer, node
    for step, child in node.children.items():
        yield from nodes(child, (*pointer, step))


def offset_of(text: str, line: int, column: int) -> int:
    """Counted apart from the code under test, for texts that end their lines in LF."""
    return sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_plain_json_means_what_the_standard_library_says(value: Any, indent: Any) -> None:
    text = json.dumps(value, indent=indent)
    assert parse(text).value == json.loads(text)


@given(st.data(), VALUES)
def test_comments_and_trailing_commas_change_nothing(data: st.DataObject, value: Any) -> None:
    assert parse(data.draw(commented(value))).value == value


@given(st.data(), VALUES)
def test_each_position_is_where_its_value_and_its_name_start(
    data: st.DataObject, value: Any
) -> None:
    text = data.draw(commented(value)).replace("\r\n", "\n")
    document = parse(text)
    for pointer, node in nodes(document.root):
        assert parse(text[node.start : node.end]).value == node.value
        assert document.node(pointer) is node
        line, column = document.position(node.start)
        assert offset_of(text, line, column) == node.start
        if node.key is not None:
            assert text.startswith('"', node.key)
            assert parse(text[node.key : node.start].rpartition(":")[0]).value == pointer[-1]


@given(st.text() | st.text('{}[]:,"/* \n0truenall\\u-.e'))
def test_a_text_is_understood_or_broken_at_a_place_inside_it(text: str) -> None:
    fault = None
    try:
        parse(text)
    except Broken as error:
        fault = error
    assert fault is None or (fault.what and 0 <= fault.offset <= len(text))


FAULTS = {
    "": "1:1: expected a value but found the end of the file",
    '{"a":': "1:6: expected a value but found the end of the file",
    "[1,,2]": "1:4: expected a value but found ','",
    "[True]": "1:2: expected a value but found True (Write true)",
    "[None]": "1:2: expected a value but found None (Write null)",
    "[NaN]": "1:2: expected a value but found NaN (Write null)",
    "[Infinity]": "1:2: expected a value but found Infinity (Write null)",
    "['a']": """1:2: expected a value but found "'" (Write strings in double quotes: ")""",
    '{"a": 1\n "b": 2}': "2:2: expected ',' or '}' but found a string (Put a comma before it)",
    "[1 2]": "1:4: expected ',' or ']' but found '2' (Put a comma before it)",
    "[01]": "1:3: expected ',' or ']' but found '1' (Put a comma before it)",
    '[\n"a"': "2:4: expected ',' or ']' but found the end of the file"
    " (Close the '[' that line 1 opens)",
    "{,}": "1:2: expected a name in double quotes or '}' but found ','",
    "{a: 1}": "1:2: expected a name in double quotes or '}' but found 'a'",
    '{"a" 1}': "1:6: expected ':' after \"a\" but found '1'",
    "{} {}": "1:4: expected the end of the file but found '{'",
    "[-Infinity]": "1:2: this is not a number that JSON has",
    "[-]": "1:2: this is not a number that JSON has",
    "[" + "9" * 5000 + "]": "1:2: this is not a number that JSON has",
    "[1e999]": "1:2: this number is too large",
    '["C:\\temp\\x"]': "1:10: a backslash here starts no escape that JSON knows"
    " (Write it twice: \\\\)",
    '["\\ud800"]': "1:2: a \\u escape here is half of a pair (Write the character itself)",
    '["a\nb"]': '1:4: a string runs past the end of its line (Close it with ", or write \\n)',
    '["a': '1:2: this string has no closing quote (Close it with ")',
    "[1] /* x": "1:5: this comment has no end (Close it with */)",
    "[" * 100_000: f"1:{MAX_DEPTH + 1}: nested deeper than {MAX_DEPTH} levels",
}


@pytest.mark.parametrize("text", FAULTS, ids=lambda text: repr(text[:20]))
def test_a_broken_text_says_what_was_expected_and_where(text: str) -> None:
    with pytest.raises(Broken) as caught:
        parse(text)
    error = caught.value
    line, column = position(text, error.offset)
    fix = f" ({error.fix})" if error.fix else ""
    assert f"{line}:{column}: {error.what}{fix}" == FAULTS[text]


def test_what_was_found_never_repeats_a_key() -> None:
    with pytest.raises(Broken) as caught:
        parse('{"apiKey": test-key-not-real-1}')
    assert caught.value.what == "expected a value but found 't'"


def test_a_byte_order_mark_is_no_column() -> None:
    document = parse('\ufeff{"a": 1}')
    assert document.value == {"a": 1}
    assert document.position(document.node(("a",)).start) == (1, 7)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end: str) -> None:
    document = parse(f'{{{end}  "a": {end} 1}}')
    assert document.position(document.node(("a",)).start) == (3, 2)


def test_a_name_set_twice_is_kept_in_mind_and_the_last_one_counts() -> None:
    text = '{"a": {"b": 1}, "a": {"c": 2}}'
    document = parse(text)
    assert document.value == {"a": {"c": 2}}
    assert document.duplicates == ((("a",), text.rindex('"a"')),)
    assert document.node(("a", "b")) is document.node(("a",))


@pytest.mark.parametrize(
    ("text", "blank"),
    [("", True), ("\ufeff", True), (" \n// x\n/* y */", True), ("{}", False), ("/* x", False)],
)
def test_comments_alone_say_nothing(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


def test_a_pointer_reads_as_people_write_it() -> None:
    assert dotted(("customModels", 2, "extraHeaders", "x-a")) == "customModels[2].extraHeaders.x-a"
