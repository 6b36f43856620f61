"""Tool schemas in keywords that every host knows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.tools.builtin import BUILTIN
from ownkey.wire.formats.schema import KEPT, plain

TEXT = {"type": "string"}
EMPTY: dict[str, Any] = {"type": "object", "properties": {}}


@pytest.mark.parametrize(
    ("schema", "becomes"),
    [
        ({"type": "string", "default": "."}, TEXT),
        ({"type": "string", "minLength": 1, "pattern": "a", "title": "A"}, TEXT),
        ({"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
        ({"enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
        ({"const": "a"}, {"type": "string", "enum": ["a"]}),
        ({"type": ["null", "integer"]}, {"type": "integer"}),
        ({"anyOf": [{"type": "null"}, TEXT], "description": "A."}, {**TEXT, "description": "A."}),
        ({"type": "array"}, {"type": "array", "items": TEXT}),
        ({"items": {"type": "number"}}, {"type": "array", "items": {"type": "number"}}),
        (
            {"properties": {"a": {}, "default": True}, "required": ["a", "b"], "$schema": "x"},
            {"type": "object", "properties": {"a": TEXT, "default": TEXT}, "required": ["a"]},
        ),
        ({"properties": {}, "required": [], "additionalProperties": False}, EMPTY),
        ({}, TEXT),
    ],
)
def test_a_schema_becomes_plain(schema: dict[str, Any], becomes: dict[str, Any]) -> None:
    assert plain(schema) == becomes


def test_what_is_plain_stays_as_it_is() -> None:
    for tool in BUILTIN:
        once = plain(tool.spec.schema)
        assert plain(once) == once
        assert once["required"] == tool.spec.schema["required"] if "required" in once else True
        assert set(once["properties"]) == set(tool.spec.schema["properties"])


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "enum", "const", "description", "default"]), inner, max_size=4
        )
    ),
    max_leaves=6,
)
schemas = st.recursive(
    st.dictionaries(st.sampled_from(["type", "const", "default", "title"]), st.text(max_size=3)),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.text(max_size=3), inner, max_size=3),
            "items": inner,
            "anyOf": st.lists(inner, max_size=2),
            "enum": st.lists(values, max_size=2),
            "required": st.lists(st.text(max_size=3), max_size=2),
        },
    ),
    max_leaves=8,
)


@given(schemas)
def test_every_part_has_a_type_and_known_keywords_only(schema: dict[str, Any]) -> None:
    parts = [plain(schema)]
    for part in parts:
        assert isinstance(part["type"], str)
        assert set(part) <= {*KEPT, "properties", "items"}
        parts += part.get("properties", {}).values()
        parts += [part["items"]] if "items" in part else []


def test_references_are_written_out_also_inside_choices_and_never_in_circles() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#/$defs/tree"}}}
    schema = {
        "type": "object",
        "$defs": {"place": {"type": "string"}, "tree": tree},
        "properties": {
            "at": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/place"}]},
            "tree": {"$ref": "#/$defs/tree", "description": "A tree."},
        },
    }
    assert plain(schema)["properties"] == {
        "at": {"type": "string"},
        "tree": {
            "type": "object",
            "description": "A tree.",
            "properties": {"next": {"type": "string"}},
        },
    }
