"""Changing a JSONC text changes what was meant, and no other byte."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownkey.config import amend, jsonc
from ownkey.config.document import BOM, Pointer

LINES = """\
{
  // the good ones
  "customModels": [
    // from Groq
    {
      "model": "a", // short
      "apiKey": "test-key-not-real-1"
    }, // quick

    // ours
    {
      "model": "b"
    }
    /* add yours above */
  ],
  "theme": "dark" /* at night */
}
"""

HUGGED = """\
{"customModels": [{
    "model": "a"
}, {
    "model": "b"
}], "x": 1}
"""

SHORT = """{
\t"customModels": [
\t\t{"model":"a","n":1},
\t\t{"model":"b","n":2},
\t],
}"""


@pytest.mark.parametrize(
    ("text", "pointer", "value", "after"),
    [
        ('{"a": 1}', ("a",), 2, '{"a": 2}'),
        ('{"a": 1}', ("b",), 2, '{"a": 1, "b": 2}'),
        ('{"a":1,"b":2}', ("c",), [1, {"d": 2}], '{"a":1,"b":2,"c":[1,{"d":2}]}'),
        ('{"a": 1, }', ("b",), 2, '{"a": 1, "b": 2, }'),
        ("{}", ("a",), 1, '{\n  "a": 1\n}'),
        ("{ }", ("a", "b"), 1, '{\n  "a": {\n    "b": 1\n  }\n}'),
        ('{\r\n\t"a" : 1\r\n}', ("b",), 2, '{\r\n\t"a" : 1,\r\n\t"b" : 2\r\n}'),
        ('{\n    "a": 1 // one\n}', ("b",), 2, '{\n    "a": 1, // one\n    "b": 2\n}'),
        ('{\n  "a": 1, // one\n}', ("b",), 2, '{\n  "a": 1, // one\n  "b": 2,\n}'),
        ('{"a": null}', ("a", "b"), 1, '{"a": {"b": 1}}'),
        ('{"a": 1, "a": 2}', ("a",), 3, '{"a": 1, "a": 3}'),
        ("{ // nothing\n}", ("a",), 1, '{ // nothing\n  "a": 1\n}'),
        ("{ /* nothing */}", ("a",), 1, '{ /* nothing */\n  "a": 1\n}'),
        ('{\n  "a": 1\n  , "b": 2\n}', ("c",), 3, '{\n  "a": 1\n  , "b": 2, "c": 3\n}'),
        ('{"a": {"b": 1} // x\n}', ("c",), 3, '{"a": {"b": 1}, // x\n  "c": 3\n}'),
        ('{"a": "é"}', ("a",), "ü\n", '{"a": "ü\\n"}'),
    ],
)
def test_a_value_is_put_where_it_belongs(
    text: str, pointer: Pointer, value: Any, after: str
) -> None:
    assert amend.put(text, pointer, value) == after


def test_an_element_stands_as_its_neighbours_do() -> None:
    entry = {"model": "c", "n": 3}
    lines = '    {\n      "model": "c",\n      "n": 3\n    }\n    /* add yours above */\n  ],'
    assert amend.append(LINES, ("customModels",), entry) == LINES.replace(
        '      "model": "b"\n    }\n    /* add yours above */\n  ],',
        '      "model": "b"\n    },\n' + lines,
    )
    assert amend.append(HUGGED, ("customModels",), entry) == HUGGED.replace(
        "}], ", '}, {\n    "model": "c",\n    "n": 3\n}], '
    )
    assert amend.append(SHORT, ("customModels",), entry) == SHORT.replace(
        "\t],", '\t\t{"model":"c","n":3},\n\t],'
    )


def test_a_list_that_is_missing_is_made() -> None:
    assert amend.append('{\n  "a": 1\n}\n', ("list",), {"b": 2}) == (
        '{\n  "a": 1,\n  "list": [\n    {\n      "b": 2\n    }\n  ]\n}\n'
    )
    assert json.loads(amend.append('{"list": null}', ("list",), 1)) == {"list": [1]}


@pytest.mark.parametrize(
    ("text", "pointer", "after"),
    [
        ('{"a": 1, "b": 2}', ("a",), '{"b": 2}'),
        ('{"a": 1, "b": 2}', ("b",), '{"a": 1}'),
        ('{"a": 1, "b": 2,}', ("b",), '{"a": 1, }'),
        ('{ "a": 1 }', ("a",), "{}"),
        ("[1, /* two */ 2]", (1,), "[1 /* two */ ]"),
        ('{\n  "a": 1, // one\n  "b": 2 // two\n}', ("b",), '{\n  "a": 1 // one\n}'),
        ('{\n  "a": 1, // one\n  // two\n  "b": 2,\n}', ("b",), '{\n  "a": 1, // one\n}'),
        ('{\n  "a": 1\n  , "b": 2\n  , "c": 3\n}', ("b",), '{\n  "a": 1\n  , "c": 3\n}'),
        ('{\n  // all\n\n  // one\n  "a": 1,\n  "b": 2\n}', ("a",), '{\n  // all\n\n  "b": 2\n}'),
        ('{"b": 0,\n"a": 1,\n"a": 2\n}', ("a",), '{"b": 0\n}'),
        ('{"a": 1}', ("b",), '{"a": 1}'),
        ("[\n  1,\n  2]", (1,), "[\n  1]"),
        ("[1 /* , */, // one\n 2 ]", (1,), "[1 /* , */ // one\n  ]"),
    ],
)
def test_what_is_dropped_takes_its_comma_and_its_comments_along(
    text: str, pointer: Pointer, after: str
) -> None:
    assert amend.drop(text, pointer) == after


def test_the_comments_of_the_others_stay() -> None:
    less = amend.drop(LINES, ("customModels", 0))
    assert [word in less for word in ("from Groq", "quick", "short")] == [False] * 3
    assert [word in less for word in ("the good ones", "ours", "add yours")] == [True] * 3
    last = amend.drop(LINES, ("customModels", 1))
    assert last == LINES.replace("}, // quick", "} // quick").replace(
        '    // ours\n    {\n      "model": "b"\n    }\n', ""
    )


@pytest.mark.parametrize("text", [LINES, HUGGED, SHORT, '{"customModels": []}'])
def test_dropping_what_was_appended_gives_the_text_back(text: str) -> None:
    count = len(jsonc.parse(text).value["customModels"])
    more = amend.append(text, ("customModels",), {"model": "c"})
    assert amend.drop(more, ("customModels", count)) == text


@pytest.mark.parametrize(
    ("text", "pointer", "what"),
    [
        ('{"a": [1}', ("b",), "expected ',' or ']'"),
        ('{"a": "test-key-not-real-1"}', ("a", "b"), "a must be an object, not a string"),
        ("[1]", ("a",), "the whole must be an object, not an array"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, pointer: Pointer, what: str) -> None:
    with pytest.raises(jsonc.Broken, match=what.replace("[", r"\[")):
        amend.put(text, pointer, 1)


# 500 files as people may write them, each changed in every way.

WORDS = st.text(st.sampled_from('abü"\\ /*,{}[]:'), max_size=6)
SCALARS = st.none() | st.booleans() | st.integers(-9, 99) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=5,
)
ENTRIES = st.dictionaries(st.sampled_from(["model", "displayName", "?"]), VALUES, max_size=3)
UNKNOWN = st.dictionaries(WORDS, VALUES, max_size=3)


class Written(NamedTuple):
    """A settings file, and what it says."""

    text: str
    value: dict[str, Any]


@st.composite
def settings_files(draw: st.DrawFn) -> Written:
    """Comments, odd spacing, unknown names, a byte order mark, CRLF, names set twice."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    blank = st.lists(
        st.sampled_from(
            [
                "",
                " ",
                "\t",
                newline,
                newline * 2,
                f'// "a": [{newline}',
                f"/* }}{newline}, */",
                "/**/",
            ]
        ),
        max_size=2,
    ).map("".join)

    def say(value: Any) -> str:
        if isinstance(value, dict):
            members = [
                f"{json.dumps(k)}{draw(blank)}:{draw(blank)}{say(v)}" for k, v in value.items()
            ]
            if value and draw(st.integers(0, 5)) == 0:
                twice = draw(st.sampled_from(sorted(value)))
                members.insert(
                    0, f"{json.dumps(twice)}: {draw(st.sampled_from(['0', '[1]', '{}']))}"
                )
            return "{" + listed(members) + "}"
        if isinstance(value, list):
            return "[" + listed([say(one) for one in value]) + "]"
        return json.dumps(value, ensure_ascii=draw(st.booleans()))

    def listed(members: list[str]) -> str:
        end = draw(blank) + ("," + draw(blank) if members and draw(st.booleans()) else "")
        return ",".join(draw(blank) + one + draw(blank) for one in members) + end

    value = dict(draw(UNKNOWN))
    value["customModels"] = draw(st.lists(ENTRIES, max_size=3))
    value |= {name: one for name, one in draw(UNKNOWN).items() if name not in value}
    if draw(st.booleans()):
        value["sessionDefaultSettings"] = draw(UNKNOWN)
    text = draw(st.sampled_from(["", BOM])) + draw(blank) + say(value) + draw(blank)
    return Written(text, value)


