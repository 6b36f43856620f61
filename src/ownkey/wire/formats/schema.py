"""A tool's schema in the few keywords that every host understands."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

KEPT = ("type", "description", "enum", "required")
"""Beside `properties` and `items`. Gemini, Moonshot and llama.cpp each refuse some of the
others, or a schema without `type` (wire-facts 6.31)."""

NAMES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def plain(schema: Any, named: Json | None = None) -> Json:
    """The schema with a type everywhere, references written out, and of each choice its
    first. What it no longer says, the tool itself still checks. `named` are the schemas
    that references may mean; within itself, one means nothing."""
    schema = schema if isinstance(schema, dict) else {}
    named = {**(named or {}), **schema.get("definitions", {}), **schema.get("$defs", {})}
    schema = _chosen(schema, named)
    kept = {key: schema[key] for key in KEPT if key in schema}
    kind = kept["type"] = _kind(schema)
    if kind == "object":
        properties = schema.get("properties", {})
        kept["properties"] = {name: plain(inner, named) for name, inner in properties.items()}
        kept["required"] = [name for name in schema.get("required", ()) if name in properties]
    if not kept.get("required"):
        kept.pop("required", None)
    if kind == "array":
        kept["items"] = plain(schema.get("items"), named)
    return kept


def _chosen(schema: Json, named: Json) -> Json:
    """References give way to what they mean, which is taken out of `named` so that none
    goes in circles; `anyOf` and the like to the first that is not null, `const` to `enum`."""
    if isinstance(reference := schema.get("$ref"), str):
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _chosen({**named.pop(reference.rpartition("/")[2], {}), **rest}, named)
    for word in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(word, ()):
            if isinstance(choice, dict) and choice.get("type") != "null":
                rest = {key: value for key, value in schema.items() if key != word}
                return _chosen({**choice, **rest}, named)
    return {"enum": [schema["const"]], **schema} if "const" in schema else schema


def _kind(schema: Json) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    if isinstance(kind, str):
        return kind
    if "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    first = next(iter(schema.get("enum", ())), "")
    return NAMES.get(type(first), "string")
