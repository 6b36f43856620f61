"""What single hosts insist on in a request: each says what is wrong, in the host's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

Json = dict[str, Any]
Demand = Callable[[Json], str | None]


def thoughts_come_back(body: Json) -> str | None:
    """DeepSeek, in thinking mode (its guide; anomalyco/opencode#24722)."""
    for message in _said(body):
        if "reasoning_content" not in message:
            return "The reasoning_content in the thinking mode must be passed back to the API."
    return None


def signatures_come_back(body: Json) -> str | None:
    """Gemini 3 (ai.google.dev, "Thought signatures")."""
    for message in _said(body):
        for call in message.get("tool_calls", [])[:1]:
            google = call.get("extra_content", {}).get("google", {})
            if google.get("thought_signature") != f"signed-{call['id']}":
                return "Function call is missing a thought_signature in functionCall parts."
    return None


def ids_of_nine(body: Json) -> str | None:
    """Mistral."""
    for message in _said(body):
        for call in message.get("tool_calls", []):
            if not re.fullmatch(r"[a-zA-Z0-9]{9}", call["id"]):
                return (
                    f"Tool call id was {call['id']} but must be a-z, A-Z, 0-9, with a length of 9."
                )
    return None


def no_user_after_a_tool(body: Json) -> str | None:
    """Mistral."""
    for before, after in pairwise(body["messages"]):
        if (before["role"], after["role"]) == ("tool", "user"):
            return "Unexpected role 'user' after role 'tool'"
    return None


def named_results(body: Json) -> str | None:
    """Mistral."""
    unnamed = any(one["role"] == "tool" and not one.get("name") for one in body["messages"])
    return "Tool messages need a name." if unnamed else None


def words_as_strings(body: Json) -> str | None:
    """Ollama makes several messages out of a list; nothing of ours should be one."""
    lists = any(isinstance(message.get("content"), list) for message in body["messages"])
    return "content must be a string" if lists else None


def typed_schemas(body: Json) -> str | None:
    """llama.cpp (charmbracelet/crush#1314) and Moonshot: each property has its type."""
    for tool in body.get("tools", []):
        for schema in _schemas(_parameters(tool)):
            if "type" not in schema:
                return "JSON schema conversion failed: Unrecognized schema"
    return None


def simple_schemas(body: Json) -> str | None:
    """Gemini knows a part of JSON Schema (earendil-works/pi#3412)."""
    for tool in body.get("tools", []):
        for schema in _schemas(_parameters(tool)):
            for word in ("$schema", "$defs", "$ref", "const", "oneOf"):
                if word in schema:
                    return f'Invalid JSON payload received. Unknown name "{word}"'
    return None


def results_together(body: Json) -> str | None:
    """Z.ai and DeepSeek want all results of a message's calls in the next message."""
    for before, after in pairwise(body["messages"]):
        calls = _of_type(before, "tool_use")
        if calls and len(_of_type(after, "tool_result")) != len(calls):
            return "tool_use ids were found without tool_result blocks immediately after"
    return None


def _said(body: Json) -> Iterator[Json]:
    return (message for message in body["messages"] if message["role"] == "assistant")


def _of_type(message: Json, kind: str) -> list[Json]:
    content = message["content"]
    parts = content if isinstance(content, list) else []
    return [part for part in parts if part["type"] == kind]


def _parameters(tool: Json) -> Json:
    parameters: Json = tool.get("function", tool).get("parameters") or tool["input_schema"]
    return parameters


def _schemas(schema: Json) -> Iterator[Json]:
    yield schema
    for inner in schema.get("properties", {}).values():
        yield from _schemas(inner)
    if "items" in schema:
        yield from _schemas(schema["items"])