def is_within(short: str, long: str) -> bool:
    """Whether `short` is `long` with nothing but things left out."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def without(text: str, pointer: Pointer) -> tuple[str, str]:
    """What stands before and behind the value."""
    node = jsonc.parse(text).node(pointer)
    return text[: node.start], text[node.end :]


def slices(text: str, pointer: Pointer) -> list[str]:
    """What the children of a value are said with, in order."""
    children = sorted(jsonc.parse(text).node(pointer).children.values(), key=lambda one: one.start)
    return [text[one.start : one.end] for one in children]


FEW = settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@FEW
@given(settings_files(), ENTRIES, SCALARS, st.integers(0, 2))
def test_any_file_says_what_was_meant_and_keeps_every_other_byte(
    file: Written, entry: dict[str, Any], scalar: Any, which: int
) -> None:
    text, value = file
    assert jsonc.parse(text).value == value
    listed = value["customModels"]
    _appended(text, value, entry)
    _put_anew(text, value, scalar)
    if listed:
        _dropped(text, value, which % len(listed))
        _put_in_an_entry(text, value, which % len(listed), scalar)
    if "sessionDefaultSettings" in value:
        _dropped_member(text, value)
        _renamed_member(text, value)


def _appended(text: str, value: dict[str, Any], entry: dict[str, Any]) -> None:
    more = amend.append(text, ("customModels",), entry)
    assert jsonc.parse(more).value == value | {"customModels": [*value["customModels"], entry]}
    assert without(more, ("customModels",)) == without(text, ("customModels",))
    assert slices(more, ("customModels",))[:-1] == slices(text, ("customModels",))
    if value["customModels"]:
        assert is_within(text, more)


def _put_anew(text: str, value: dict[str, Any], scalar: Any) -> None:
    more = amend.put(text, ("ownkey", "new"), scalar)
    assert jsonc.parse(more).value == value | {"ownkey": {"new": scalar}}
    assert is_within(text, more)
    assert slices(more, ())[:-1] == slices(text, ())


def _dropped(text: str, value: dict[str, Any], index: int) -> None:
    listed = value["customModels"]
    less = amend.drop(text, ("customModels", index))
    rest = [*listed[:index], *listed[index + 1 :]]
    assert jsonc.parse(less).value == value | {"customModels": rest}
    assert without(less, ("customModels",)) == without(text, ("customModels",))
    kept = slices(text, ("customModels",))
    assert slices(less, ("customModels",)) == [*kept[:index], *kept[index + 1 :]]
    assert is_within(less, text)


def _put_in_an_entry(text: str, value: dict[str, Any], index: int, scalar: Any) -> None:
    pointer = ("customModels", index, "model")
    other = amend.put(text, pointer, scalar)
    listed = [*value["customModels"]]
    had = "model" in listed[index]
    listed[index] = listed[index] | {"model": scalar}
    assert jsonc.parse(other).value == value | {"customModels": listed}
    around = pointer if had else pointer[:-1]
    assert without(other, around) == without(text, around)


def _renamed_member(text: str, value: dict[str, Any]) -> None:
    old = "sessionDefaultSettings"
    fresh = amend.rename(text, (old,), 'an "other" name')
    names = {name: 'an "other" name' if name == old else name for name in value}
    assert jsonc.parse(fresh).value == {names[name]: one for name, one in value.items()}
    if text.count(f'"{old}"') == 1:
        assert fresh == text.replace(f'"{old}"', '"an \\"other\\" name"')


def _dropped_member(text: str, value: dict[str, Any]) -> None:
    less = amend.drop(text, ("sessionDefaultSettings",))
    assert jsonc.parse(less).value == {
        name: one for name, one in value.items() if name != "sessionDefaultSettings"
    }
    assert is_within(less, text)
